//! Who may know whom, as ARCHITECTURE.md draws it, against what cargo says.

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use super::Tree;
use crate::{environment, workspace};

/// What each crate may use of Argus: in the product, and besides that in its tests.
const ALLOWED: &[(&str, &[&str], &[&str])] = &[
    ("argus-types", &[], &[]),
    ("argus-domain", &["argus-types"], &[]),
    ("argus-ledger", &[], &[]),
    (
        "argus-store",
        &["argus-types", "argus-domain", "argus-ledger"],
        &["argus-store"],
    ),
    ("argus-proxmox", &[], &["argus-proxmox-sim"]),
    ("argus-llm", &[], &[]),
    ("argus-identity", &[], &["argus-identity"]),
    ("argus-proxmox-sim", &[], &[]),
    ("argus-fault-proxy", &[], &[]),
    (
        "argus-executor",
        &[
            "argus-types",
            "argus-domain",
            "argus-store",
            "argus-proxmox",
        ],
        &["argus-executor", "argus-proxmox-sim", "argus-fault-proxy"],
    ),
    (
        "argus-api",
        &[
            "argus-types",
            "argus-domain",
            "argus-ledger",
            "argus-store",
            "argus-proxmox",
            "argus-llm",
            "argus-identity",
            "argus-executor",
        ],
        &["argus-proxmox-sim"],
    ),
    ("argus-cli", &["argus-types", "argus-ledger"], &[]),
    ("argus-frontend", &["argus-types", "argus-ledger"], &[]),
    // Measures the product from inside and from outside; nobody may use it.
    (
        "argus-bench",
        &[
            "argus-types",
            "argus-domain",
            "argus-ledger",
            "argus-store",
            "argus-proxmox",
            "argus-llm",
            "argus-identity",
            "argus-proxmox-sim",
            "argus-executor",
            "argus-api",
        ],
        &[],
    ),
    // Puts the product to many inputs; nobody may use it.
    (
        "argus-campaigns",
        &[
            "argus-types",
            "argus-domain",
            "argus-store",
            "argus-proxmox",
            "argus-proxmox-sim",
            "argus-llm",
            "argus-executor",
            "argus-api",
        ],
        &[],
    ),
    // A chore speaks to the product over its wire.
    ("xtask", &["argus-types"], &[]),
];

/// The executor's feature under which campaigns may end or freeze it.
const FAIL_POINTS: &str = "fail-points";

/// Edges that ARCHITECTURE.md does not have.
pub fn breaches(_: &Tree) -> Result<Vec<String>> {
    let metadata = metadata()?;
    let mut breaches = Vec::new();
    for package in metadata.workspace_packages() {
        let Some((_, product, tests)) = ALLOWED
            .iter()
            .find(|(name, ..)| *name == package.name.as_str())
        else {
            breaches.push(format!(
                "{}: xtask's list of edges does not have this crate",
                package.name
            ));
            continue;
        };
        breaches.extend(of_package(package, product, tests));
    }
    Ok(breaches)
}

fn of_package(package: &Package, product: &[&str], tests: &[&str]) -> Vec<String> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.path.is_some())
        .filter(|dependency| {
            let name = dependency.name.as_str();
            let in_tests = dependency.kind == DependencyKind::Development && tests.contains(&name);
            !product.contains(&name) && !in_tests
        })
        .map(|dependency| format!("{}: must not know {}", package.name, dependency.name))
        .collect()
}

/// Crates whose package or folder ARCHITECTURE.md does not name.
pub fn undocumented(tree: &Tree) -> Result<Vec<String>> {
    let text = tree
        .get("ARCHITECTURE.md")
        .context("there is no ARCHITECTURE.md")?;
    let mut breaches = Vec::new();
    for package in metadata()?.workspace_packages() {
        let folder = package
            .manifest_path
            .parent()
            .context("a package is in a folder")?;
        let folder = folder.strip_prefix(workspace::root()).unwrap_or(folder);
        for name in [package.name.as_str(), folder.as_str()] {
            if !text.contains(&format!("`{name}`")) {
                breaches.push(format!("ARCHITECTURE.md: does not name `{name}`"));
            }
        }
    }
    Ok(breaches)
}

