//! `.env.example` has exactly the variables that the API reads, and no secret.

use std::collections::BTreeSet;

use anyhow::{Context, Result};

use super::Tree;

/// The one file that reads the environment.
const HOME: &str = "crates/api/src/config/environment.rs";

/// Variables that one side has and the other has not, and secrets that are filled in.
pub fn breaches(tree: &Tree) -> Result<Vec<String>> {
    let read = variables_read(
        tree.get(HOME)
            .with_context(|| format!("there is no {HOME}"))?,
    );
    let example = tree
        .get(".env.example")
        .context("there is no .env.example")?;
    Ok(compare(&read, example))
}

fn compare(read: &BTreeSet<String>, example: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut listed = BTreeSet::new();
    for line in example.lines() {
        // A commented-out variable is listed, too.
        let Some((name, value)) = line.trim_start_matches(['#', ' ']).split_once('=') else {
            continue;
        };
        if !is_name(name) {
            continue;
        }
        listed.insert(name.to_owned());
        let is_secret =
            name.ends_with("_SECRET") || name.ends_with("_KEY") || name.ends_with("PASSWORD");
        if is_secret && !value.is_empty() {
            breaches.push(format!(".env.example: {name} has a value"));
        }
    }
    breaches.extend(
        read.difference(&listed)
            .map(|name| format!(".env.example: lacks {name}")),
    );
    breaches
}

/// `variable("NAME")` in the text.
fn variables_read(source: &str) -> BTreeSet<String> {
    source
        .split("variable(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|name| is_name(name))
        .map(str::to_owned)
        .collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_the_example_lacks_and_a_secret_in_it_are_named() {
        let read = variables_read("a: variable(\"ONE\"), b: variable(\"TWO\").map(x)");
        assert_eq!(read.len(), 2);
        let breaches = compare(&read, "# ONE=x\nSESSION_SECRET=oops\n# words = here\n");
        assert_eq!(
            breaches,
            [
                ".env.example: SESSION_SECRET has a value",
                ".env.example: lacks TWO"
            ]
        );
    }
}
