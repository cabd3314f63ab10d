//! Rows of where things are: moves, nodes, high availability, replication and pools.

use argus_types::action::{Action, HaState, Service};
use argus_types::id::GuestKind;

use super::Row;
use crate::lab::{self, guest, vm};

/// What runs on pve3 in the lab.
const ON_PVE3: &[u32] = &[105, 107, 110, 112];

fn node(name: &str) -> argus_types::id::NodeName {
    name.parse().expect("a node's name")
}

pub fn migrate() -> Row {
    Row::new(
        |_| lab::migrate(vm(101), "pve2"),
        |_, now| now.guest(101, "node") == "pve2" && now.runs(101),
    )
    .task("qmigrate")
}

/// Shown by the migrations that it becomes.
pub fn drain() -> Row {
    Row::new(
        |_| Action::Drain { node: node("pve1") },
        |_, now| {
            [101, 103]
                .iter()
                .all(|vmid| now.runs(*vmid) && now.guest(*vmid, "node") != "pve1")
        },
    )
    .without(&[111])
    .task("qmigrate")
}

pub fn reboot_node() -> Row {
    Row::new(
        |_| Action::RebootNode { node: node("pve3") },
        |before, now| {
            let (then, booted) = (before.booted_ms("pve3"), now.booted_ms("pve3"));
            now.is_online("pve3") && booted.as_u64() > then.as_u64()
        },
    )
    .without(ON_PVE3)
}

pub fn shutdown_node() -> Row {
    Row::new(
        |_| Action::ShutdownNode { node: node("pve3") },
        |_, now| !now.is_online("pve3"),
    )
    .without(ON_PVE3)
}

pub fn wake_node() -> Row {
    Row::new(
        |_| Action::WakeNode { node: node("pve3") },
        |_, now| now.is_online("pve3"),
    )
    .without(ON_PVE3)
    .after(Action::ShutdownNode { node: node("pve3") })
}

pub fn restart_service() -> Row {
    Row::new(
        |_| Action::RestartService {
            node: node("pve3"),
            service: Service::Chrony,
        },
        |_, now| now.is_online("pve3"),
    )
    .task("srvrestart")
}

pub fn reload_service() -> Row {
    Row::new(
        |_| Action::ReloadService {
            node: node("pve3"),
            service: Service::PveFirewall,
        },
        |_, now| now.is_online("pve3"),
    )
    .task("srvreload")
}

pub fn refresh_packages() -> Row {
    Row::new(
        |_| Action::RefreshPackages { node: node("pve3") },
        |_, now| now.is_online("pve3"),
    )
    .task("aptupdate")
}

pub fn ha_add() -> Row {
    Row::new(
        |_| Action::HaAdd {
            target: vm(108),
            state: HaState::Started,
        },
        |_, now| now.ha_wish(108) == "started" && now.runs(108),
    )
}

pub fn ha_set() -> Row {
    Row::new(
        |_| Action::HaSet {
            target: vm(103),
            state: HaState::Stopped,
        },
        |_, now| now.ha_wish(103) == "stopped" && now.is_stopped(103),
    )
}

pub fn ha_remove() -> Row {
    Row::new(
        |_| Action::HaRemove { target: vm(103) },
        |_, now| now.ha_wish(103).is_null() && now.runs(103),
    )
}

pub fn ha_migrate() -> Row {
    Row::new(
        |_| Action::HaMigrate {
            target: vm(103),
            node: node("pve2"),
        },
        |_, now| now.guest(103, "node") == "pve2" && now.runs(103),
    )
}

pub fn ha_relocate() -> Row {
    Row::new(
        |_| Action::HaRelocate {
            target: vm(103),
            node: node("pve2"),
        },
        |_, now| now.guest(103, "node") == "pve2" && now.runs(103),
    )
}

pub fn run_replication() -> Row {
    Row::new(
        |_| Action::RunReplication {
            target: guest(GuestKind::Lxc, 104),
            job: 0,
        },
        |before, now| now.replication("104-0") != before.replication("104-0"),
    )
}

pub fn pool_add() -> Row {
    Row::new(
        |_| Action::PoolAdd {
            target: vm(107),
            pool: "lab".parse().expect("a pool"),
        },
        |_, now| now.guest(107, "pool") == "lab",
    )
}

pub fn pool_remove() -> Row {
    Row::new(
        |_| Action::PoolRemove {
            target: vm(108),
            pool: "lab".parse().expect("a pool"),
        },
        |_, now| now.guest(108, "pool").is_null(),
    )
}