/// Crates other than the store that can speak SQL.
pub fn sql_outside_store(_: &Tree) -> Result<Vec<String>> {
    Ok(metadata()?
        .workspace_packages()
        .into_iter()
        .filter(|package| package.name.as_str() != "argus-store")
        .flat_map(|package| {
            package
                .dependencies
                .iter()
                .filter(|dependency| {
                    dependency.name == "sqlx" || dependency.name.contains("postgres")
                })
                .map(move |dependency| format!("{}: depends on {}", package.name, dependency.name))
        })
        .collect())
}

/// Crates that arm the executor's fail points, other than the campaigns, which no product is built with.
pub fn armed_in_the_product(_: &Tree) -> Result<Vec<String>> {
    let metadata = metadata()?;
    let mut breaches = Vec::new();
    for package in metadata.workspace_packages() {
        if package.name.as_str() != "argus-campaigns" {
            breaches.extend(arms(package));
        }
    }
    let default = metadata.workspace_default_packages();
    if default
        .iter()
        .any(|package| package.name.as_str() == "argus-campaigns")
    {
        breaches.push("Cargo.toml: a plain build must not build the campaigns".to_owned());
    }
    Ok(breaches)
}

/// Where a package turns fail points on: in its dependencies, or in a feature that something else could turn on.
fn arms(package: &Package) -> Vec<String> {
    let asked = package.dependencies.iter().filter(|dependency| {
        dependency.name == "argus-executor"
            && dependency.features.iter().any(|name| name == FAIL_POINTS)
    });
    let mut breaches: Vec<_> = asked
        .map(|_| format!("{}: turns on {FAIL_POINTS} of argus-executor", package.name))
        .collect();
    for (feature, turns_on) in &package.features {
        let is_own = package.name.as_str() == "argus-executor" && feature == FAIL_POINTS;
        if !is_own && turns_on.iter().any(|name| name.ends_with(FAIL_POINTS)) {
            breaches.push(format!(
                "{}: feature {feature} turns on {FAIL_POINTS}",
                package.name
            ));
        }
    }
    breaches
}

/// What cargo says of the workspace.
pub fn metadata() -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    if let Some(cargo) = environment::variable("CARGO") {
        command.cargo_path(cargo);
    }
    command.current_dir(workspace::root()).no_deps();
    command.exec().context("cargo metadata failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_that_is_not_drawn_is_a_breach_and_a_drawn_one_is_not() {
        let metadata = metadata().unwrap();
        let packages = metadata.workspace_packages();
        let api = packages
            .iter()
            .find(|package| package.name.as_str() == "argus-api")
            .unwrap();
        let all = of_package(api, &[], &[]);
        assert!(
            all.contains(&"argus-api: must not know argus-store".to_owned()),
            "{all:?}"
        );
        let without_store = of_package(api, &["argus-store"], &[]);
        assert!(!without_store.contains(&"argus-api: must not know argus-store".to_owned()));
    }

    #[test]
    fn only_the_campaigns_arm_fail_points() {
        let metadata = metadata().unwrap();
        for package in metadata.workspace_packages() {
            let is_campaigns = package.name.as_str() == "argus-campaigns";
            assert_eq!(!arms(package).is_empty(), is_campaigns, "{}", package.name);
        }
    }

    #[test]
    fn nobody_may_know_a_crate_of_the_same_or_a_higher_row() {
        let row = |name: &str| match name {
            "argus-types" => 0,
            "argus-domain" | "argus-ledger" => 1,
            "argus-store" | "argus-proxmox" | "argus-llm" | "argus-identity"
            | "argus-proxmox-sim" => 2,
            "argus-executor" => 3,
            "argus-bench" | "argus-campaigns" => 5,
            _ => 4,
        };
        for (name, product, _) in ALLOWED {
            for known in *product {
                assert!(row(known) < row(name), "{name} -> {known}");
            }
        }
    }
}
