//! `cargo xtask tidy`: the house rules that a compiler cannot check. Each rule lists every breach with its place.

mod compose;
mod edges;
mod environment;
mod manifest;
mod models;
mod names;
mod phrases;
mod size;
mod source;
mod threats;
mod write_access;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::suite::Counts;
use crate::{terminal, workspace};

/// Something that must hold.
struct Rule {
    /// What, in a few words.
    name: &'static str,
    /// Finds every breach, as `place: what`.
    check: Check,
}

/// How breaches are found.
enum Check {
    /// In the text alone.
    Text(fn(&Tree) -> Vec<String>),
    /// By asking more, which can fail.
    Asking(fn(&Tree) -> Result<Vec<String>>),
}

impl Check {
    fn breaches(&self, tree: &Tree) -> Result<Vec<String>> {
        match self {
            Self::Text(find) => Ok(find(tree)),
            Self::Asking(find) => find(tree),
        }
    }
}

const RULES: &[Rule] = &[
    Rule {
        name: "crates know only what lies below them",
        check: Check::Asking(edges::breaches),
    },
    Rule {
        name: "language models end at the API",
        check: Check::Asking(models::breaches),
    },
    Rule {
        name: "ARCHITECTURE.md names every crate",
        check: Check::Asking(edges::undocumented),
    },
    Rule {
        name: "one file writes to Proxmox",
        check: Check::Text(write_access::breaches),
    },
    Rule {
        name: "no product has fail points",
        check: Check::Asking(edges::armed_in_the_product),
    },
    Rule {
        name: "SQL only in the store",
        check: Check::Asking(edges::sql_outside_store),
    },
    Rule {
        name: "dependencies say what they are for",
        check: Check::Asking(manifest::breaches),
    },
    Rule {
        name: "files and modules have telling names",
        check: Check::Text(names::breaches),
    },
    Rule {
        name: "files are short",
        check: Check::Text(size::breaches),
    },
    Rule {
        name: "no test is ignored",
        check: Check::Text(source::ignored_tests),
    },
    Rule {
        name: "every threat has a test that exists",
        check: Check::Text(threats::breaches),
    },
    Rule {
        name: "nothing of one machine is in the tree",
        check: Check::Text(phrases::breaches),
    },
    Rule {
        name: ".env.example is what the API reads",
        check: Check::Asking(environment::breaches),
    },
    Rule {
        name: "compose.yaml is safe",
        check: Check::Asking(compose::breaches),
    },
];

/// The tracked files with their texts.
struct Tree {
    files: Vec<File>,
}

/// One text file.
struct File {
    /// Relative to the root.
    path: PathBuf,
    /// Its content.
    text: String,
}

impl Tree {
    fn read() -> Result<Self> {
        let mut files = Vec::new();
        for path in workspace::files()? {
            let bytes = std::fs::read(workspace::root().join(&path))
                .with_context(|| format!("cannot read {}", path.display()))?;
            // Pictures and the like have no rules here.
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(File { path, text });
            }
        }
        Ok(Self { files })
    }

    fn get(&self, path: &str) -> Option<&str> {
        self.files
            .iter()
            .find(|file| file.path == Path::new(path))
            .map(|file| file.text.as_str())
    }

    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &File> {
        self.files
            .iter()
            .filter(move |file| file.path.extension().is_some_and(|found| found == kind))
    }

    #[cfg(test)]
    fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| File {
                path: path.into(),
                text: (*text).to_owned(),
            })
            .collect();
        Self { files }
    }
}

/// Checks every rule; fails where one is broken.
pub fn run() -> Result<()> {
    let counts = count()?;
    if counts.failed > 0 {
        bail!(
            "{} of {} rules are broken",
            counts.failed,
            counts.passed + counts.failed
        );
    }
    Ok(())
}

/// Checks every rule and says so.
pub fn count() -> Result<Counts> {
    let tree = Tree::read()?;
    let mut counts = Counts::default();
    for rule in RULES {
        let breaches = rule.check.breaches(&tree)?;
        if breaches.is_empty() {
            counts.passed += 1;
            terminal::say(&format!("ok      {}", rule.name));
        } else {
            counts.fail(format!("{}: {}", rule.name, breaches.join("; ")));
            terminal::say(&format!("BROKEN  {}", rule.name));
            for breach in breaches {
                terminal::say(&format!("          {breach}"));
            }
        }
    }
    for note in size::notes(&tree) {
        terminal::say(&format!("note    {note}"));
    }
    Ok(counts)
}
