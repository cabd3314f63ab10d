//! The page: trunk builds it into `frontend/dist`, then it is compressed and gets its content security policy.
//!
//! Beside the assets lie, for each, a `.br` and a `.gz` twin, and for the server that delivers them
//! `content-security-policy.txt` (the header's value, one line) and `content-security-policy.conf` (for nginx).
//! Nothing is built while the sources are those of the last build.

mod compress;
mod inputs;
mod policy;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::tools::cargo_tool::CargoTool;
use crate::tools::wasm::{TARGET, Toolchain};
use crate::{environment, process, setup, terminal, workspace};

/// Most bytes that the page may weigh, brotli-compressed, as a first visit loads it.
pub const BUDGET: u64 = 400_000;

/// Options of `cargo xtask build-page`.
#[derive(Args)]
pub struct Options {
    /// Build even if no source changed
    #[arg(long)]
    force: bool,
}

/// Builds it and says what it weighs.
pub fn run(options: &Options) -> Result<()> {
    if options.force {
        forget()?;
    }
    let built = ensure_built()?;
    for asset in compress::assets(&built)? {
        terminal::say(&format!(
            "  {:>10}  br {:>10}  gz {:>10}  {}",
            terminal::kilobytes(asset.plain),
            terminal::kilobytes(asset.brotli),
            terminal::kilobytes(asset.gzip),
            asset.name
        ));
    }
    terminal::say(&format!(
        "  {} in all after brotli: {}",
        terminal::kilobytes(weight(&built)?.brotli),
        built.display()
    ));
    keep_budget(&built)
}

/// Where the page is.
pub fn folder() -> PathBuf {
    workspace::root().join("frontend/dist")
}

/// What a first visit loads, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// As it is.
    pub plain: u64,
    /// Brotli-compressed.
    pub brotli: u64,
}

/// All assets together.
pub fn weight(built: &Path) -> Result<Weight> {
    let mut weight = Weight::default();
    for asset in compress::assets(built)? {
        weight.plain += asset.plain;
        weight.brotli += asset.brotli;
    }
    Ok(weight)
}

/// Fails where a first visit would load more than the budget.
pub fn keep_budget(built: &Path) -> Result<()> {
    let weight = weight(built)?.brotli;
    ensure!(
        weight <= BUDGET,
        "the page weighs {} after brotli, its budget is {}",
        terminal::kilobytes(weight),
        terminal::kilobytes(BUDGET)
    );
    Ok(())
}

/// Builds the page where it is not up to date; its folder.
pub fn ensure_built() -> Result<PathBuf> {
    let _alone = one_at_a_time()?;
    let built = folder();
    let sources = inputs::fingerprint()?;
    let stamp = stamp_file()?;
    let wanted = |built: &Path| -> Option<String> {
        // The index is part of it: another tool may have built into the same folder meanwhile.
        let index = std::fs::read(built.join("index.html")).ok()?;
        Some(format!("{sources} {}", inputs::digest(&index)))
    };
    let is_whole = built.join(policy::TEXT_FILE).is_file();
    if is_whole
        && wanted(&built)
            .is_some_and(|wanted| std::fs::read_to_string(&stamp).is_ok_and(|old| old == wanted))
    {
        return Ok(built);
    }
    forget()?;
    terminal::step("building the page", || {
        setup::for_page()?;
        build(&built)
    })?;
    let wanted = wanted(&built).context("trunk left no index.html")?;
    std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(built)
}

fn build(built: &Path) -> Result<()> {
    let toolchain = Toolchain::ensure()?;
    // First by cargo alone, which may download crates; trunk then finds it all built.
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
            ])
            .args(["--target", TARGET]),
    )?;
    if built.exists() {
        std::fs::remove_dir_all(built)
            .with_context(|| format!("cannot remove {}", built.display()))?;
    }
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
        .args([
            "build",
            "--offline",
            "true",
            "--cargo-profile",
            "wasm",
            "--dist",
        ])
        .arg(built);
    process::run(&mut trunk)?;
    policy::write(built)?;
    compress::write_twins(built)
}

/// Two builds into one folder would take each other's files away.
fn one_at_a_time() -> Result<File> {
    let path = stamp_file()?.with_extension("lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        terminal::say("- waiting for another build of the page ...");
        file.lock()
            .with_context(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(file)
}

/// Makes the next build a real one.
fn forget() -> Result<()> {
    let stamp = stamp_file()?;
    match std::fs::remove_file(&stamp) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", stamp.display()))
        }
        _ => Ok(()),
    }
}

fn stamp_file() -> Result<PathBuf> {
    Ok(environment::cache()?.join(format!("page-{}.stamp", workspace::clone_id())))
}
