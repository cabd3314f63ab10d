//! What a token may do, as Proxmox computed it for the token itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use crate::lenient;

/// Effective privileges by path. The user's and the token's rights are already intersected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions {
    /// Path, privilege, and whether it holds below the path as well.
    paths: BTreeMap<String, BTreeMap<String, bool>>,
}

#[derive(Deserialize)]
struct Propagates(#[serde(deserialize_with = "lenient::flag")] bool);

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Paths;

        impl<'de> Visitor<'de> for Paths {
            type Value = Permissions;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("privileges by path")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Permissions, A::Error> {
                let mut paths = BTreeMap::new();
                while let Some((path, privileges)) =
                    map.next_entry::<String, BTreeMap<String, Propagates>>()?
                {
                    let privileges = privileges
                        .into_iter()
                        .map(|(privilege, Propagates(below))| (privilege, below))
                        .collect();
                    paths.insert(path, privileges);
                }
                Ok(Permissions { paths })
            }
        }

        deserializer.deserialize_map(Paths)
    }
}

impl Permissions {
    /// Every privilege with the path on which it holds.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.paths.iter().flat_map(|(path, privileges)| {
            let privileges = privileges.keys();
            privileges.map(move |privilege| (path.as_str(), privilege.as_str()))
        })
    }

    /// Whether the privilege holds at a path. Proxmox lists the paths that have entries of their own; one that is not
    /// listed has what propagates from the nearest listed path above it.
    pub fn allows(&self, privilege: &str, path: &str) -> bool {
        match self.paths.get(path) {
            Some(privileges) => privileges.contains_key(privilege),
            None => self.inherited(path).contains(privilege),
        }
    }

    /// The paths at which the privilege is listed, for a message such as "only on /pool/test".
    pub fn paths_with<'a>(&'a self, privilege: &'a str) -> impl Iterator<Item = &'a str> {
        self.paths
            .iter()
            .filter(move |(_, privileges)| privileges.contains_key(privilege))
            .map(|(path, _)| path.as_str())
    }

    /// Whether nothing is allowed anywhere, as with a token that has no entry of its own.
    pub fn is_empty(&self) -> bool {
        self.paths.values().all(BTreeMap::is_empty)
    }

    /// Whether the path has an entry of its own that replaces what comes from above: a grant further up would not
    /// arrive here.
    pub(crate) fn is_overridden(&self, path: &str) -> bool {
        self.paths.get(path).is_some_and(|here| {
            self.inherited(path)
                .iter()
                .any(|privilege| !here.contains_key(*privilege))
        })
    }

    /// What propagates to a path from the nearest listed one above it.
    fn inherited(&self, path: &str) -> BTreeSet<&str> {
        above(path)
            .find_map(|path| self.paths.get(path))
            .map(|privileges| {
                privileges
                    .iter()
                    .filter(|(_, below)| **below)
                    .map(|(privilege, _)| privilege.as_str())
                    .collect()
            })
            .unwrap_or_default()
    }
}

/// The paths above one, nearest first: of `/vms/100` they are `/vms` and `/`.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| match path.rsplit_once('/')? {
        ("", "") => None,
        ("", _) => Some("/"),
        (parent, _) => Some(parent),
    })
    .skip(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn permissions() -> Permissions {
        serde_json::from_value(json!({
            "/": {"Sys.Audit": 1, "VM.Audit": "1", "Sys.Syslog": 0},
            "/vms/100": {"VM.PowerMgmt": true},
            "/pool/test": {"VM.Migrate": 1},
        }))
        .unwrap()
    }

    #[test]
    fn a_privilege_holds_below_only_where_it_propagates() {
        let permissions = permissions();
        assert!(permissions.allows("Sys.Audit", "/"));
        assert!(permissions.allows("Sys.Audit", "/nodes/pve1"));
        assert!(permissions.allows("Sys.Syslog", "/"));
        assert!(!permissions.allows("Sys.Syslog", "/nodes/pve1"));
        assert!(!permissions.allows("VM.Migrate", "/vms"));
    }

    #[test]
    fn an_entry_of_its_own_replaces_what_comes_from_above() {
        let permissions = permissions();
        assert!(permissions.allows("VM.PowerMgmt", "/vms/100"));
        assert!(!permissions.allows("VM.Audit", "/vms/100"));
        assert!(permissions.allows("VM.Audit", "/vms/101"));
        assert!(permissions.is_overridden("/vms/100"));
        assert!(!permissions.is_overridden("/vms"));
        assert!(!permissions.is_overridden("/"));
    }

    #[test]
    fn the_paths_of_a_privilege_are_named() {
        assert_eq!(
            permissions().paths_with("VM.Migrate").collect::<Vec<_>>(),
            ["/pool/test"]
        );
        assert!(Permissions::default().is_empty());
    }
}
