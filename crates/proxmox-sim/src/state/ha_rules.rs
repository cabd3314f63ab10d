//! Where the HA stack lets a service be: node affinity (before 9: groups) and resource affinity.

use super::Machine;
use super::ha::sid;

/// What keeps a service from a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// The service that is in the way; it may be the one that would move.
    pub sid: String,
    /// `node-affinity` or `resource-affinity`.
    pub cause: &'static str,
}

impl Machine {
    /// The nodes that a service is meant for; none when it is meant for all.
    pub(super) fn preferred_nodes(&self, sid: &str) -> Option<&[String]> {
        self.placement(sid).map(|(nodes, _)| nodes)
    }

    /// The nodes that a service is meant for, and whether it may be nowhere else.
    fn placement(&self, sid: &str) -> Option<(&[String], bool)> {
        let rule = self
            .ha_rules
            .iter()
            .find(|r| r.kind == "node-affinity" && r.resources.iter().any(|s| s == sid));
        if let Some(rule) = rule {
            return Some((&rule.nodes, rule.strict));
        }
        let name = self.service_of(sid)?.resource.group.as_deref()?;
        let group = self.ha_groups.iter().find(|g| g.id == name)?;
        Some((&group.nodes, group.restricted))
    }

    fn service_of(&self, sid: &str) -> Option<&super::ha::Service> {
        let vmid = sid.split(':').nth(1)?.parse().ok()?;
        self.ha.get(&vmid)
    }

    /// What keeps a service from a node.
    pub(crate) fn blockers(&self, sid: &str, node: &str) -> Vec<Blocker> {
        let mut found = Vec::new();
        if let Some((nodes, true)) = self.placement(sid)
            && !nodes.iter().any(|n| n == node)
        {
            found.push(Blocker {
                sid: sid.into(),
                cause: "node-affinity",
            });
        }
        for other in self.bound_to(sid, "negative") {
            if self.node_of_service(&other) == Some(node) {
                found.push(Blocker {
                    sid: other,
                    cause: "resource-affinity",
                });
            }
        }
        found
    }

    /// The services that move along with one.
    pub(crate) fn companions(&self, sid: &str) -> Vec<String> {
        let mut found = self.bound_to(sid, "positive");
        found.retain(|other| self.node_of_service(other).is_some());
        found
    }

    /// The other services of a service's rules of one kind of resource affinity.
    fn bound_to(&self, sid: &str, affinity: &str) -> Vec<String> {
        let mut found: Vec<String> = self
            .ha_rules
            .iter()
            .filter(|r| r.kind == "resource-affinity" && r.affinity.as_deref() == Some(affinity))
            .filter(|r| r.resources.iter().any(|s| s == sid))
            .flat_map(|r| r.resources.iter().filter(|s| *s != sid).cloned())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Where a managed service is.
    fn node_of_service(&self, name: &str) -> Option<&str> {
        let vmid = name.split(':').nth(1)?.parse().ok()?;
        let guest = self.guests.get(&vmid)?;
        let managed = self.manages(vmid) && sid(guest.kind, vmid) == name;
        managed.then_some(guest.node.as_str())
    }
}
