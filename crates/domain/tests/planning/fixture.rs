//! A small cluster and short ways to plan on it.

use std::collections::{BTreeMap, BTreeSet};

use argus_domain::facts::{
    ConfigFacts, DiskFacts, Facts, GIB, GuestFacts, Kept, Plug, SnapshotFacts,
};
use argus_domain::inventory::{GuestListing, Inventory, NodeFacts};
use argus_domain::planner::{PlanError, PlanInput, Planned, plan};
use argus_types::action::Draft;
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::id::{ClusterId, DiskKey, GuestKey, GuestKind, NodeName, ProposalId, Vmid};
use argus_types::plan::{Expectation, GuestTarget, Step, Tolerance};
use serde_json::{Value, json};

pub const PROPOSAL: &str = "01997000-0000-7000-8000-0000deadbeef";

pub fn node(name: &str) -> NodeName {
    name.parse().expect("a label")
}

pub fn key(kind: GuestKind, vmid: u32) -> GuestKey {
    GuestKey {
        kind,
        vmid: Vmid::try_from(vmid).expect("in range"),
    }
}

pub fn guest(kind: GuestKind, vmid: u32, name: &str, status: GuestStatus) -> GuestFacts {
    GuestFacts {
        key: key(kind, vmid),
        node: node("pve1"),
        name: name.to_owned(),
        status,
        uptime_s: (status == GuestStatus::Running).then_some(86_400),
        lock: None,
        template: false,
        identity: Some(format!("id-{vmid}")),
        ha_managed: false,
        tags: vec![],
        snapshots: vec![],
        grown_from: None,
        config: Some(ConfigFacts {
            digest: Some(format!("digest-{vmid}")),
            values: BTreeMap::from([(ConfigKey::Cores, "2".to_owned())]),
            agent: kind == GuestKind::Qemu,
            plugs: BTreeSet::from([plug("vmbr0", None)]),
        }),
        disks: Some(disks(kind)),
        snapshot_supported: Some(true),
        migrate: BTreeMap::from([(node("pve2"), Ok(())), (node("pve3"), Ok(()))]),
        kept: Kept {
            pool: Some(None),
            ha: Some(None),
            replication: Some(BTreeMap::new()),
            backups: Some(vec![]),
        },
    }
}

/// A bridge, or one VLAN of it.
pub fn plug(bridge: &str, vlan: Option<u16>) -> Plug {
    Plug {
        bridge: bridge.to_owned(),
        vlan,
    }
}

/// A virtual machine has a disk of 32 GiB and a medium in a drive, a container a volume of 8 GiB.
fn disks(kind: GuestKind) -> BTreeMap<DiskKey, DiskFacts> {
    let on = |storage: &str, gib: u64, medium: bool| DiskFacts {
        storage: storage.parse().expect("a storage"),
        size: Some(gib * GIB),
        medium,
    };
    let disks: &[(&str, DiskFacts)] = match kind {
        GuestKind::Qemu => &[
            ("scsi0", on("local-lvm", 32, false)),
            ("ide2", on("nfs", 1, true)),
        ],
        GuestKind::Lxc => &[("rootfs", on("local-lvm", 8, false))],
    };
    let disks = disks.iter().cloned();
    disks
        .map(|(key, facts)| (key.parse().expect("a disk"), facts))
        .collect()
}

/// A snapshot without memory that nothing stands below.
pub fn snapshot(name: &str) -> SnapshotFacts {
    SnapshotFacts {
        name: name.to_owned(),
        parent: None,
        with_memory: false,
        taken: None,
    }
}

/// `web-01` and `ct-01` run, `off-01` and `ct-off` do not; `pve3` is away.
pub fn facts() -> Facts {
    use GuestKind::{Lxc, Qemu};
    use GuestStatus::{Running, Stopped};
    with_guests(vec![
        guest(Qemu, 101, "web-01", Running),
        guest(Qemu, 102, "off-01", Stopped),
        guest(Lxc, 103, "ct-01", Running),
        guest(Lxc, 104, "ct-off", Stopped),
    ])
}

pub fn with_guests(guests: Vec<GuestFacts>) -> Facts {
    let nodes = [("pve1", true), ("pve2", true), ("pve3", false)];
    let inventory = Inventory {
        cluster: "demo".parse::<ClusterId>().expect("a label"),
        quorate: Some(true),
        release: Some(9),
        nodes: nodes
            .map(|(name, online)| NodeFacts {
                memory: Some(64 * GIB),
                ..NodeFacts::new(node(name), online)
            })
            .to_vec(),
        guests: guests.iter().map(listing).collect(),
        storages: vec![],
    };
    Facts::new(inventory).with_guests(guests)
}

/// What the list says of a guest. Each may use 8 GiB of memory.
pub fn listing(guest: &GuestFacts) -> GuestListing {
    GuestListing {
        key: guest.key,
        name: guest.name.clone(),
        node: guest.node.clone(),
        status: guest.status,
        template: guest.template,
        lock: guest.lock.clone(),
        pool: guest.kept.pool.clone().flatten(),
        tags: guest.tags.clone(),
        ha_managed: guest.ha_managed,
        memory: Some(8 * GIB),
    }
}

/// The facts with one guest changed.
pub fn changed(vmid: u32, change: impl Fn(&mut GuestFacts)) -> Facts {
    let guests = facts().guests.into_values().map(|mut guest| {
        if guest.key.vmid.get() == vmid {
            change(&mut guest);
        }
        guest
    });
    with_guests(guests.collect())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "callers write the list in place"
)]
pub fn draft(actions: Value) -> Draft {
    serde_json::from_value(json!({ "actions": actions })).expect("a draft")
}

/// `action("guest.start", 101)`; the kind follows from the fixture's numbers.
pub fn action(name: &str, vmid: u32) -> Value {
    let kind = if matches!(vmid, 103 | 104) {
        "lxc"
    } else {
        "qemu"
    };
    json!({ "action": name, "target": { "kind": kind, "vmid": vmid } })
}

pub fn migrate(vmid: u32, to: &str) -> Value {
    let mut value = action("guest.migrate", vmid);
    value["node"] = json!(to);
    value
}

pub fn try_plan(
    draft: &Draft,
    facts: &Facts,
    snapshots_first: bool,
) -> Result<Planned, Vec<PlanError>> {
    plan(PlanInput {
        proposal: PROPOSAL.parse::<ProposalId>().expect("a UUID"),
        cluster: facts.inventory.cluster.clone(),
        draft,
        facts,
        snapshots_first,
    })
}

pub fn planned(actions: Value, facts: &Facts) -> Planned {
    try_plan(&draft(actions), facts, false).expect("the draft is feasible")
}

pub fn errors(actions: Value, facts: &Facts) -> Vec<PlanError> {
    try_plan(&draft(actions), facts, false).expect_err("the draft is not feasible")
}

/// A step's expectations as `label: value`.
pub fn relied_on(step: &Step) -> Vec<String> {
    step.read_set.iter().map(in_words).collect()
}

pub fn checked_after(step: &Step) -> Vec<String> {
    step.post_checks.iter().map(in_words).collect()
}

fn in_words(wish: &Expectation) -> String {
    let least = match wish.tolerance {
        Tolerance::Exact => "",
        Tolerance::AtLeast => "at least ",
    };
    format!("{}: {least}{}", wish.field.label(), wish.value)
}

/// The guest that a step is about.
pub fn target_of(step: &Step) -> &GuestTarget {
    step.target.guest().expect("a step on a guest")
}
