//! Where language models end: nothing that decides, sends or shows can reach the crate that asks them, by no way round.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use cargo_metadata::Metadata;

use super::{Tree, edges};

/// The crate that asks models.
const MODELS: &str = "argus-llm";
/// Who may know it: the API, where everything is put together, and what measures from outside the product.
const MAY_KNOW: [&str; 3] = ["argus-api", "argus-bench", "argus-campaigns"];

/// Crates that can reach it and must not, with the way.
pub fn breaches(_: &Tree) -> Result<Vec<String>> {
    let known = known(&edges::metadata()?);
    let others = known
        .keys()
        .filter(|name| **name != MODELS && !MAY_KNOW.contains(&name.as_str()));
    Ok(others.filter_map(|name| breach(&known, name)).collect())
}

/// Each of our crates with those that it knows, in its tests as well.
fn known(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let packages = metadata.workspace_packages();
    packages
        .into_iter()
        .map(|package| {
            let ours = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.path.is_some())
                .map(|dependency| dependency.name.clone());
            (package.name.to_string(), ours.collect())
        })
        .collect()
}

fn breach(known: &BTreeMap<String, BTreeSet<String>>, from: &str) -> Option<String> {
    let way = way(known, from)?;
    Some(format!("{}: can reach language models", way.join(" -> ")))
}

/// The crates from `from` to the models, both included.
fn way<'a>(known: &'a BTreeMap<String, BTreeSet<String>>, from: &'a str) -> Option<Vec<&'a str>> {
    let mut seen = BTreeSet::from([from]);
    let mut ways = vec![vec![from]];
    while let Some(way) = ways.pop() {
        let last = way.last()?;
        if *last == MODELS {
            return Some(way);
        }
        for next in known.get(*last).into_iter().flatten() {
            if seen.insert(next) {
                let mut longer = way.clone();
                longer.push(next);
                ways.push(longer);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_reaches_models_and_page_and_executor_do_not() {
        let known = known(&edges::metadata().unwrap());
        assert_eq!(way(&known, "argus-api").unwrap().last(), Some(&MODELS));
        for name in [
            "argus-frontend",
            "argus-executor",
            "argus-domain",
            "argus-proxmox",
        ] {
            assert!(known.contains_key(name), "{name}");
            assert_eq!(way(&known, name), None);
        }
    }

    #[test]
    fn a_way_round_is_found_and_a_circle_ends() {
        let edges = [
            ("argus-executor", vec!["argus-store", "argus-executor"]),
            ("argus-store", vec!["argus-types", "argus-executor", MODELS]),
            ("argus-types", vec![]),
        ];
        let known = edges
            .into_iter()
            .map(|(name, others)| {
                let others = others.into_iter().map(str::to_owned).collect();
                (name.to_owned(), others)
            })
            .collect();
        assert_eq!(
            breach(&known, "argus-executor").unwrap(),
            "argus-executor -> argus-store -> argus-llm: can reach language models"
        );
        assert_eq!(breach(&known, "argus-types"), None);
    }
}
