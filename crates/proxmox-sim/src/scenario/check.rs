//! What must hold in a scenario before a machine is built from it.

use std::collections::BTreeSet;

use super::{Error, Guest, Scenario};

/// Nothing in a scenario takes longer than this.
const LONGEST_MS: u64 = 86_400_000;

impl Scenario {
    /// Checks that every name refers to something and nothing is there twice.
    pub(super) fn check(&self) -> Result<(), Error> {
        let nodes = unique("node", self.node.iter().map(|n| n.name.as_str()))?;
        let storages = unique("storage", self.storage.iter().map(|s| s.id.as_str()))?;
        let pools = unique("pool", self.pool.iter().map(|p| p.id.as_str()))?;
        unique("user", self.user.iter().map(|u| u.id.as_str()))?;
        unique("token", self.token.iter().map(|t| t.id.as_str()))?;
        if nodes.is_empty() {
            return Err(Error::Inconsistent("there is no node".into()));
        }
        if self.cluster.is_none() && nodes.len() > 1 {
            return Err(Error::Inconsistent(
                "several nodes need a cluster name".into(),
            ));
        }
        let mut vmids = BTreeSet::new();
        for guest in &self.guest {
            let vmid = guest.vmid;
            if !(100..=999_999_999).contains(&vmid) || !vmids.insert(vmid) {
                return Err(Error::Inconsistent(format!(
                    "vmid {vmid} is out of range or there twice"
                )));
            }
            known(&nodes, "node", &guest.node, vmid)?;
            known(&storages, "storage", &guest.storage, vmid)?;
            if let Some(pool) = &guest.pool {
                known(&pools, "pool", pool, vmid)?;
            }
            self.check_backups(guest)?;
        }
        for file in &self.file {
            known(&storages, "storage", &file.storage, &file.name)?;
        }
        self.check_ha(&nodes)?;
        self.check_replication(&nodes)?;
        self.check_backup_jobs(&nodes)?;
        for storage in &self.storage {
            if !(0.0..=1.0).contains(&storage.used) {
                return Err(Error::Inconsistent(format!(
                    "storage {} is used beyond 0 to 1",
                    storage.id
                )));
            }
            for node in &storage.nodes {
                known(&nodes, "node", node, &storage.id)?;
            }
        }
        let longest = self.durations_ms.all().into_iter().max();
        if longest > Some(LONGEST_MS) {
            return Err(Error::Inconsistent(
                "a duration is longer than a day".into(),
            ));
        }
        for token in &self.token {
            let user = token.id.split('!').next().unwrap_or_default();
            if !self.user.iter().any(|u| u.id == user) || !token.id.contains('!') {
                return Err(Error::Inconsistent(format!(
                    "token {} has no user",
                    token.id
                )));
            }
        }
        for entry in &self.acl {
            let custom = self.role.contains_key(&entry.role);
            if !custom && crate::state::builtin_role(&entry.role).is_none() {
                return Err(Error::Inconsistent(format!(
                    "role {} is not known",
                    entry.role
                )));
            }
        }
        Ok(())
    }

    /// HA resources name guests of their kind, HA groups name nodes.
    fn check_ha(&self, nodes: &BTreeSet<&str>) -> Result<(), Error> {
        unique(
            "HA resource",
            self.ha_resource.iter().map(|r| r.sid.as_str()),
        )?;
        for resource in &self.ha_resource {
            let there = |g: &Guest| crate::state::sid(g.kind, g.vmid) == resource.sid;
            if !self.guest.iter().any(there) {
                return Err(Error::Inconsistent(format!(
                    "the HA resource {} is no guest",
                    resource.sid
                )));
            }
        }
        for group in &self.ha_group {
            for node in &group.nodes {
                known(nodes, "node", node, &group.id)?;
            }
        }
        Ok(())
    }

    /// A replication job sends a guest from where it is to another node.
    fn check_replication(&self, nodes: &BTreeSet<&str>) -> Result<(), Error> {
        unique(
            "replication job",
            self.replication.iter().map(|j| j.id.as_str()),
        )?;
        for job in &self.replication {
            known(nodes, "node", &job.target, &job.id)?;
            let here = |g: &Guest| g.vmid == job.guest && g.node == job.source;
            let numbered = job.id.strip_prefix(&format!("{}-", job.guest));
            let fits = numbered.is_some_and(|n| n.parse::<u32>().is_ok());
            if !fits || !self.guest.iter().any(here) || job.source == job.target {
                return Err(Error::Inconsistent(format!(
                    "the replication job {} does not send its guest to another node",
                    job.id
                )));
            }
            if !(0.0..=86_400.0).contains(&job.duration) {
                return Err(Error::Inconsistent(format!(
                    "the replication job {} lasts longer than a day",
                    job.id
                )));
            }
        }
        Ok(())
    }

