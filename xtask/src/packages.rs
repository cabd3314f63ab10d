//! Packages of npm, each set below `e2e` with a lock file of its own.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{process, terminal, tools, workspace};

/// A folder with a `package.json` and its lock file.
pub struct Packages {
    folder: &'static str,
    /// What they are for, in the words of a progress line.
    purpose: &'static str,
}

/// What drives Chromium.
pub const BROWSER_TESTS: Packages = Packages {
    folder: "e2e",
    purpose: "the browser tests",
};

/// The `OpenID` providers that tests of every kind sign in with.
pub const PEERS: Packages = Packages {
    folder: "e2e/peers",
    purpose: "the tests' sign-in providers",
};

impl Packages {
    /// `npm ci`, unless what is there is what the lock file says.
    pub fn ensure(&self) -> Result<()> {
        let folder = workspace::root().join(self.folder);
        let lock = folder.join("package-lock.json");
        let lock =
            std::fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let wanted = hex::encode(Sha256::digest(&lock));
        let stamp = folder.join("node_modules/.argus-lock");
        if std::fs::read_to_string(&stamp).is_ok_and(|old| old == wanted) {
            return Ok(());
        }
        let npm = tools::ensure("npm", &["npm"], self.purpose)?;
        let what = format!("installing the packages of {}", self.purpose);
        terminal::step(&what, || {
            process::run(std::process::Command::new(npm).current_dir(&folder).args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ]))
        })?;
        std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
    }
}
