//! Only one file may name the part of the client that changes a cluster, and only one the part that hands out rights.

use std::path::Path;

use super::{Tree, source};

/// A module of the client, and the file that may name it.
const GATES: [(&str, &str); 2] = [("write", ADAPTER), ("manage", GATEWAY)];
/// Sends steps.
const ADAPTER: &str = "crates/executor/src/adapter.rs";
/// Makes and removes tokens.
const GATEWAY: &str = "crates/executor/src/plan_token/gateway.rs";

/// Every other file that names it.
pub fn breaches(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in tree.of_kind("rs") {
        if is_client(&file.path) || file.path.starts_with("xtask") {
            continue;
        }
        let code = source::without_comments(&file.text);
        for (module, only) in GATES {
            if file.path != Path::new(only) && names(&code, module) {
                breaches.push(format!(
                    "{}: names argus_proxmox::{module}, which only {only} may",
                    file.path.display()
                ));
            }
        }
    }
    breaches
}

/// The client may name its own module.
fn is_client(path: &Path) -> bool {
    path.starts_with("crates/proxmox/")
}

/// By full path, within a `use` group, or behind another name that would hide it.
fn names(code: &str, module: &str) -> bool {
    let dense: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if dense.contains(&format!("proxmox::{module}"))
        || dense.contains("argus_proxmoxas")
        || dense.contains("argus_proxmox::*")
    {
        return true;
    }
    dense.split("useargus_proxmox::{").skip(1).any(|rest| {
        let group = rest.split(';').next().unwrap_or_default();
        group.split([',', '{', '}']).any(|name| {
            name == module
                || name.starts_with(&format!("{module}::"))
                || name.starts_with(&format!("{module}as"))
                || name.starts_with("selfas")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_it_is_found() {
        for code in [
            "argus_proxmox::write::start(&guest)",
            "use argus_proxmox::write;",
            "use argus_proxmox::{Client, write};",
            "use argus_proxmox::{\n    read::{self, tasks},\n    write::{self},\n};",
            "use argus_proxmox as pve;",
            "use argus_proxmox::*;",
        ] {
            assert!(names(code, "write"), "{code}");
        }
        assert!(names("use argus_proxmox::{manage, read};", "manage"));
    }

    #[test]
    fn reading_is_free() {
        for code in [
            "use argus_proxmox::{Client, read};",
            "file.write(b\"x\")",
            "argus_proxmox::read::write_status()",
        ] {
            assert!(!names(code, "write"), "{code}");
        }
    }

    #[test]
    fn a_comment_about_it_is_no_breach_and_the_adapter_may() {
        let tree = Tree::of(&[
            ("crates/api/src/lib.rs", "//! Never argus_proxmox::write.\n"),
            (ADAPTER, "use argus_proxmox::write;"),
            (GATEWAY, "use argus_proxmox::manage;"),
            ("crates/api/src/bad.rs", "use argus_proxmox::write;"),
            (
                "crates/executor/src/adapter2.rs",
                "use argus_proxmox::manage::grant;",
            ),
        ]);
        let breaches = breaches(&tree);
        assert_eq!(breaches.len(), 2, "{breaches:?}");
        assert!(breaches[0].starts_with("crates/api/src/bad.rs"));
        assert!(breaches[1].contains("names argus_proxmox::manage"));
    }
}
