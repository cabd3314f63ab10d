//! The tree says nothing about the machines and tools that it was written with.

use super::Tree;

/// What must not stand in any file, put together so that this file does not break its own rule.
fn phrases() -> [(String, &'static str); 6] {
    [
        (format!("/{}/", "work"), "a path of one machine"),
        (format!("/{}/", "root"), "a path of one machine"),
        (format!("/{}/", "home"), "a path of one machine"),
        (format!("{}factory", "arti"), "a registry's host"),
        (format!("registry.{}", "npmjs.org"), "a registry's host"),
        (format!("index.{}", "crates.io:"), "a registry's host"),
    ]
}

/// Every place with such a phrase.
pub fn breaches(tree: &Tree) -> Vec<String> {
    let phrases = phrases();
    let mut breaches = Vec::new();
    for file in &tree.files {
        for (number, line) in file.text.lines().enumerate() {
            if let Some((phrase, what)) = phrases
                .iter()
                .find(|(phrase, _)| line.contains(phrase.as_str()))
            {
                breaches.push(format!(
                    "{}:{}: {what} ({phrase})",
                    file.path.display(),
                    number + 1
                ));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found_with_its_line() {
        let text = format!("fine\nsee /{}/x\n", "home");
        let breaches = breaches(&Tree::of(&[("a.md", &text)]));
        assert_eq!(breaches.len(), 1);
        assert!(breaches[0].starts_with("a.md:2:"));
    }
}
