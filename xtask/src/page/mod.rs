//! The page: trunk builds its two bundles, then they come together in `frontend/dist`, are compressed and get their
//! content security policy.
//!
//! Each bundle is an HTML file and the assets that it names; some are in both. Beside the assets lie, for each, a `.br` and a `.gz` twin, and for the server that delivers them
//! `content-security-policy.txt` (the header's value, one line) and `content-security-policy.conf` (for nginx).
//! Nothing is built while the sources are those of the last build.

mod build;
mod compress;
mod inputs;
mod policy;
mod weight;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use argus_types::places;
use clap::Args;

use crate::{environment, setup, terminal, workspace};
pub use weight::{keep_budget, weights};

/// One of the programs that the page is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundle {
    /// The name of its binary.
    pub name: &'static str,
    /// Its HTML file.
    pub file: &'static str,
}

/// All of them.
pub const BUNDLES: [Bundle; 2] = [
    Bundle {
        name: "console",
        file: places::CONSOLE_FILE,
    },
    Bundle {
        name: "office",
        file: places::OFFICE_FILE,
    },
];

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
    terminal::say(&format!("  {}", built.display()));
    for (bundle, weight) in weights(&built)? {
        terminal::say(&format!(
            "  {:<8} {} on a first visit, after brotli",
            bundle.name,
            terminal::kilobytes(weight.brotli)
        ));
    }
    keep_budget(&built)
}

/// Where the page is.
pub fn folder() -> PathBuf {
    workspace::root().join("frontend/dist")
}

/// Builds the page where it is not up to date; its folder.
pub fn ensure_built() -> Result<PathBuf> {
    let _alone = one_at_a_time()?;
    let built = folder();
    let sources = inputs::fingerprint()?;
    let stamp = stamp_file()?;
    let wanted = |built: &Path| -> Option<String> {
        // The HTML files are part of it: another tool may have built into the same folder meanwhile.
        let mut wanted = sources.clone();
        for bundle in BUNDLES {
            let html = std::fs::read(built.join(bundle.file)).ok()?;
            wanted += " ";
            wanted += &inputs::digest(&html);
        }
        Some(wanted)
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
        build::build(&built)
    })?;
    let wanted = wanted(&built).context("the HTML files that were just built are gone")?;
    std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(built)
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
