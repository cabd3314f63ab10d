//! The rights that a plan needs, which its steps name and its reviewers saw, and whether a token has exactly those.

use std::collections::{BTreeMap, BTreeSet};

use argus_proxmox::Permissions;
use argus_types::plan::Plan;

/// Privileges by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rights(BTreeMap<String, BTreeSet<String>>);

/// How what a token has is not what it was to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// Its user has not got it, or an entry nearer to the path keeps it away.
    Lacks(Vec<String>),
    /// Nobody asked for it.
    HasBeyond(Vec<String>),
}

impl Rights {
    /// All that any step names.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut by_path: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for privilege in plan.steps.iter().flat_map(|step| &step.privileges) {
            let here = by_path.entry(privilege.path.clone()).or_default();
            here.insert(privilege.name.clone());
        }
        Self(by_path)
    }

    pub(super) fn by_path(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        self.0
            .iter()
            .map(|(path, privileges)| (path.as_str(), privileges.iter().map(String::as_str)))
    }

    /// In one line, for people.
    pub(super) fn in_words(&self) -> Vec<String> {
        let all = self.by_path().flat_map(|(path, privileges)| {
            privileges.map(move |privilege| format!("{privilege} on {path}"))
        });
        all.collect()
    }

    /// Holds what a token has to what it was to have. What an entry on a pool gives on the pool's members is no more
    /// than was asked for.
    pub(super) fn compare(&self, held: &Permissions) -> Result<(), Mismatch> {
        let has = |path: &str, privilege: &str| {
            let mut entries = held.entries();
            entries.any(|(at, name)| at == path && name == privilege)
        };
        let lacks: Vec<_> = self
            .by_path()
            .flat_map(|(path, privileges)| privileges.map(move |privilege| (path, privilege)))
            .filter(|(path, privilege)| !has(path, privilege))
            .map(|(path, privilege)| format!("{privilege} on {path}"))
            .collect();
        if !lacks.is_empty() {
            return Err(Mismatch::Lacks(lacks));
        }
        let of_pools: BTreeSet<&str> = self
            .by_path()
            .filter(|(path, _)| path.starts_with("/pool/"))
            .flat_map(|(_, privileges)| privileges)
            .collect();
        let asked_for = |path: &str, privilege: &str| {
            let here = self.0.get(path);
            let of_member = path.starts_with("/vms/") || path.starts_with("/storage/");
            here.is_some_and(|privileges| privileges.contains(privilege))
                || (of_member && of_pools.contains(privilege))
        };
        let beyond: Vec<_> = held
            .entries()
            .filter(|(path, privilege)| !asked_for(path, privilege))
            .map(|(path, privilege)| format!("{privilege} on {path}"))
            .collect();
        if beyond.is_empty() {
            Ok(())
        } else {
            Err(Mismatch::HasBeyond(beyond))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(pairs: &[(&str, &str)]) -> Rights {
        let mut by_path: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, privilege) in pairs {
            let here = by_path.entry((*path).to_owned()).or_default();
            here.insert((*privilege).to_owned());
        }
        Rights(by_path)
    }

    fn held(json: &str) -> Permissions {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_token_must_have_all_that_was_asked_for_and_nothing_else() {
        let rights = rights(&[("/vms/101", "VM.PowerMgmt"), ("/", "Sys.Console")]);
        let right = r#"{"/":{"Sys.Console":0},"/vms/101":{"VM.PowerMgmt":0}}"#;
        assert_eq!(rights.compare(&held(right)), Ok(()));
        let less = r#"{"/":{"Sys.Console":0}}"#;
        let lacks = Mismatch::Lacks(vec!["VM.PowerMgmt on /vms/101".to_owned()]);
        assert_eq!(rights.compare(&held(less)), Err(lacks));
        let more = r#"{"/":{"Sys.Console":0},"/vms/101":{"VM.PowerMgmt":0},"/vms/102":{"VM.PowerMgmt":0}}"#;
        let beyond = Mismatch::HasBeyond(vec!["VM.PowerMgmt on /vms/102".to_owned()]);
        assert_eq!(rights.compare(&held(more)), Err(beyond));
    }

    #[test]
    fn a_right_on_a_pool_reaches_its_members() {
        let rights = rights(&[("/pool/lab", "Pool.Allocate")]);
        let members = r#"{"/pool/lab":{"Pool.Allocate":0},"/vms/106":{"Pool.Allocate":0}}"#;
        assert_eq!(rights.compare(&held(members)), Ok(()));
        let node = r#"{"/pool/lab":{"Pool.Allocate":0},"/nodes/a":{"Pool.Allocate":0}}"#;
        assert!(rights.compare(&held(node)).is_err());
    }
}
