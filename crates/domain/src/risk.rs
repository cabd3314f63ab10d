//! How much can go wrong: rules over the steps of a plan, never an author's or a model's word.

use std::collections::{BTreeMap, BTreeSet};

use argus_types::action::BackupMode;
use argus_types::guest_config::ConfigKey;
use argus_types::id::GuestKey;
use argus_types::plan::{Command, MigrateMode, Step};
use argus_types::proposal::{Risk, RiskLevel, RiskReason};

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
        let guest = step.target.key().and_then(|key| facts.guests.get(&key));
        let importance = guest.and_then(importance);
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
    let kind = step
        .target
        .guest()
        .map_or("guest", |guest| guest.kind.label());
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
        Command::Hibernate {} => outage("hibernating a VM"),
        Command::HaMove { relocate: true, .. } => {
            outage("high availability stops the guest and starts it elsewhere")
        }
        Command::HaMove { .. } => (
            RiskLevel::Medium,
            of_important(
                "high availability moves the guest when it finds the time",
                importance,
            ),
        ),
        Command::HaAdd { .. } | Command::HaSet { .. } | Command::HaRemove {} => {
            of_ha(step, importance)
        }
        Command::Backup { mode, .. } => of_backup(*mode, outage),
        other => of_disks(other, importance),
    }
}

/// What becomes of a guest's disks, and of the guest with them.
fn of_disks(command: &Command, importance: Option<&'static str>) -> (RiskLevel, String) {
    match command {
        Command::MakeTemplate {} => (
            RiskLevel::High,
            of_important(
                "a template never runs again, and nothing turns it back",
                importance,
            ),
        ),
        Command::Destroy { .. } => (
            RiskLevel::High,
            of_important("a destroyed guest is gone with its disks", importance),
        ),
        Command::ResizeDisk { .. } => (
            RiskLevel::Medium,
            of_important("a larger disk never becomes smaller again", importance),
        ),
        Command::MoveDisk { .. } => (
            RiskLevel::Medium,
            of_important(
                "a disk that moves is copied whole, which slows its storages",
                importance,
            ),
        ),
        other => of_cluster(other),
    }
}

/// What is not about one guest, or harms none.
fn of_cluster(command: &Command) -> (RiskLevel, String) {
    let (level, text) = match command {
        Command::DeleteVolume {} => (
            RiskLevel::High,
            "what is deleted from a storage cannot be brought back",
        ),
        Command::ProtectBackup { protect: false } => (
            RiskLevel::Medium,
            "without its protection a backup can be deleted",
        ),
        Command::RebootNode {} => (
            RiskLevel::High,
            "the cluster has a node less while one reboots, and it may not come back by itself",
        ),
        Command::ShutdownNode {} => (
            RiskLevel::High,
            "the cluster has a node less until somebody switches it on again",
        ),
        Command::RestartService { service } if service.serves_the_api() => (
            RiskLevel::Medium,
            "Argus cannot talk to the node while that service restarts",
        ),
        Command::RestartService { .. } => (
            RiskLevel::Medium,
            "a service is away for a moment while it restarts",
        ),
        Command::Clone { .. } | Command::Restore { .. } => {
            (RiskLevel::Low, "a new guest takes room and harms no other")
        }
        Command::AgentPing {} | Command::AgentInfo {} => (RiskLevel::Low, "asking changes nothing"),
        Command::Replicate { .. } => (RiskLevel::Low, "a newer copy harms nobody"),
        Command::PoolAdd { .. } | Command::PoolRemove { .. } => (
            RiskLevel::Medium,
            "a pool decides who may do what with a guest",
        ),
        Command::WakeNode {} => (RiskLevel::Low, "one more node harms nobody"),
        _ => (RiskLevel::Low, "this causes no outage"),
    };
    (level, text.to_owned())
}

fn of_ha(step: &Step, importance: Option<&'static str>) -> (RiskLevel, String) {
    let status = step.changes.iter().find(|change| change.field == "status");
    if status.is_some_and(|change| change.after != "running") {
        return (
            RiskLevel::High,
            of_important("high availability stops the guest", importance),
        );
    }
    if matches!(step.command, Command::HaRemove {}) {
        return (
            RiskLevel::Medium,
            of_important("nothing restarts the guest when its node fails", importance),
        );
    }
    (
        RiskLevel::Medium,
        of_important(
            "high availability may start and move the guest by itself",
            importance,
        ),
    )
}

fn of_backup(
    mode: BackupMode,
    outage: impl Fn(&str) -> (RiskLevel, String),
) -> (RiskLevel, String) {
    match mode {
        BackupMode::Snapshot => (
            RiskLevel::Low,
            "a backup slows the guest a little and takes room".to_owned(),
        ),
        BackupMode::Suspend => outage("the guest stands still for a part of the backup"),
        BackupMode::Stop => outage("the guest is shut down for the backup"),
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
pub(crate) fn is_destructive(command: &Command) -> bool {
    match command {
        // What was not written to disk is gone.
        Command::Stop {}
        | Command::Reset {}
        // A point in time is gone, or everything since one.
        | Command::DeleteSnapshot { .. }
        | Command::Rollback { .. }
        | Command::DeleteVolume {}
        // A guest is gone, or never runs again.
        | Command::Destroy { .. }
        | Command::MakeTemplate {}
        // A node is away, and coming back is up to it.
        | Command::RebootNode {}
        | Command::ShutdownNode {} => true,
        Command::Suspend {}
        | Command::Resume {}
        | Command::Hibernate {}
        | Command::SetConfig { .. }
        | Command::Start {}
        | Command::Shutdown { .. }
        | Command::Reboot { .. }
        | Command::Snapshot { .. }
        | Command::Migrate { .. }
        | Command::Clone { .. }
        | Command::ResizeDisk { .. }
        | Command::MoveDisk { .. }
        | Command::Backup { .. }
        | Command::Restore { .. }
        | Command::ProtectBackup { .. }
        | Command::WakeNode {}
        | Command::RestartService { .. }
        | Command::ReloadService { .. }
        | Command::RefreshPackages {}
        | Command::HaAdd { .. }
        | Command::HaSet { .. }
        | Command::HaRemove {}
        | Command::HaMove { .. }
        | Command::Replicate { .. }
        | Command::PoolAdd { .. }
        | Command::PoolRemove { .. }
        | Command::AgentPing {}
        | Command::AgentInfo {}
        | Command::AgentTrim {} => false,
    }
}

fn of_size(steps: &[Step]) -> Option<RiskReason> {
    let guests: BTreeSet<GuestKey> = steps.iter().filter_map(|step| step.target.key()).collect();
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
