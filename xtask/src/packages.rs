//! Packages of npm, each set below `e2e` with a lock file of its own.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{process, terminal, tools, workspace};

/// A folder with a `package.json` and its lock file.
pub struct Packages {
    folder: &'static str,
    /// What they are for, in the words of a progress line.
    purpose: &'static str,
    /// `ci`, or `install` where the lock file cannot name what other machines would need.
    command: &'static [&'static str],
}

/// What drives Chromium.
pub const BROWSER_TESTS: Packages = Packages {
    folder: "e2e",
    purpose: "the browser tests",
    command: &["ci"],
};

/// The `OpenID` providers that tests of every kind sign in with.
pub const PEERS: Packages = Packages {
    folder: "e2e/peers",
    purpose: "the tests' sign-in providers",
    command: &["ci"],
};

/// What computes with the weights of a language model.
pub const MODEL: Packages = Packages {
    folder: "e2e/model",
    purpose: "the test with a real language model",
    command: &["install", "--no-save"],
};

impl Packages {
    /// Installs them, unless what is there is what the lock file says.
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
            let quietly = [
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ];
            let mut install = std::process::Command::new(npm);
            install
                .current_dir(&folder)
                .args(self.command)
                .args(quietly);
            process::run(&mut install)
        })?;
        std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
    }
}
