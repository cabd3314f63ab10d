//! Compiles the bundles and brings them together.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::{BUNDLES, Bundle, compress, policy};
use crate::tools::cargo_tool::CargoTool;
use crate::tools::wasm::{TARGET, Toolchain};
use crate::{environment, process, workspace};

/// Builds all of the page into `built`, which it empties first.
pub fn build(built: &Path) -> Result<()> {
    let toolchain = Toolchain::ensure()?;
    // First by cargo alone, which may download crates, and compiles what the bundles have in common once; trunk
    // then finds it all built.
    process::run(
        toolchain
            .cargo()?
            .args([
                "build",
                "--locked",
                "--profile",
                "wasm",
                "--package",
                "argus-frontend",
                "--bins",
            ])
            .args(["--target", TARGET]),
    )?;
    if built.exists() {
        fs::remove_dir_all(built).with_context(|| format!("cannot remove {}", built.display()))?;
    }
    // trunk empties the folder that it builds into: each bundle needs one of its own.
    let parts = tempfile::Builder::new()
        .prefix("page-")
        .tempdir_in(environment::cache()?)
        .context("cannot make a folder")?;
    for bundle in BUNDLES {
        let part = parts.path().join(bundle.name);
        bundle_by_trunk(&toolchain, bundle, &part)?;
        collect(&part, built)?;
    }
    policy::write(built)?;
    compress::write_twins(built)
}

fn bundle_by_trunk(toolchain: &Toolchain, bundle: Bundle, part: &Path) -> Result<()> {
    let mut trunk = Command::new(CargoTool::trunk().ensure()?);
    trunk.current_dir(workspace::root().join("frontend"));
    toolchain.apply(&mut trunk)?;
    // trunk reads NO_COLOR as a boolean of its own.
    trunk
        .env_remove("NO_COLOR")
        .env(
            "TRUNK_TOOLS_WASM_BINDGEN",
            workspace::locked_version("wasm-bindgen")?,
        )
        .args(["build", bundle.file, "--html-output", bundle.file])
        .args(["--offline", "true", "--cargo-profile", "wasm", "--dist"])
        .arg(part);
    process::run(&mut trunk)
}

/// Copies all of `part` into `whole`. What both bundles have carries its digest in its name: it is the same.
fn collect(part: &Path, whole: &Path) -> Result<()> {
    fs::create_dir_all(whole).with_context(|| format!("cannot make {}", whole.display()))?;
    for entry in fs::read_dir(part).with_context(|| format!("cannot read {}", part.display()))? {
        let entry = entry?;
        let to = whole.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to)
                .with_context(|| format!("cannot write {}", to.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_come_together_with_their_folders() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two, whole) = (
            folder.path().join("one"),
            folder.path().join("two"),
            folder.path().join("whole"),
        );
        fs::create_dir_all(one.join("snippets/x")).unwrap();
        fs::create_dir_all(&two).unwrap();
        fs::write(one.join("index.html"), "one").unwrap();
        fs::write(one.join("snippets/x/a.js"), "a").unwrap();
        fs::write(one.join("style-1.css"), "both").unwrap();
        fs::write(two.join("office.html"), "two").unwrap();
        fs::write(two.join("style-1.css"), "both").unwrap();
        collect(&one, &whole).unwrap();
        collect(&two, &whole).unwrap();
        for (file, content) in [
            ("index.html", "one"),
            ("snippets/x/a.js", "a"),
            ("style-1.css", "both"),
            ("office.html", "two"),
        ] {
            assert_eq!(fs::read_to_string(whole.join(file)).unwrap(), content);
        }
    }
}
