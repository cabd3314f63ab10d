//! A clock that a test sets forward: Debian's libfaketime between one process and the machine's time of day.
//!
//! Only the time of day is changed. What measures waiting (the monotonic clock) stays the machine's, so that nothing
//! that runs is hurried or held up; and no other process notices.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools;

/// How far a process' time of day is ahead: a file that may be written at any time.
pub struct ManualClock {
    file: PathBuf,
    library: PathBuf,
}

impl ManualClock {
    /// The machine's time, until `file` says otherwise.
    pub fn start(file: PathBuf) -> Result<Self> {
        let library = library()?;
        std::fs::write(&file, "+0\n")
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(Self { file, library })
    }

    /// Seconds ahead, as `+960`. To be replaced in one go: a reader must not find half of it.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Has a process live by it.
    pub(super) fn apply(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
}

/// Finds the library for programs with threads, or installs it.
pub fn library() -> Result<PathBuf> {
    // Beside it in every distribution's package, and the one of the two that is on the PATH.
    let program = tools::ensure("faketime", &["faketime"], "the tests' manual clock")?;
    let root = program
        .parent()
        .and_then(Path::parent)
        .context("faketime lies in no bin folder")?;
    libraries(root)
        .find(|path| path.is_file())
        .with_context(|| {
            format!(
                "there is {}, yet no libfaketimeMT.so.1 below {}",
                program.display(),
                root.display()
            )
        })
}

/// Where distributions put it: in the architecture's folder, or without one.
fn libraries(root: &Path) -> impl Iterator<Item = PathBuf> {
    let lib = root.join("lib");
    let of_architectures = std::fs::read_dir(&lib)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()));
    of_architectures
        .chain([lib.clone(), root.join("lib64")])
        .map(|folder| folder.join("faketime/libfaketimeMT.so.1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_found_with_and_without_a_folder_for_the_architecture() {
        for folder in ["lib/x86_64-linux-gnu", "lib", "lib64"] {
            let root = tempfile::tempdir().unwrap();
            let place = root.path().join(folder).join("faketime");
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join("libfaketimeMT.so.1"), "").unwrap();
            assert!(
                libraries(root.path()).any(|path| path.is_file()),
                "{folder}"
            );
        }
    }
}
