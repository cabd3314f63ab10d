//! Replication of a guest's disks, now instead of at its next time.

use argus_types::action::ActionKind;
use argus_types::plan::{Command, Field, GuestTarget, StopClass};

use super::effect::{Effect, change, expect, on, on_guest, on_node, undone_by_hand};
use super::guard::{Refusal, refuse};
use super::words::{guest_label, named};
use crate::facts::GuestFacts;
use crate::twin::Twin;
use crate::value::{NONE, YES};

/// From this release on replication has a privilege of its own.
const OWN_PRIVILEGE: u32 = 9;

pub(super) fn run(guest: &GuestFacts, job: u8) -> Result<Command, Refusal> {
    let label = guest_label(guest);
    let Some(jobs) = &guest.kept.replication else {
        return refuse(
            "/job",
            format!("Proxmox did not say which replication jobs {label} has; try again"),
        );
    };
    if jobs.contains_key(&job) {
        return Ok(Command::Replicate { job });
    }
    let has: Vec<String> = jobs.keys().map(u8::to_string).collect();
    refuse(
        "/job",
        format!(
            "{label} has no replication job {job}; it has {}",
            if has.is_empty() {
                "none".to_owned()
            } else {
                has.join(", ")
            }
        ),
    )
}

pub(super) fn effect(guest: &GuestFacts, target: &GuestTarget, job: u8, twin: &Twin) -> Effect {
    let jobs = guest.kept.replication.as_ref();
    let to = jobs
        .and_then(|jobs| jobs.get(&job))
        .map_or_else(|| NONE.to_owned(), |job| job.target.to_string());
    let privileges = if twin.facts().inventory.is_before(OWN_PRIVILEGE) {
        on("/storage", &["Datastore.Allocate"])
    } else {
        on_guest(target, &["VM.Replicate"])
    };
    Effect {
        action: ActionKind::RunReplication,
        title: format!("Replicate {} to {to} now", named(target)),
        path: on_node(
            &target.node,
            &format!("replication/{}-{job}/schedule_now", target.vmid),
        ),
        changes: vec![change(format!("copy on {to}"), "of its last run", "of now")],
        relies_on: vec![expect(Field::ReplicationTarget { job }, to)],
        proves: vec![expect(Field::Replicated { job }, YES)],
        undo: undone_by_hand("There is nothing to take back: the copy is newer."),
        stop: StopClass::RunsToItsEnd,
        timeout_s: 3600,
        privileges,
        ..Effect::blank()
    }
}
