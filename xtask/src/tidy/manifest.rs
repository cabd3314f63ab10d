//! Every dependency says what it is for, and every crate takes the workspace's versions and lints.

use anyhow::{Context, Result};

use super::Tree;

/// Breaches in the root manifest and the members'.
pub fn breaches(tree: &Tree) -> Result<Vec<String>> {
    let root = tree.get("Cargo.toml").context("there is no Cargo.toml")?;
    let mut breaches = without_reason(root);
    for file in &tree.files {
        let is_member = file.path.ends_with("Cargo.toml") && file.path.components().count() > 1;
        if is_member {
            breaches.extend(of_member(&file.path.display().to_string(), &file.text)?);
        }
    }
    Ok(breaches)
}

/// Foreign entries of `[workspace.dependencies]` without a comment at their end.
fn without_reason(root: &str) -> Vec<String> {
    let section = root
        .split("[workspace.dependencies]")
        .nth(1)
        .unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    section
        .lines()
        .filter(|line| line.contains(" = ") && !line.trim_start().starts_with('#'))
        .filter(|line| !line.contains("path = "))
        .filter(|line| {
            line.rsplit_once(" # ")
                .is_none_or(|(_, reason)| reason.trim().len() < 3)
        })
        .map(|line| {
            format!(
                "Cargo.toml: say what {} is for",
                line.split(" = ").next().unwrap_or_default()
            )
        })
        .collect()
}

fn of_member(path: &str, text: &str) -> Result<Vec<String>> {
    let manifest: toml::Table =
        toml::from_str(text).with_context(|| format!("cannot parse {path}"))?;
    let mut breaches = Vec::new();
    let lints = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"))
        .and_then(toml::Value::as_bool);
    if lints != Some(true) {
        breaches.push(format!("{path}: needs [lints] workspace = true"));
    }
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(table) = manifest.get(section).and_then(toml::Value::as_table) else {
            continue;
        };
        for (name, entry) in table {
            // A crate's own tests may turn on one of its features by depending on itself.
            let is_itself = entry.get("path").and_then(toml::Value::as_str) == Some(".");
            let is_shared = entry.get("workspace").and_then(toml::Value::as_bool) == Some(true);
            if !is_shared && !is_itself {
                breaches.push(format!("{path}: take {name} from the workspace"));
            }
        }
    }
    Ok(breaches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_is_named() {
        let root = "[workspace.dependencies]\nown = { path = \"x\" }\na = \"1\" # does a\nb = { version = \"1\" }\n\n[profile.dev]\nc = 1\n";
        assert_eq!(without_reason(root), ["Cargo.toml: say what b is for"]);
    }

    #[test]
    fn a_member_with_versions_of_its_own_or_without_lints_is_named() {
        let breaches = of_member(
            "x/Cargo.toml",
            "[dependencies]\na.workspace = true\nb = \"1\"\n",
        )
        .unwrap();
        assert_eq!(
            breaches,
            [
                "x/Cargo.toml: needs [lints] workspace = true",
                "x/Cargo.toml: take b from the workspace"
            ]
        );
    }
}
