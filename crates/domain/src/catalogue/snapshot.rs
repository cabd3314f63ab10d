//! Snapshots: take one, delete one, go back to one.

use argus_types::action::{Action, ActionKind};
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKind, SnapshotName};
use argus_types::plan::{Command, Field, GuestTarget, StepClass, StopClass};
use argus_types::text::ParameterText;

use super::decide::Setting;
use super::effect::{Effect, again, change, expect, final_because, on_guest, own, undone_by};
use super::guard::{Refusal, refuse, unknown_status};
use super::words::{guest_label, named};
use crate::facts::GuestFacts;
use crate::value::{ABSENT, NONE, PRESENT, YES};

/// The name of a snapshot that nobody named.
fn snapshot_name(setting: Setting<'_>) -> SnapshotName {
    let name = setting.own_name().parse();
    name.expect("a letter, then at most 25 letters, digits and hyphens")
}

pub(super) fn create(
    guest: &GuestFacts,
    setting: Setting<'_>,
    name: Option<&SnapshotName>,
    description: Option<&ParameterText<200>>,
    include_memory: bool,
) -> Result<Command, Refusal> {
    let label = guest_label(guest);
    if guest.status == GuestStatus::Unknown {
        return unknown_status(&label);
    }
    if include_memory && guest.key.kind == GuestKind::Lxc {
        return refuse(
            "/include_memory",
            format!(
                "{label} is a container, whose memory cannot be kept; leave include_memory out"
            ),
        );
    }
    match guest.snapshot_supported {
        Some(true) => {}
        Some(false) => {
            return refuse(
                "/target",
                format!(
                    "Proxmox cannot snapshot {label}: one of its volumes is on a storage without snapshots (such as lvm or raw files on a directory); move that volume or make a backup instead"
                ),
            );
        }
        None => {
            return refuse(
                "/target",
                format!("Proxmox did not say whether {label} can be snapshotted; try again"),
            );
        }
    }
    let name = name.cloned().unwrap_or_else(|| snapshot_name(setting));
    // Proxmox keeps names apart by their exact spelling; people do not.
    if let Some(taken) = guest
        .snapshots
        .iter()
        .map(|taken| &taken.name)
        .find(|taken| taken.eq_ignore_ascii_case(name.as_str()))
    {
        return refuse(
            "/name",
            format!("{label} already has a snapshot {taken}; choose another name"),
        );
    }
    let description = description.map_or_else(
        || format!("Argus, proposal {}", setting.proposal.short()),
        ToString::to_string,
    );
    Ok(Command::Snapshot {
        name,
        description,
        // A stopped guest has no memory to keep; the step's changes say so.
        include_memory: include_memory && guest.status != GuestStatus::Stopped,
    })
}

pub(super) fn delete(guest: &GuestFacts, name: &SnapshotName) -> Result<Command, Refusal> {
    require_snapshot(guest, name)?;
    Ok(Command::DeleteSnapshot { name: name.clone() })
}

pub(super) fn roll_back(
    guest: &GuestFacts,
    name: &SnapshotName,
    start: bool,
) -> Result<Command, Refusal> {
    require_snapshot(guest, name)?;
    let label = guest_label(guest);
    if guest.status == GuestStatus::Unknown {
        return unknown_status(&label);
    }
    let runs_afterwards = guest.after_rollback(name.as_str(), start) == GuestStatus::Running;
    if guest.ha_managed && !runs_afterwards {
        return refuse(
            "/start",
            format!(
                "{label} is managed by HA, which would start it again after the rollback; ask for `start`, or take it out of HA first"
            ),
        );
    }
    Ok(Command::Rollback {
        name: name.clone(),
        start,
    })
}

fn require_snapshot(guest: &GuestFacts, name: &SnapshotName) -> Result<(), Refusal> {
    if guest.snapshot(name.as_str()).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = guest
        .snapshots
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let has = if names.is_empty() {
        "it has none".to_owned()
    } else {
        format!("it has {}", names.join(", "))
    };
    refuse(
        "/name",
        format!("{} has no snapshot {name}; {has}", guest_label(guest)),
    )
}

