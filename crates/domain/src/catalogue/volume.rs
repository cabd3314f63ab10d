//! Volumes on storages: kept from deletion, let go, deleted.

use argus_types::action::{Action, ActionKind};
use argus_types::id::VolumeId;
use argus_types::plan::{Command, Field, StepClass, StopClass, VolumeTarget};

use super::backup::on_backup;
use super::decide::{Decision, Setting};
use super::effect::{Effect, change, expect, final_because, on, on_node, undone_by};
use super::guard::{Refusal, refuse};
use crate::facts::VolumeFacts;
use crate::twin::Twin;
use crate::value::{ABSENT, NO, NONE, PRESENT, size, yes_no};

/// What Proxmox calls a backup among the contents of a storage.
const BACKUP: &str = "backup";

pub(super) fn decide(
    action: &Action,
    volume: &VolumeId,
    setting: Setting<'_>,
) -> Result<Decision, Refusal> {
    match action {
        Action::ProtectBackup { .. } => protect(volume, setting, true),
        Action::UnprotectBackup { .. } => protect(volume, setting, false),
        Action::DeleteBackup { .. } => {
            let facts = require_backup(volume, setting)?;
            // Two approvals, or the protection would be none.
            if facts.protected || setting.twin.unprotects_volume(volume) {
                return refuse(
                    "/volume",
                    format!(
                        "{volume} is protected from deletion; take that back in a proposal of its own first"
                    ),
                );
            }
            Ok(Decision::Do(Command::DeleteVolume {}))
        }
        Action::DeleteVolume { .. } => delete(volume, setting),
        _ => refuse("", "this is not an action on a volume".to_owned()),
    }
}

fn protect(volume: &VolumeId, setting: Setting<'_>, protect: bool) -> Result<Decision, Refusal> {
    let facts = require_backup(volume, setting)?;
    if facts.protected == protect {
        let is = if protect { "is" } else { "is not" };
        return Ok(Decision::Skip(format!("it {is} protected already")));
    }
    Ok(Decision::Do(Command::ProtectBackup { protect }))
}

fn delete(volume: &VolumeId, setting: Setting<'_>) -> Result<Decision, Refusal> {
    let facts = require_volume(volume, setting)?;
    if facts.content == BACKUP {
        return refuse(
            "/volume",
            format!("{volume} is a backup; ask for `backup.delete`"),
        );
    }
    if let Some(user) = facts.user {
        return refuse(
            "/volume",
            format!("{volume} belongs to {user}; take it off that guest in Proxmox first"),
        );
    }
    Ok(Decision::Do(Command::DeleteVolume {}))
}

/// The volume, which must be there and a backup.
pub(super) fn require_backup<'a>(
    volume: &VolumeId,
    setting: Setting<'a>,
) -> Result<&'a VolumeFacts, Refusal> {
    let facts = require_volume(volume, setting)?;
    if facts.content == BACKUP {
        Ok(facts)
    } else {
        refuse(
            "/volume",
            format!("{volume} is {}, not a backup; name a backup", facts.content),
        )
    }
}

fn require_volume<'a>(volume: &VolumeId, setting: Setting<'a>) -> Result<&'a VolumeFacts, Refusal> {
    match setting.twin.facts().volumes.get(volume) {
        Some(Some(facts)) => Ok(facts),
        Some(None) => refuse(
            "/volume",
            format!("there is no {volume}; look at the storage's contents for the right name"),
        ),
        None => refuse(
            "/volume",
            format!("Proxmox did not say whether there is a {volume}; try again"),
        ),
    }
}

/// The step's effect. What the twin does not know of the volume, deciding has ruled out.
pub(super) fn effect(command: &Command, target: &VolumeTarget, twin: &Twin) -> Effect {
    let facts = twin
        .facts()
        .volumes
        .get(&target.volume)
        .and_then(Option::as_ref);
    match command {
        Command::ProtectBackup { protect } => effect_of_protect(target, *protect),
        _ => effect_of_delete(target, facts),
    }
}

fn path(target: &VolumeTarget) -> String {
    let storage = target.volume.storage();
    on_node(
        &target.node,
        &format!("storage/{storage}/content/{}", target.volume),
    )
}

fn effect_of_protect(target: &VolumeTarget, protect: bool) -> Effect {
    let volume = &target.volume;
    let (action, verb, undo) = if protect {
        (
            ActionKind::ProtectBackup,
            "Protect",
            Action::UnprotectBackup {
                volume: volume.clone(),
            },
        )
    } else {
        (
            ActionKind::UnprotectBackup,
            "Lift the protection of",
            Action::ProtectBackup {
                volume: volume.clone(),
            },
        )
    };
    Effect {
        action,
        title: format!("{verb} {volume}"),
        method: "PUT",
        path: path(target),
        parameters: vec![("protected", if protect { "1" } else { "0" }.to_owned())],
        changes: vec![change(
            "protected from deletion",
            yes_no(!protect),
            yes_no(protect),
        )],
        relies_on: vec![
            expect(Field::Volume {}, PRESENT),
            expect(Field::VolumeProtected {}, yes_no(!protect)),
        ],
        proves: vec![expect(Field::VolumeProtected {}, yes_no(protect))],
        undo: undone_by(
            undo,
            if protect {
                "Lift the protection."
            } else {
                "Protect it again."
            },
        ),
        privileges: on_backup(volume),
        ..Effect::blank()
    }
}

fn effect_of_delete(target: &VolumeTarget, facts: Option<&VolumeFacts>) -> Effect {
    let volume = &target.volume;
    let is_backup = facts.is_some_and(|facts| facts.content == BACKUP);
    let mut changes = vec![change("volume", PRESENT, ABSENT)];
    if let Some(facts) = facts {
        changes.push(change("space", size(facts.size), "free again"));
    }
    let mut relies_on = vec![expect(Field::Volume {}, PRESENT)];
    relies_on.push(if is_backup {
        expect(Field::VolumeProtected {}, NO)
    } else {
        expect(Field::VolumeUser {}, NONE)
    });
    let (action, title, last) = if is_backup {
        (
            ActionKind::DeleteBackup,
            format!("Delete the backup {volume}"),
            "That point in time is gone; nothing brings it back.",
        )
    } else {
        (
            ActionKind::DeleteVolume,
            format!("Delete the volume {volume}"),
            "What was on it is gone.",
        )
    };
    Effect {
        action,
        title,
        method: "DELETE",
        path: path(target),
        changes,
        relies_on,
        proves: vec![expect(Field::Volume {}, ABSENT)],
        undo: final_because(last),
        class: StepClass::UnsafeToRepeat,
        max_attempts: 2,
        stop: StopClass::RunsToItsEnd,
        timeout_s: 600,
        privileges: if is_backup {
            on_backup(volume)
        } else {
            on(
                format!("/storage/{}", volume.storage()),
                &["Datastore.Allocate"],
            )
        },
        ..Effect::blank()
    }
}
