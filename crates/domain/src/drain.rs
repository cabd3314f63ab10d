//! Which guest of a node goes where: by the rules of high availability, then by room, one after the other, the same for
//! the same facts.

use std::cmp::Reverse;

use argus_types::id::{GuestKey, NodeName};

use crate::facts::{self, GuestFacts};
use crate::inventory::{GuestListing, Inventory};
use crate::twin::Twin;

/// Guests in the node's memory, the largest first: what is large finds room only while there is much of it.
pub(crate) fn order(twin: &Twin, node: &NodeName) -> Vec<GuestKey> {
    let inventory = &twin.facts().inventory;
    let mut guests: Vec<&GuestListing> = inventory
        .guests_on(node)
        .filter(|guest| guest.is_up())
        .collect();
    guests.sort_by_key(|guest| (Reverse(guest.memory.unwrap_or(0)), guest.key.vmid));
    guests.into_iter().map(|guest| guest.key).collect()
}

/// Among the nodes that Proxmox and the rules of high availability let the guest move to the one that suits those rules
/// best, and of several the one with the most room; or why there is none.
pub(crate) fn choose(
    twin: &Twin,
    guest: &GuestFacts,
    leaving: &NodeName,
) -> Result<NodeName, String> {
    let inventory = &twin.facts().inventory;
    let asked = twin.is_as_read(guest.key);
    let mut reasons = Vec::new();
    let mut best: Option<((u32, i128), &NodeName)> = None;
    for node in inventory.other_online_nodes(leaving) {
        if asked {
            match guest.migrate.get(node) {
                Some(Ok(())) => {}
                Some(Err(reason)) => {
                    reasons.push(format!("{node}: {reason}"));
                    continue;
                }
                None => {
                    reasons.push(format!("{node}: Proxmox did not say"));
                    continue;
                }
            }
        }
        let needed = inventory.guest(guest.key).and_then(|listed| listed.memory);
        let room = room(inventory, node);
        if let (Some(room), Some(needed)) = (room, needed)
            && room < i128::from(needed)
        {
            reasons.push(format!("{node}: too little memory"));
            continue;
        }
        let suits = match suits(twin, guest, node) {
            Ok(suits) => suits,
            Err(reason) => {
                reasons.push(format!("{node}: {reason}"));
                continue;
            }
        };
        let fit = (suits, room.unwrap_or(0));
        // Nodes come in the order of their names; the first of several that are alike is taken.
        if best.is_none_or(|(most, _)| fit > most) {
            best = Some((fit, node));
        }
    }
    match best {
        Some((_, node)) => Ok(node.clone()),
        None if reasons.is_empty() => Err("no other node answers".to_owned()),
        None => Err(reasons.join("; ")),
    }
}

/// By the rules of high availability, which say nothing about a guest that it does not manage.
fn suits(twin: &Twin, guest: &GuestFacts, node: &NodeName) -> Result<u32, String> {
    if !guest.ha_managed {
        return Ok(0);
    }
    let facts = twin.facts();
    facts::suits(&facts.ha_rules, guest.key, node, &facts.inventory)
}

/// Memory of a node that no guest in its memory may use, in bytes; below zero where more is promised than there is.
fn room(inventory: &Inventory, node: &NodeName) -> Option<i128> {
    let all = inventory.node(node)?.memory?;
    let used = inventory.guests_on(node).filter(|guest| guest.is_up());
    let promised: i128 = used
        .map(|guest| i128::from(guest.memory.unwrap_or(0)))
        .sum();
    Some(i128::from(all) - promised)
}
