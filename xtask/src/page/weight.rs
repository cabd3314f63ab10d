//! What each bundle weighs, as a first visit loads it, and how much it may.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::compress::{self, Asset};
use super::{BUNDLES, Bundle};
use crate::terminal;

/// Most bytes that a bundle may weigh, brotli-compressed, as a first visit loads it.
const BUDGET: u64 = 465_000;

/// What a first visit loads, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// As it is.
    pub plain: u64,
    /// Brotli-compressed.
    pub brotli: u64,
}

/// Each bundle with what it weighs. An asset that no bundle names is an error: it would count nowhere.
pub fn weights(built: &Path) -> Result<Vec<(Bundle, Weight)>> {
    let assets = compress::assets(built)?;
    let mut weights = Vec::new();
    let mut named = BTreeSet::new();
    for bundle in BUNDLES {
        let mut weight = Weight::default();
        for asset in loaded(built, &assets, bundle.file)? {
            weight.plain += asset.plain;
            weight.brotli += asset.brotli;
            named.insert(&asset.name);
        }
        weights.push((bundle, weight));
    }
    if let Some(stray) = assets.iter().find(|asset| !named.contains(&asset.name)) {
        bail!("no bundle of the page names {}", stray.name);
    }
    Ok(weights)
}

/// Fails where a first visit to a bundle would load more than the budget.
pub fn keep_budget(built: &Path) -> Result<()> {
    for (bundle, weight) in weights(built)? {
        ensure!(
            weight.brotli <= BUDGET,
            "the {} bundle weighs {} after brotli, its budget is {}",
            bundle.name,
            terminal::kilobytes(weight.brotli),
            terminal::kilobytes(BUDGET)
        );
    }
    Ok(())
}

/// `file` and every asset that it names, itself or by way of a script or a style sheet that it names.
fn loaded<'a>(built: &Path, assets: &'a [Asset], file: &str) -> Result<Vec<&'a Asset>> {
    let mut loaded: Vec<&Asset> = assets.iter().filter(|asset| asset.name == file).collect();
    ensure!(!loaded.is_empty(), "the page has no {file}");
    let mut next = 0;
    while let Some(asset) = loaded.get(next).copied() {
        next += 1;
        if is_a(asset, "wasm") {
            continue;
        }
        let text = std::fs::read_to_string(built.join(&asset.name))
            .with_context(|| format!("cannot read {}", asset.name))?;
        for other in assets {
            let known = loaded.iter().any(|known| known.name == other.name);
            // The HTML files are apart: a link to the other bundle loads nothing.
            if !known && !is_a(other, "html") && text.contains(&other.name) {
                loaded.push(other);
            }
        }
    }
    Ok(loaded)
}

fn is_a(asset: &Asset, kind: &str) -> bool {
    Path::new(&asset.name)
        .extension()
        .is_some_and(|found| found == kind)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn page(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder for the test");
        for (name, content) in files {
            fs::write(folder.path().join(name), content).expect("a file of the test");
        }
        compress::write_twins(folder.path()).expect("twins of the test's files");
        folder
    }

    #[test]
    fn a_bundle_weighs_its_html_and_what_that_names_directly_or_not() {
        let folder = page(&[
            ("index.html", "/console-1.js /both-2.css"),
            ("office.html", "/both-2.css, not index.html"),
            ("console-1.js", "'/console-1_bg.wasm'"),
            ("console-1_bg.wasm", "12345"),
            ("both-2.css", "1234567"),
        ]);
        let weights = weights(folder.path()).unwrap();
        let plain: Vec<_> = weights
            .iter()
            .map(|(bundle, weight)| (bundle.name, weight.plain))
            .collect();
        assert_eq!(plain, [("console", 25 + 20 + 5 + 7), ("office", 27 + 7)]);
        assert!(weights.iter().all(|(_, weight)| weight.brotli > 0));
    }

    #[test]
    fn an_asset_that_no_bundle_names_is_found() {
        let folder = page(&[("index.html", ""), ("office.html", ""), ("stray.js", "")]);
        let error = weights(folder.path()).unwrap_err().to_string();
        assert!(error.contains("stray.js"), "{error}");
    }
}
