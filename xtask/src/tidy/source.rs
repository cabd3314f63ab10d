//! Rust text as far as the rules need it, without parsing.

use super::Tree;

/// The text without line comments; strings that contain `//` lose their rest, which no rule minds.
pub fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        out.push_str(line.split("//").next().unwrap_or_default());
        out.push('\n');
    }
    out
}

/// Tests that do not run by themselves.
pub fn ignored_tests(tree: &Tree) -> Vec<String> {
    let rust = [concat!("#[", "ignore")];
    let scripts = [
        concat!("test.", "skip("),
        concat!("test.", "todo("),
        concat!("test.", "only("),
        concat!("skip", ": true"),
    ];
    let mut breaches = Vec::new();
    for (kind, marks) in [("rs", &rust[..]), ("mjs", &scripts[..])] {
        for file in tree.of_kind(kind) {
            for (number, line) in without_comments(&file.text).lines().enumerate() {
                if marks.iter().any(|mark| line.contains(mark)) {
                    breaches.push(format!(
                        "{}:{}: a test that does not run",
                        file.path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ignored_test_is_found_with_its_line() {
        let text = concat!("#[test]\n#[", "ignore = \"slow\"]\nfn x() {}\n");
        let breaches = ignored_tests(&Tree::of(&[("a.rs", text)]));
        assert_eq!(breaches, ["a.rs:2: a test that does not run"]);
    }
}
