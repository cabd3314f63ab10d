//! No file or folder is called by what it is not about.

use super::Tree;

/// Names that say nothing.
const EMPTY: &[&str] = &[
    "base", "common", "helper", "helpers", "manager", "misc", "util", "utils",
];

/// Files and folders of such a name.
pub fn breaches(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in &tree.files {
        let says_nothing = file.path.components().any(|part| {
            let name = part.as_os_str().to_string_lossy();
            EMPTY.contains(&name.split('.').next().unwrap_or_default())
        });
        if says_nothing {
            breaches.push(format!(
                "{}: name it by what it is about",
                file.path.display()
            ));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_says_nothing_is_found_in_file_and_folder() {
        let tree = Tree::of(&[
            ("a/utils.rs", ""),
            ("common/a.rs", ""),
            ("a/base64.rs", ""),
            ("a/plan.rs", ""),
        ]);
        assert_eq!(breaches(&tree).len(), 2);
    }
}
