//! docs/threat-model.md: every threat has its row, and every test that a row names exists.
//!
//! A row is a line of a table that starts with its id. Its tests stand in code quotes: `path.rs::function`, or
//! `path.mjs::title of the act`.

use std::collections::BTreeSet;
use std::path::Path;

use super::Tree;

/// The document.
const DOCUMENT: &str = "docs/threat-model.md";

/// Ids that must have a row: letter, first and last number.
const REQUIRED: [(char, u8, u8); 6] = [
    ('A', 11, 12),
    ('B', 3, 10),
    ('B', 16, 16),
    ('B', 19, 19),
    ('B', 21, 24),
    ('C', 1, 20),
];

/// What does not hold.
pub fn breaches(tree: &Tree) -> Vec<String> {
    let Some(text) = tree.get(DOCUMENT) else {
        return vec![format!("{DOCUMENT} is missing")];
    };
    let mut breaches = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, line) in text.lines().enumerate() {
        let Some(id) = row_id(line) else { continue };
        let place = format!("{DOCUMENT}:{}", number + 1);
        let tests = tests_in(line);
        if tests.is_empty() {
            breaches.push(format!("{place}: {id} names no test"));
        }
        for (path, test) in tests {
            if let Err(what) = exists(tree, path, test) {
                breaches.push(format!("{place}: {id}: {what}"));
            }
        }
        if !seen.insert(id.to_owned()) {
            breaches.push(format!("{place}: {id} has a row already"));
        }
    }
    for (letter, first, last) in REQUIRED {
        for number in first..=last {
            let id = format!("{letter}{number}");
            if !seen.contains(&id) {
                breaches.push(format!("{DOCUMENT}: {id} has no row"));
            }
        }
    }
    breaches
}

/// `B3` of `| B3 | …`.
fn row_id(line: &str) -> Option<&str> {
    let id = line.strip_prefix('|')?.split('|').next()?.trim();
    let mut characters = id.chars();
    let letter = characters.next()?;
    let rest = characters.as_str();
    let is_id = letter.is_ascii_uppercase()
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then_some(id)
}

fn tests_in(line: &str) -> Vec<(&str, &str)> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|quoted| quoted.split_once("::"))
        .filter(|(path, _)| {
            let kind = Path::new(path).extension();
            kind.is_some_and(|kind| kind == "rs" || kind == "mjs")
        })
        .collect()
}

fn exists(tree: &Tree, path: &str, test: &str) -> Result<(), String> {
    let source = tree
        .get(path)
        .ok_or_else(|| format!("there is no {path}"))?;
    let found = if Path::new(path)
        .extension()
        .is_some_and(|kind| kind == "mjs")
    {
        ["test", "act"]
            .iter()
            .any(|word| source.contains(&format!("{word}(\"{test}\"")))
    } else {
        is_rust_test(source, test)
    };
    if found {
        Ok(())
    } else {
        Err(format!("{path} has no test {test:?}"))
    }
}

/// Whether `text` has a function of this name with a test attribute above it.
fn is_rust_test(text: &str, name: &str) -> bool {
    let signature = format!("fn {name}(");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(number, line)| {
        let attributes = lines[..number].iter().rev();
        line.contains(&signature)
            && attributes
                .take_while(|above| {
                    above.starts_with("#[") || above.starts_with("//") || above.starts_with(')')
                })
                .any(|above| above.starts_with("#[test]") || above.starts_with("#[tokio::test"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(row: &str) -> String {
        let ids = REQUIRED
            .into_iter()
            .flat_map(|(letter, first, last)| (first..=last).map(move |n| format!("{letter}{n}")));
        let rows: Vec<String> = ids
            .filter(|id| !row.starts_with(&format!("| {id} |")))
            .map(|id| format!("| {id} | threat | `a.rs::holds` |\n"))
            .collect();
        rows.concat() + row
    }

    fn check(row: &str) -> Vec<String> {
        let code = "#[tokio::test]\n#[expect(x)]\nasync fn holds() {}\nfn helps() {}\n";
        let page = "act(\"the page holds\", async () => {});\n";
        breaches(&Tree::of(&[
            (DOCUMENT, &document(row)),
            ("a.rs", code),
            ("b.test.mjs", page),
        ]))
    }

    #[test]
    fn a_row_with_tests_that_exist_is_fine() {
        let row = "| C1 | forged | `a.rs::holds`, `b.test.mjs::the page holds` |";
        assert_eq!(check(row), [""; 0]);
    }

    #[test]
    fn a_missing_row_a_row_without_a_test_and_a_test_that_is_none_are_found() {
        for (row, what) in [
            ("", "C1 has no row"),
            ("| C1 | forged | some day |", "names no test"),
            ("| C1 | forged | `a.rs::gone` |", "no test \"gone\""),
            ("| C1 | forged | `a.rs::helps` |", "no test \"helps\""),
            ("| C1 | forged | `gone.rs::holds` |", "there is no gone.rs"),
            ("| C1 | forged | `b.test.mjs::other` |", "no test \"other\""),
            (
                "| D1 | new | `a.rs::holds` |\n| D1 | newer | `a.rs::holds` |",
                "D1 has a row already",
            ),
        ] {
            let mut text = document("| C1 | x |");
            if row.is_empty() {
                text = text.replace("| C1 | x |", "");
            } else {
                text = text.replace("| C1 | x |", row);
            }
            let code = "#[tokio::test]\nasync fn holds() {}\nfn helps() {}\n";
            let tree = Tree::of(&[(DOCUMENT, &text), ("a.rs", code), ("b.test.mjs", "")]);
            let found = breaches(&tree).join("\n");
            assert!(found.contains(what), "{row}: {found}");
        }
    }
}
