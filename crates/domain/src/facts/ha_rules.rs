//! Where high availability lets its guests be.

use std::collections::{BTreeMap, BTreeSet};

use argus_types::id::{GuestKey, NodeName};

use crate::inventory::Inventory;

/// One rule of Proxmox's HA manager, as far as it says where guests may be. Since release 9 (`ha-manager rules`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HaRule {
    /// Guests belong on these nodes, sooner on one of a higher priority.
    Nodes {
        /// The guests.
        guests: BTreeSet<GuestKey>,
        /// The nodes with their priorities.
        nodes: BTreeMap<NodeName, u32>,
        /// Whether they may be nowhere else.
        strict: bool,
    },
    /// Guests are on one node, all of them.
    Together {
        /// The guests.
        guests: BTreeSet<GuestKey>,
    },
    /// No two of the guests are on one node.
    Apart {
        /// The guests.
        guests: BTreeSet<GuestKey>,
    },
}

impl HaRule {
    fn guests(&self) -> &BTreeSet<GuestKey> {
        match self {
            Self::Nodes { guests, .. } | Self::Together { guests } | Self::Apart { guests } => {
                guests
            }
        }
    }

    /// How well `node` suits `guest` by this rule, the more the better; or why it must not be there. Rules bind guests
    /// that the HA manager manages, wherever they are now.
    fn suits(
        &self,
        guest: GuestKey,
        node: &NodeName,
        inventory: &Inventory,
    ) -> Result<u32, String> {
        let others = || {
            let others = self.guests().iter().filter(|other| **other != guest);
            others
                .filter_map(|other| inventory.guest(*other))
                .filter(|other| other.ha_managed && other.node == *node)
        };
        match self {
            Self::Nodes { nodes, strict, .. } => match nodes.get(node) {
                // A node without a priority is still one of those that are meant.
                Some(priority) => Ok(priority.saturating_add(1)),
                None if *strict => {
                    Err("a rule of high availability keeps it on other nodes".to_owned())
                }
                None => Ok(0),
            },
            Self::Together { .. } => Ok(u32::try_from(others().count()).unwrap_or(u32::MAX)),
            Self::Apart { .. } => match others().next() {
                Some(other) => Err(format!(
                    "a rule of high availability keeps it apart from {}",
                    other.name
                )),
                None => Ok(0),
            },
        }
    }
}

/// How well `node` suits `guest` by all rules, or why it must not be there.
pub(crate) fn suits(
    rules: &[HaRule],
    guest: GuestKey,
    node: &NodeName,
    inventory: &Inventory,
) -> Result<u32, String> {
    let about = rules.iter().filter(|rule| rule.guests().contains(&guest));
    about
        .map(|rule| rule.suits(guest, node, inventory))
        .sum::<Result<u32, String>>()
}
