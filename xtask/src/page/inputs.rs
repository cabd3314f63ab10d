//! What the page is made of, as one digest.

use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::workspace;

/// Files and folders whose change makes another page.
const SOURCES: [&str; 7] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "crates/ledger",
    "crates/types",
    "frontend",
    "xtask/src/page",
];

/// The digest over names and contents of all sources.
pub fn fingerprint() -> Result<String> {
    let mut hash = Sha256::new();
    for file in workspace::files()?.iter().filter(|file| is_source(file)) {
        let content = std::fs::read(workspace::root().join(file))
            .with_context(|| format!("cannot read {}", file.display()))?;
        hash.update(file.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(&content));
    }
    Ok(hex::encode(hash.finalize()))
}

/// SHA-256 as text.
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn is_source(file: &Path) -> bool {
    SOURCES.iter().any(|source| file.starts_with(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_page_is_made_of_counts() {
        assert!(is_source(Path::new("frontend/src/app.rs")));
        assert!(is_source(Path::new("crates/types/src/lib.rs")));
        assert!(!is_source(Path::new("crates/api/src/lib.rs")));
        assert!(!is_source(Path::new("frontend-notes.md")));
    }
}
