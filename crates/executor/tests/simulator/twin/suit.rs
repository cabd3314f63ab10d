//! What an action may be about with some hope: most guests are no answer to most wishes.

use argus_domain::facts::{Facts, GuestFacts};
use argus_types::action::{ActionKind, Target};
use argus_types::cluster::GuestStatus;
use argus_types::id::NodeName;

pub fn target(guest: &GuestFacts) -> Target {
    Target {
        kind: guest.key.kind,
        vmid: guest.key.vmid,
        node: None,
    }
}

/// Guests that the action may be about; all of them where none is in the right state.
pub fn guests(kind: ActionKind, facts: &Facts) -> Vec<&GuestFacts> {
    let all = || facts.guests.values();
    let fitting: Vec<_> = all().filter(|guest| fits(kind, guest)).collect();
    if fitting.is_empty() {
        all().collect()
    } else {
        fitting
    }
}

fn fits(kind: ActionKind, guest: &GuestFacts) -> bool {
    let runs = guest.status == GuestStatus::Running;
    let is_stopped = guest.status == GuestStatus::Stopped;
    match kind {
        ActionKind::Start => is_stopped && !guest.template,
        ActionKind::MakeTemplate | ActionKind::Destroy => is_stopped,
        ActionKind::Resume => guest.status == GuestStatus::Paused,
        ActionKind::Shutdown
        | ActionKind::Stop
        | ActionKind::Reboot
        | ActionKind::Reset
        | ActionKind::Suspend
        | ActionKind::Hibernate => runs,
        ActionKind::AgentPing | ActionKind::AgentInfo | ActionKind::AgentTrim => {
            runs && guest.config.as_ref().is_some_and(|config| config.agent)
        }
        ActionKind::DeleteSnapshot | ActionKind::Rollback => !guest.snapshots.is_empty(),
        ActionKind::HaAdd => guest.kept.ha == Some(None),
        ActionKind::HaSet | ActionKind::HaRemove => matches!(guest.kept.ha, Some(Some(_))),
        ActionKind::HaMigrate | ActionKind::HaRelocate => {
            matches!(guest.kept.ha, Some(Some(_))) && guest.migrate.values().any(Result::is_ok)
        }
        ActionKind::RunReplication => {
            let jobs = guest.kept.replication.as_ref();
            jobs.is_some_and(|jobs| !jobs.is_empty())
        }
        ActionKind::PoolAdd => guest.kept.pool == Some(None),
        ActionKind::PoolRemove => matches!(guest.kept.pool, Some(Some(_))),
        _ => true,
    }
}

/// Nodes that the action may name.
pub fn nodes(kind: ActionKind, facts: &Facts) -> Vec<NodeName> {
    let inventory = &facts.inventory;
    let named = |suits: &dyn Fn(&NodeName) -> bool| -> Vec<NodeName> {
        let names = inventory.nodes.iter().map(|node| &node.name);
        names.filter(|name| suits(name)).cloned().collect()
    };
    let fitting = match kind {
        ActionKind::WakeNode => named(&|node| !inventory.is_online(node)),
        ActionKind::RebootNode | ActionKind::ShutdownNode => {
            named(&|node| inventory.running_on(node) == 0)
        }
        ActionKind::Drain => named(&|node| inventory.running_on(node) > 0),
        _ => Vec::new(),
    };
    if fitting.is_empty() {
        named(&|_| true)
    } else {
        fitting
    }
}
