//! The inventory out of the contract's cluster.

use argus_domain::inventory::Inventory;
use argus_types::cluster::Cluster;
use serde_json::json;

use crate::fixture::{key, node};

#[test]
fn a_node_of_unknown_state_counts_as_away_and_an_ha_state_as_managed() {
    let node_json = |name: &str, status: &str| json!({ "name": name, "status": status, "running_guests": 0, "guests": 0 });
    let cluster: Cluster = serde_json::from_value(json!({
        "id": "demo", "quorate": true, "changed_at": "2026-11-22T18:39:21Z",
        "nodes": [node_json("pve1", "online"), node_json("pve2", "unknown"), node_json("pve3", "offline")],
        "guests": [
            { "kind": "qemu", "vmid": 101, "name": "web-01", "node": "pve1", "status": "running",
              "template": false, "tags": ["prod"], "ha_state": "started" },
            { "kind": "lxc", "vmid": 103, "name": "ct-01", "node": "pve2", "status": "stopped",
              "template": false, "tags": [] },
        ],
        "storages": [], "pools": [], "gaps": [],
    }))
    .unwrap();
    let inventory = Inventory::from(&cluster);
    let online: Vec<bool> = inventory.nodes.iter().map(|node| node.online).collect();
    assert_eq!(online, [true, false, false]);
    assert!(inventory.is_online(&node("pve1")) && !inventory.is_online(&node("pve9")));
    let managed: Vec<bool> = inventory
        .guests
        .iter()
        .map(|guest| guest.ha_managed)
        .collect();
    assert_eq!(managed, [true, false]);
    let found = inventory
        .guest(key(argus_types::id::GuestKind::Lxc, 103))
        .unwrap();
    assert_eq!(found.name, "ct-01");
}
