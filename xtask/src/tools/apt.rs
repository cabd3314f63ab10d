//! Debian packages: installed where this process may, otherwise the line to type.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{environment, process, terminal, tools};

/// Installs the packages, or fails with the line that does.
pub fn install(packages: &[&str], what_for: &str) -> Result<()> {
    let line = format!(
        "apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    let Some(apt) = tools::find("apt-get") else {
        bail!(
            "{what_for} needs what Debian packages as {}; install it with your system's package manager",
            packages.join(", ")
        );
    };
    if !environment::is_root() {
        bail!("{what_for} needs packages that only root can install:\n\n    sudo {line}\n");
    }
    terminal::step(
        &format!("installing {} ({what_for})", packages.join(" ")),
        || {
            let command = |arguments: &[&str]| {
                let mut command = Command::new(&apt);
                command
                    .env("DEBIAN_FRONTEND", "noninteractive")
                    .arg("-qq")
                    .args(arguments);
                command
            };
            let mut arguments = vec!["install", "-y", "--no-install-recommends"];
            arguments.extend(packages);
            if process::run(&mut command(&arguments)).is_ok() {
                return Ok(());
            }
            // A fresh machine has no package lists yet, an old one outdated ones.
            process::run(&mut command(&["update"]))?;
            process::run(&mut command(&arguments))
                .map_err(|error| error.context(format!("`{line}` does not work here")))
        },
    )
}
