//! What the HA stack does when nodes come and go: it freezes, thaws and recovers services.

use super::Machine;
use super::ha::{HaCommand, sid};
use super::schedule::Event;
use crate::scenario::GuestKind;

impl Machine {
    /// The services of a node that reboots are left alone until it is back.
    pub(super) fn freeze(&mut self, node: &str) {
        for vmid in self.managed_on(node) {
            self.set_ha_state(vmid, "freeze");
        }
    }

    /// The services of a node that went for good wait to be started elsewhere.
    pub(super) fn await_recovery(&mut self, node: &str) {
        for vmid in self.managed_on(node) {
            if self.ha.get(&vmid).is_some_and(|s| s.request == "started") {
                self.set_ha_state(vmid, "recovery");
            }
        }
    }

    /// A node is there again: its services become what they are asked to be.
    pub(super) fn thaw(&mut self, node: &str) {
        for vmid in self.managed_on(node) {
            let waits = |state: &str| matches!(state, "freeze" | "recovery");
            if self.ha.get(&vmid).is_some_and(|s| waits(&s.state)) {
                self.settle(vmid);
                self.act_ha(vmid, HaCommand::Follow);
            }
        }
    }

    fn managed_on(&self, node: &str) -> Vec<u32> {
        self.guests
            .values()
            .filter(|g| g.node == node && self.manages(g.vmid))
            .map(|g| g.vmid)
            .collect()
    }

    fn set_ha_state(&mut self, vmid: u32, state: &str) {
        if let Some(service) = self.ha.get_mut(&vmid) {
            service.state = state.into();
            service.worker = None;
            service.relocation = None;
        }
    }

    /// The manager looks again at every node that is away: the quorum or a refuge may be back.
    pub(super) fn plan_recoveries(&mut self) {
        let away: Vec<(String, u64)> = self
            .nodes
            .iter()
            .filter(|n| !n.online)
            .map(|n| (n.name.clone(), n.since_ms + self.durations.ha_recovery))
            .collect();
        for (node, due) in away {
            let due = due.max(self.now_ms + self.durations.ha_cycle);
            self.schedule.at(due, Event::Fence(node));
        }
    }

    /// A node has been gone for so long that its services start elsewhere.
    pub(super) fn fence(&mut self, lost: &str) {
        let patience = self.durations.ha_recovery;
        let gone = self
            .node(lost)
            .is_some_and(|n| !n.online && n.since_ms + patience <= self.now_ms);
        if !gone || !self.is_quorate() {
            return;
        }
        let stranded: Vec<(u32, GuestKind)> = self
            .guests
            .values()
            .filter(|g| g.node == lost)
            .filter(|g| {
                let service = self.ha.get(&g.vmid);
                service.is_some_and(|s| s.request == "started" && s.state != "freeze")
            })
            .map(|g| (g.vmid, g.kind))
            .collect();
        for (vmid, kind) in stranded {
            let Some(refuge) = self.refuge(&sid(kind, vmid)) else {
                self.set_ha_state(vmid, "recovery");
                continue;
            };
            if let Some(guest) = self.guests.get_mut(&vmid) {
                guest.node = refuge;
                guest.set_lock(None);
            }
            self.turn_replications(vmid);
            self.settle(vmid);
            self.act_ha(vmid, HaCommand::Start);
        }
    }

    /// The first node that the rules prefer, else the first one that they allow.
    fn refuge(&self, sid: &str) -> Option<String> {
        let open = || {
            self.nodes
                .iter()
                .filter(|n| n.online && self.blockers(sid, &n.name).is_empty())
        };
        let preferred = self.preferred_nodes(sid);
        let by_rule = preferred.and_then(|nodes| open().find(|n| nodes.contains(&n.name)));
        by_rule.or_else(|| open().next()).map(|n| n.name.clone())
    }
}