    /// A backup job says by a known calendar what goes to a storage for archives.
    fn check_backup_jobs(&self, nodes: &BTreeSet<&str>) -> Result<(), Error> {
        unique("backup job", self.backup_job.iter().map(|j| j.id.as_str()))?;
        for job in &self.backup_job {
            if let Some(node) = &job.node {
                known(nodes, "node", node, &job.id)?;
            }
            let storage = self.storage.iter().find(|s| s.id == job.storage);
            let kept = storage.is_some_and(|s| s.keeps("backup"));
            let comes = super::calendar::next(&job.schedule, 0).is_some();
            let mode = ["snapshot", "suspend", "stop"].contains(&job.mode.as_str());
            if !(kept && comes && mode) {
                return Err(Error::Inconsistent(format!(
                    "the backup job {} never makes an archive",
                    job.id
                )));
            }
        }
        Ok(())
    }

    /// A guest's backups are where backups may be, and only a backup server verifies them.
    fn check_backups(&self, guest: &Guest) -> Result<(), Error> {
        let mut times = BTreeSet::new();
        for backup in &guest.backup {
            let storage = self.storage.iter().find(|s| s.id == backup.storage);
            let fits = storage.is_some_and(|s| {
                s.keeps("backup") && (backup.verified.is_none() || s.kind == "pbs")
            });
            if !fits || !times.insert((&backup.storage, backup.age_hours)) {
                return Err(Error::Inconsistent(format!(
                    "a backup of guest {} cannot be on {}",
                    guest.vmid, backup.storage
                )));
            }
        }
        Ok(())
    }
}

fn unique<'a>(
    what: &str,
    names: impl Iterator<Item = &'a str>,
) -> Result<BTreeSet<&'a str>, Error> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Error::Inconsistent(format!("{what} {name} is there twice")));
        }
    }
    Ok(seen)
}

fn known(
    names: &BTreeSet<&str>,
    what: &str,
    name: &str,
    owner: impl std::fmt::Display,
) -> Result<(), Error> {
    if names.contains(name) {
        return Ok(());
    }
    Err(Error::Inconsistent(format!(
        "{owner} names the {what} {name}, which is not there"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_on_an_unknown_node_is_refused() {
        let mut scenario = Scenario::lab();
        scenario.guest[0].node = "pve9".into();
        let problem = scenario.check().unwrap_err().to_string();
        assert!(problem.contains("pve9"), "{problem}");
    }

    #[test]
    fn a_number_given_twice_is_refused() {
        let mut scenario = Scenario::lab();
        scenario.guest[1].vmid = scenario.guest[0].vmid;
        assert!(scenario.check().is_err());
    }

    #[test]
    fn a_replication_job_starts_where_its_guest_is_and_ends_elsewhere() {
        let mut scenario = Scenario::lab();
        let job = scenario.replication[0].clone();
        scenario.replication[0].source.clone_from(&job.target);
        assert!(scenario.check().is_err());
        scenario.replication[0] = super::super::Replication {
            target: job.source.clone(),
            ..job
        };
        assert!(scenario.check().is_err());
    }

    #[test]
    fn an_ha_resource_is_a_guest_of_its_kind() {
        let mut scenario = Scenario::lab();
        scenario.ha_resource[0].sid = "ct:103".into();
        assert!(scenario.check().is_err());
    }

    #[test]
    fn a_backup_needs_a_storage_that_keeps_backups() {
        let mut scenario = Scenario::lab();
        let guest = scenario.guest.iter_mut().find(|g| !g.backup.is_empty());
        guest.unwrap().backup[0].storage = "local-lvm".into();
        assert!(scenario.check().is_err());
    }

    #[test]
    fn an_unknown_role_is_refused() {
        let mut scenario = Scenario::lab();
        scenario.acl[0].role = "Emperor".into();
        assert!(scenario.check().is_err());
    }
}
