//! What commands make of nodes and quorum.

use argus_types::cluster::GuestStatus;
use argus_types::id::NodeName;
use argus_types::plan::Command;

use super::Twin;
use crate::inventory::GuestListing;
use crate::value::{HIBERNATED, RUNNING};

impl Twin {
    pub(super) fn apply_to_node(&mut self, node: &NodeName, command: &Command) {
        match command {
            Command::RebootNode {} => {
                self.forget_uptime(node);
                self.start_with_node(node);
            }
            Command::ShutdownNode {} => {
                self.forget_uptime(node);
                self.switch(node, false);
                for listing in &mut self.facts.inventory.guests {
                    if listing.node == *node {
                        listing.status = GuestStatus::Unknown;
                    }
                }
                // Whatever only the node itself can tell cannot be told any more.
                self.facts.guests.retain(|_, guest| guest.node != *node);
                self.facts.storages.retain(|(at, _), _| at != node);
                self.facts.nodes.remove(node);
            }
            Command::WakeNode {} => {
                self.switch(node, true);
                // Whatever starts with the node and was hibernated gives its written memory back.
                let is_hibernated = |one: &GuestListing| one.lock.as_deref() == Some(HIBERNATED);
                if self.facts.inventory.guests_on(node).any(is_hibernated) {
                    self.forget_free_space();
                }
            }
            Command::RestartService { service } | Command::ReloadService { service } => {
                if let Some(state) = self.facts.nodes.get_mut(node) {
                    state.services.insert(*service, RUNNING.to_owned());
                }
            }
            _ => {}
        }
    }

    fn forget_uptime(&mut self, node: &NodeName) {
        if let Some(state) = self.facts.nodes.get_mut(node) {
            state.uptime_s = None;
        }
    }

    fn switch(&mut self, node: &NodeName, online: bool) {
        let inventory = &mut self.facts.inventory;
        if let Some(facts) = inventory.nodes.iter_mut().find(|facts| facts.name == *node) {
            facts.online = online;
        }
        if inventory.quorate.is_some() {
            let (votes, all) = inventory.votes();
            inventory.quorate = Some(votes * 2 > all);
        }
    }

    fn start_with_node(&mut self, node: &NodeName) {
        let mut had_memory_written = false;
        let starting: Vec<_> = self
            .facts
            .guests
            .values_mut()
            .filter(|guest| guest.node == *node && guest.starts_with_its_node())
            .map(|guest| {
                had_memory_written |= guest.is_hibernated();
                guest.boot();
                guest.key
            })
            .collect();
        if had_memory_written {
            self.forget_free_space();
        }
        for key in starting {
            self.list_as_known(key);
            self.forget_ways(key);
        }
    }
}
