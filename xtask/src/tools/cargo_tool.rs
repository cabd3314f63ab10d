//! Tools that come as crates: installed once into the cache.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{environment, process, terminal, tools, workspace};

/// A tool and how it is installed fastest.
pub struct CargoTool {
    /// The crate.
    pub package: &'static str,
    /// The program that it brings.
    pub program: &'static str,
    /// The version; none takes the newest.
    pub version: Option<String>,
    /// What `cargo install` is told besides.
    pub flags: &'static [&'static str],
}

impl CargoTool {
    /// trunk, without its own TLS: it has nothing to download here.
    pub fn trunk() -> Self {
        Self {
            package: "trunk",
            program: "trunk",
            version: Some("0.21.14".to_owned()),
            // A debug build takes a third of the time and only starts other programs.
            flags: &["--locked", "--debug", "--no-default-features"],
        }
    }

    /// wasm-bindgen's command line, of exactly the version that the page is compiled against.
    pub fn wasm_bindgen() -> Result<Self> {
        Ok(Self {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: Some(workspace::locked_version("wasm-bindgen")?),
            // Not --locked: its lock file names a crate version that not every registry has.
            flags: &["--debug"],
        })
    }

    /// The test runner.
    pub fn nextest() -> Self {
        Self {
            package: "cargo-nextest",
            program: "cargo-nextest",
            version: None,
            flags: &[
                "--locked",
                "--debug",
                "--no-default-features",
                "--features",
                "default-no-update",
            ],
        }
    }

    /// The dependency checker.
    pub fn deny() -> Self {
        Self {
            package: "cargo-deny",
            program: "cargo-deny",
            version: None,
            flags: &["--locked", "--debug"],
        }
    }

    /// Where it is, if it is there in the right version.
    pub fn find(&self) -> Option<PathBuf> {
        let path = tools::find(self.program)?;
        let Some(version) = &self.version else {
            return Some(path);
        };
        let said = process::output(std::process::Command::new(&path).arg("--version")).ok()?;
        said.split_whitespace()
            .any(|word| word == version)
            .then_some(path)
    }

    /// Where it is, after installing it where it is missing.
    pub fn ensure(&self) -> Result<PathBuf> {
        if let Some(path) = self.find() {
            return Ok(path);
        }
        let shown = match &self.version {
            Some(version) => format!("{} {version}", self.package),
            None => self.package.to_owned(),
        };
        let root = environment::tools()?;
        terminal::step(
            &format!("installing {shown} into {} (minutes, once)", root.display()),
            || {
                let mut command = workspace::cargo()?;
                command
                    .args(["install", self.package, "--force", "--root"])
                    .arg(&root)
                    .args(self.flags);
                if let Some(version) = &self.version {
                    command.args(["--version", version]);
                }
                // A target folder of its own: the workspace's would be rebuilt after each change of flags.
                command.env(
                    "CARGO_TARGET_DIR",
                    environment::cache()?.join("target-tools"),
                );
                process::run(&mut command)
            },
        )?;
        self.find()
            .with_context(|| format!("{shown} was installed, yet is not found"))
    }
}
