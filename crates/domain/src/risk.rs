//! How much can go wrong: rules over the steps of a plan, never an author's or a model's word.

use std::collections::{BTreeMap, BTreeSet};

use argus_types::action::ActionKind;
use argus_types::guest_config::ConfigKey;
use argus_types::id::{GuestKey, GuestKind};
use argus_types::plan::{Command, MigrateMode, Step};
use argus_types::proposal::{Risk, RiskLevel, RiskReason, SnapshotOption};

use crate::catalogue;
use crate::facts::{Facts, GuestFacts};

/// Above this many guests a mistake is no longer a small one.
const MANY_GUESTS: usize = 5;
/// Above this many guests it is a large one.
const VERY_MANY_GUESTS: usize = 20;
/// Tags that call a guest important, compared without case.
const IMPORTANT_TAGS: [&str; 2] = ["prod", "production"];

/// The risk of a plan, with every reason that a rule found; the weightiest first.
pub(crate) fn of(steps: &[Step], facts: &Facts) -> Risk {
    let mut reasons: Vec<RiskReason> = Vec::new();
    for step in steps {
        let importance = facts.guests.get(&step.target.key()).and_then(importance);
        let (level, text) = of_step(step, importance);
        match reasons
            .iter_mut()
            .find(|reason| reason.level == level && reason.text == text)
        {
            Some(reason) => reason.steps.push(step.number),
            None => reasons.push(RiskReason {
                level,
                steps: vec![step.number],
                text,
            }),
        }
    }
    reasons.extend(of_size(steps));
    // Stable: reasons of one level stay in the order of the steps.
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.level));
    Risk {
        level: reasons
            .first()
            .map_or(RiskLevel::Low, |reason| reason.level),
        destructive: steps.iter().any(|step| is_destructive(&step.command)),
        reasons,
    }
}

/// Why a guest is important: its tag, or that high availability looks after it.
fn importance(guest: &GuestFacts) -> Option<&'static str> {
    let tagged = guest.tags.iter().any(|tag| {
        IMPORTANT_TAGS
            .iter()
            .any(|important| tag.eq_ignore_ascii_case(important))
    });
    if tagged {
        Some("tagged as production")
    } else if guest.ha_managed {
        Some("managed by high availability")
    } else {
        None
    }
}

fn of_step(step: &Step, importance: Option<&'static str>) -> (RiskLevel, String) {
    let kind = step.target.kind.label();
    let outage = |what: &str| match importance {
        Some(why) => (
            RiskLevel::High,
            format!("{what}: an outage of a guest that is {why}"),
        ),
        None => (RiskLevel::Medium, format!("{what}: an outage")),
    };
    match &step.command {
        Command::Start {} => (
            RiskLevel::Low,
            "starting a guest causes no outage".to_owned(),
        ),
        Command::Snapshot { include_memory, .. } => (
            RiskLevel::Low,
            if *include_memory {
                "a snapshot with memory pauses the VM while the memory is written"
            } else {
                "a snapshot causes no outage and can be deleted again"
            }
            .to_owned(),
        ),
        Command::Shutdown { .. } => outage(&format!("shutting down a {kind}")),
        Command::Reboot { .. } => outage(&format!("rebooting a {kind}")),
        Command::Stop {} => (
            RiskLevel::High,
            of_important(
                &format!("stopping a {kind} hard loses unsaved data"),
                importance,
            ),
        ),
        Command::Reset {} => (
            RiskLevel::High,
            of_important("resetting a VM loses unsaved data", importance),
        ),
        Command::Suspend {} => outage("pausing a VM"),
        Command::Resume {} => (RiskLevel::Low, "resuming a VM causes no outage".to_owned()),
        Command::DeleteSnapshot { .. } => (
            RiskLevel::Medium,
            of_important("a deleted snapshot cannot be brought back", importance),
        ),
        Command::Rollback { .. } => (
            RiskLevel::High,
            of_important(
                "going back to a snapshot loses everything since then",
                importance,
            ),
        ),
        Command::SetConfig { set, .. } => of_settings(set, importance),
        Command::Migrate { mode, .. } => match (mode, importance) {
            (MigrateMode::Restart, _) => outage("a running container restarts while it moves"),
            (MigrateMode::Online, Some(why)) => (
                RiskLevel::Medium,
                format!("moving a VM live, which is {why}: it stands still for a moment"),
            ),
            (MigrateMode::Online, None) => (
                RiskLevel::Low,
                "moving a VM live causes no outage".to_owned(),
            ),
            (MigrateMode::Offline, _) => (
                RiskLevel::Low,
                "moving a stopped guest causes no outage".to_owned(),
            ),
        },
    }
}