pub(super) fn effect_of_create(
    target: &GuestTarget,
    name: &SnapshotName,
    description: &str,
    include_memory: bool,
) -> Effect {
    let label = named(target);
    let mut parameters = vec![
        ("snapname", name.to_string()),
        ("description", description.to_owned()),
    ];
    let mut changes = vec![change(format!("snapshot {name}"), ABSENT, PRESENT)];
    if include_memory {
        // Containers do not know this parameter and refuse what they do not know.
        parameters.push(("vmstate", "1".to_owned()));
        changes.push(change(
            "memory",
            "not kept",
            "kept; the VM pauses while it is written",
        ));
    }
    let memory = if include_memory {
        " with its memory"
    } else {
        ""
    };
    Effect {
        action: ActionKind::Snapshot,
        title: format!("Snapshot {label}{memory} as {name}"),
        method: "POST",
        path: own(target, "snapshot"),
        parameters,
        changes,
        relies_on: vec![
            expect(Field::Snapshot { name: name.clone() }, ABSENT),
            expect(Field::SnapshotSupported {}, YES),
        ],
        proves: vec![
            expect(Field::Snapshot { name: name.clone() }, PRESENT),
            expect(Field::Lock {}, NONE),
        ],
        undo: undone_by(
            Action::DeleteSnapshot {
                target: again(target),
                name: name.clone(),
            },
            format!("Delete the snapshot {name}."),
        ),
        class: StepClass::NaturalKey,
        max_attempts: 2,
        stop: StopClass::RunsToItsEnd,
        timeout_s: if include_memory { 900 } else { 120 },
        privileges: on_guest(target, &["VM.Snapshot"]),
        ..Effect::blank()
    }
}

pub(super) fn effect_of_delete(target: &GuestTarget, name: &SnapshotName) -> Effect {
    Effect {
        action: ActionKind::DeleteSnapshot,
        title: format!("Delete snapshot {name} of {}", named(target)),
        method: "DELETE",
        path: own(target, &format!("snapshot/{name}")),
        parameters: Vec::new(),
        changes: vec![change(format!("snapshot {name}"), PRESENT, ABSENT)],
        relies_on: vec![expect(Field::Snapshot { name: name.clone() }, PRESENT)],
        proves: vec![
            expect(Field::Snapshot { name: name.clone() }, ABSENT),
            expect(Field::Lock {}, NONE),
        ],
        undo: final_because("That point in time is gone; nothing brings it back."),
        // Whether it is gone shows, and Proxmox refuses to delete what is not there.
        class: StepClass::Idempotent,
        max_attempts: 2,
        stop: StopClass::RunsToItsEnd,
        timeout_s: 1800,
        privileges: on_guest(target, &["VM.Snapshot"]),
        ..Effect::blank()
    }
}

pub(super) fn effect_of_rollback(
    guest: &GuestFacts,
    target: &GuestTarget,
    name: &SnapshotName,
    start: bool,
) -> Effect {
    let before = guest.grown_from.clone().unwrap_or_else(|| NONE.to_owned());
    let after = guest.after_rollback(name.as_str(), start);
    let mut changes = vec![
        change("disks and settings", "as they are", format!("as in {name}")),
        change("grown from snapshot", before.clone(), name.to_string()),
    ];
    let was_up = matches!(guest.status, GuestStatus::Running | GuestStatus::Paused);
    if was_up || after != guest.status {
        let then = if was_up {
            format!("stopped hard, then {}", after.as_str())
        } else {
            after.as_str().to_owned()
        };
        changes.push(change("status", guest.status.as_str(), then));
    }
    let mut privileges = on_guest(target, &["VM.Snapshot.Rollback"]);
    let mut parameters = Vec::new();
    if start {
        parameters.push(("start", "1".to_owned()));
        privileges.extend(on_guest(target, &["VM.PowerMgmt"]));
    }
    Effect {
        action: ActionKind::Rollback,
        title: format!("Roll {} back to snapshot {name}", named(target)),
        method: "POST",
        path: own(target, &format!("snapshot/{name}/rollback")),
        parameters,
        changes,
        relies_on: vec![
            expect(Field::Snapshot { name: name.clone() }, PRESENT),
            expect(Field::GrownFrom {}, before),
        ],
        proves: vec![
            expect(Field::GrownFrom {}, name.to_string()),
            expect(Field::Status {}, after.as_str()),
            expect(Field::Lock {}, NONE),
        ],
        undo: final_because("Everything that happened since the snapshot is lost."),
        class: StepClass::UnsafeToRepeat,
        max_attempts: 2,
        stop: StopClass::RunsToItsEnd,
        timeout_s: 900,
        privileges,
        ..Effect::blank()
    }
}
