//! Files stay short enough to be read in one go.

use super::{File, Tree};

/// No file is longer, whatever the reason.
const MOST: usize = 800;
/// From here on the question is whether it is two things.
const ASK: usize = 400;

/// Files that are too long.
pub fn breaches(tree: &Tree) -> Vec<String> {
    written(tree)
        .filter(|(_, lines)| *lines > MOST)
        .map(|(file, lines)| {
            format!(
                "{}: {lines} lines; split it (at most {MOST})",
                file.path.display()
            )
        })
        .collect()
}

/// Files that are long enough to ask.
pub fn notes(tree: &Tree) -> Vec<String> {
    written(tree)
        .filter(|(_, lines)| (ASK + 1..=MOST).contains(lines))
        .map(|(file, lines)| format!("{}: {lines} lines; is it two things?", file.path.display()))
        .collect()
}

/// Files that people write and read as code.
fn written(tree: &Tree) -> impl Iterator<Item = (&File, usize)> {
    ["rs", "mjs", "css", "sql"]
        .into_iter()
        .flat_map(|kind| tree.of_kind(kind))
        .map(|file| (file, file.text.lines().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_first_a_question_and_then_a_breach() {
        let (long, longer) = ("x\n".repeat(500), "x\n".repeat(801));
        let tree = Tree::of(&[
            ("a.rs", &long),
            ("b.rs", &longer),
            ("c.rs", "x"),
            ("d.json", &longer),
        ]);
        assert_eq!(notes(&tree).len(), 1);
        assert_eq!(breaches(&tree).len(), 1);
    }
}