/// A sentence, and that the guest is important.
fn of_important(what: &str, importance: Option<&'static str>) -> String {
    match importance {
        Some(why) => format!("{what}, and the guest is {why}"),
        None => what.to_owned(),
    }
}

/// Names and notes harm nobody; what a guest gets of its node's memory and processors does.
fn of_settings(
    set: &BTreeMap<ConfigKey, String>,
    importance: Option<&'static str>,
) -> (RiskLevel, String) {
    let lifts_protection = set
        .get(&ConfigKey::Protection)
        .is_some_and(|value| value == crate::value::NO);
    if lifts_protection {
        return (
            RiskLevel::High,
            of_important("without its protection a guest can be removed", importance),
        );
    }
    let of_resources = set.keys().any(|key| {
        matches!(
            key,
            ConfigKey::Cores | ConfigKey::Memory | ConfigKey::Balloon | ConfigKey::CpuLimit
        )
    });
    if of_resources {
        return (
            RiskLevel::Medium,
            of_important(
                "a guest with other memory or processors may behave differently",
                importance,
            ),
        );
    }
    (
        RiskLevel::Low,
        "these settings cause no outage and can be set back".to_owned(),
    )
}

/// Whether a command loses data or a point in time, or causes an outage that nothing takes back. Written out, so that
/// a new command is thought about here.
fn is_destructive(command: &Command) -> bool {
    match command {
        // What was not written to disk is gone.
        Command::Stop {}
        | Command::Reset {}
        // A point in time is gone, or everything since one.
        | Command::DeleteSnapshot { .. }
        | Command::Rollback { .. } => true,
        Command::Suspend {}
        | Command::Resume {}
        | Command::SetConfig { .. }
        | Command::Start {}
        | Command::Shutdown { .. }
        | Command::Reboot { .. }
        | Command::Snapshot { .. }
        | Command::Migrate { .. } => false,
    }
}

fn of_size(steps: &[Step]) -> Option<RiskReason> {
    let guests: BTreeSet<GuestKey> = steps.iter().map(|step| step.target.key()).collect();
    let level = match guests.len() {
        n if n > VERY_MANY_GUESTS => RiskLevel::High,
        n if n > MANY_GUESTS => RiskLevel::Medium,
        _ => return None,
    };
    Some(RiskReason {
        level,
        steps: steps.iter().map(|step| step.number).collect(),
        text: format!("it changes {} guests at once", guests.len()),
    })
}

/// For a plan of medium or high risk: each guest with an outage or a move, and whether a snapshot first
/// would be possible or is already planned.
pub(crate) fn snapshot_options(
    steps: &[Step],
    facts: &Facts,
    level: RiskLevel,
) -> Vec<SnapshotOption> {
    if level == RiskLevel::Low {
        return Vec::new();
    }
    let mut options: Vec<SnapshotOption> = Vec::new();
    let mut snapshotted: BTreeSet<GuestKey> = BTreeSet::new();
    for step in steps {
        let key = step.target.key();
        if step.action == ActionKind::Snapshot {
            snapshotted.insert(key);
        }
        if !catalogue::wants_snapshot_first(step.action) {
            continue;
        }
        if options.iter().any(|option| option.target.key() == key) {
            continue;
        }
        let planned = snapshotted.contains(&key);
        let supported = facts
            .guests
            .get(&key)
            .and_then(|guest| guest.snapshot_supported);
        options.push(SnapshotOption {
            target: step.target.clone(),
            feasible: planned || supported == Some(true),
            planned,
            note: note(planned, supported, step.target.kind).to_owned(),
        });
    }
    options
}

fn note(planned: bool, supported: Option<bool>, kind: GuestKind) -> &'static str {
    match (planned, supported, kind) {
        (true, ..) => "The plan takes one before its first change to this guest.",
        (false, Some(true), GuestKind::Qemu) => {
            "Possible. It keeps the disks as they are before the change, not the memory."
        }
        (false, Some(true), GuestKind::Lxc) => {
            "Possible. It keeps the volumes as they are before the change."
        }
        (false, Some(false), _) => {
            "Not possible: one of its volumes is on a storage without snapshots."
        }
        (false, None, _) => "Proxmox did not say whether it is possible.",
    }
}
