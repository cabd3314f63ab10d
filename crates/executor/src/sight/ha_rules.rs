//! Reading where high availability lets its guests be.

use std::collections::{BTreeMap, BTreeSet};

use argus_domain::facts::HaRule;
use argus_domain::inventory::Inventory;
use argus_proxmox::{Client, Error, read};
use argus_types::id::{GuestKey, GuestKind, NodeName, Vmid};

/// The first release with rules; earlier ones have groups, which their HA manager keeps to by itself.
const FIRST_RELEASE: u32 = 9;

/// The rules that are switched on, without those that are about nothing.
pub(super) async fn read(client: &Client, inventory: &Inventory) -> Result<Vec<HaRule>, Error> {
    if inventory.is_before(FIRST_RELEASE) {
        return Ok(Vec::new());
    }
    let rules = client.read(read::ha_rules()).await?.into_iter();
    Ok(rules.filter(|rule| !rule.disable).filter_map(of).collect())
}

fn of(rule: read::HaRule) -> Option<HaRule> {
    let guests = guests(rule.resources.as_deref()?);
    match (rule.type_.as_deref()?, rule.affinity.as_deref()) {
        ("node-affinity", _) => Some(HaRule::Nodes {
            guests,
            nodes: nodes(rule.nodes.as_deref()?),
            strict: rule.strict,
        }),
        ("resource-affinity", Some("positive")) => Some(HaRule::Together { guests }),
        ("resource-affinity", Some("negative")) => Some(HaRule::Apart { guests }),
        _ => None,
    }
}

/// Of `vm:101,ct:102`.
fn guests(resources: &str) -> BTreeSet<GuestKey> {
    let resources = resources.split([',', ' ']).filter_map(|sid| {
        let (kind, vmid) = sid.split_once(':')?;
        let kind = match kind {
            "vm" => GuestKind::Qemu,
            "ct" => GuestKind::Lxc,
            _ => return None,
        };
        let vmid = Vmid::try_from(vmid.parse::<u32>().ok()?).ok()?;
        Some(GuestKey { kind, vmid })
    });
    resources.collect()
}

/// Of `pve1:2,pve2`; a node without a priority has 0.
fn nodes(text: &str) -> BTreeMap<NodeName, u32> {
    let nodes = text.split([',', ' ']).filter_map(|entry| {
        let (name, priority) = entry.split_once(':').unwrap_or((entry, "0"));
        Some((name.parse().ok()?, priority.parse().unwrap_or(0)))
    });
    nodes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(value: serde_json::Value) -> Option<HaRule> {
        of(serde_json::from_value(value).unwrap())
    }

    #[test]
    fn rules_are_read_as_proxmox_writes_them() {
        let on_nodes = rule(serde_json::json!({
            "rule": "r", "type": "node-affinity", "resources": "vm:101,ct:102,xx:1", "nodes": "pve1:2,pve3", "strict": 1,
        }));
        let Some(HaRule::Nodes {
            guests,
            nodes,
            strict,
        }) = on_nodes
        else {
            panic!("{on_nodes:?}");
        };
        assert_eq!(guests.len(), 2);
        let priorities: Vec<u32> = nodes.values().copied().collect();
        assert!(strict && priorities == [2, 0]);
        let apart = rule(serde_json::json!({
            "rule": "r", "type": "resource-affinity", "resources": "vm:101,vm:102", "affinity": "negative",
        }));
        assert!(matches!(apart, Some(HaRule::Apart { guests }) if guests.len() == 2));
        let unknown =
            rule(serde_json::json!({ "rule": "r", "type": "new", "resources": "vm:101" }));
        assert_eq!(unknown, None);
    }
}
