//! Network cards, out of a guest's configuration.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The last VLAN that there is (IEEE 802.1Q).
const LAST_VLAN: u16 = 4094;

/// A bridge that a card is plugged into, or one VLAN of it. Proxmox asks for `SDN.Use` of exactly this: of the VLAN
/// where the card names one, of each VLAN of a trunk, of the bridge where it names none (pve-guest-common 6.0,
/// `PVE::GuestHelpers::check_vnet_access`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plug {
    /// The bridge, such as `vmbr0`: letters, digits, `-`, `_` and `.`, and a letter first.
    pub bridge: String,
    /// The VLAN.
    pub vlan: Option<u16>,
}

/// What all cards are plugged into.
pub(super) fn plugs(raw: &Map<String, Value>) -> BTreeSet<Plug> {
    let is_card = |key: &str| {
        key.strip_prefix("net")
            .is_some_and(|number| number.parse::<u8>().is_ok())
    };
    let cards = raw.iter().filter(|(key, _)| is_card(key));
    let lines = cards.filter_map(|(_, line)| line.as_str());
    lines.flat_map(of_card).collect()
}

/// None of a card that is plugged into nothing, or into something that is not named like a bridge.
fn of_card(line: &str) -> Vec<Plug> {
    let part = |name: &str| {
        let mut parts = line.split(',').filter_map(|part| part.split_once('='));
        parts.find_map(|(key, value)| (key.trim() == name).then_some(value.trim()))
    };
    let Some(bridge) = part("bridge").filter(|bridge| is_bridge(bridge)) else {
        return Vec::new();
    };
    let plug = |vlan| Plug {
        bridge: bridge.to_owned(),
        vlan,
    };
    let tag = part("tag").and_then(vlan);
    let trunk = part("trunks")
        .into_iter()
        .flat_map(|trunks| trunks.split(';'));
    let vlans: Vec<u16> = tag.into_iter().chain(trunk.flat_map(range)).collect();
    if vlans.is_empty() {
        return vec![plug(None)];
    }
    vlans.into_iter().map(|vlan| plug(Some(vlan))).collect()
}

fn is_bridge(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn vlan(text: &str) -> Option<u16> {
    text.parse()
        .ok()
        .filter(|vlan| (1..=LAST_VLAN).contains(vlan))
}

/// `5` and `10-20`.
fn range(text: &str) -> Vec<u16> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (vlan(first), vlan(last)) {
        (Some(first), Some(last)) => (first..=last).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(config: &Value) -> Vec<String> {
        let plugs = plugs(config.as_object().unwrap()).into_iter();
        let words = plugs.map(|plug| match plug.vlan {
            Some(vlan) => format!("{}/{vlan}", plug.bridge),
            None => plug.bridge,
        });
        words.collect()
    }

    #[test]
    fn a_card_is_plugged_into_a_bridge_or_into_the_vlans_that_it_names() {
        let config = json!({
            "net0": "virtio=BC:24:11:00:00:01,bridge=vmbr0",
            "net1": "name=eth1,bridge=vmbr1,tag=20,type=veth",
            "net12": "virtio,bridge=vmbr2,trunks=5;10-12",
            "net2": "e1000=BC:24:11:00:00:02",
            "netlike": "bridge=vmbr9",
            "description": "bridge=vmbr8",
        });
        assert_eq!(
            of(&config),
            [
                "vmbr0", "vmbr1/20", "vmbr2/5", "vmbr2/10", "vmbr2/11", "vmbr2/12"
            ]
        );
    }

    #[test]
    fn what_is_not_named_like_a_bridge_is_none() {
        for bridge in ["", "..", "vmbr0/../..", "../../vms", "vmbr 0"] {
            assert_eq!(
                of(&json!({ "net0": format!("virtio,bridge={bridge}") })),
                [""; 0]
            );
        }
    }
}
