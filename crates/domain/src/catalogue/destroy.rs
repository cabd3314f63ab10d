//! Removing a guest with its disks.

use argus_types::action::ActionKind;
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::plan::{Command, Field, GuestTarget, StepClass, StopClass};

use super::decide::Setting;
use super::effect::{Effect, change, expect, final_because, on_guest, own};
use super::guard::{Refusal, refuse, require_known};
use super::words::{guest_label, named};
use crate::facts::GuestFacts;
use crate::value::{ABSENT, NO, PRESENT, YES};

pub(super) fn destroy(
    guest: &GuestFacts,
    setting: Setting<'_>,
    purge: bool,
) -> Result<Command, Refusal> {
    let label = guest_label(guest);
    let may = [GuestStatus::Stopped];
    require_known(guest, &may, "be destroyed", "shut it down first")?;
    match guest.setting(ConfigKey::Protection).as_deref() {
        Some(YES) => return protected(&label),
        // Two approvals, or the protection would be none.
        Some(_) if setting.twin.unprotects_guest(guest.key) => return protected(&label),
        Some(_) => {}
        None => {
            return refuse(
                "/target",
                format!(
                    "whether {label} is protected cannot be known after a rollback; do this in a proposal of its own afterwards"
                ),
            );
        }
    }
    let copies = guest
        .kept
        .replication
        .as_ref()
        .is_some_and(|jobs| !jobs.is_empty());
    // One that HA ignores stands in its list as well.
    let listed = guest.ha_managed || matches!(guest.kept.ha, Some(Some(_)));
    if !purge && (listed || copies) {
        let by = if listed { "HA" } else { "replication" };
        return refuse(
            "/purge",
            format!("{label} is still managed by {by}; ask for `purge`, or take it out first"),
        );
    }
    Ok(Command::Destroy { purge })
}

fn protected<T>(label: &str) -> Result<T, Refusal> {
    refuse(
        "/target",
        format!("{label} is protected from removal; lift that in a proposal of its own first"),
    )
}

pub(super) fn effect(guest: &GuestFacts, target: &GuestTarget, purge: bool) -> Effect {
    let names: Vec<&str> = guest
        .snapshots
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let mut changes = vec![change("guest", PRESENT, ABSENT)];
    if let Some(bytes) = guest.disk_bytes() {
        changes.push(change("disks", crate::value::size(bytes), "none"));
    }
    if !names.is_empty() {
        changes.push(change("snapshots", names.join(", "), "none"));
    }
    let mut sorted = names;
    sorted.sort_unstable();
    let snapshots = if sorted.is_empty() {
        crate::value::NONE.to_owned()
    } else {
        sorted.join(", ")
    };
    let mut relies_on = vec![
        expect(
            Field::Config {
                key: ConfigKey::Protection,
            },
            NO,
        ),
        expect(Field::Snapshots {}, snapshots),
    ];
    relies_on.extend(
        guest
            .digest()
            .map(|digest| expect(Field::ConfigDigest {}, digest)),
    );
    // Both are always said: what Proxmox does without differs between the kinds.
    let parameters = vec![
        ("purge", if purge { "1" } else { "0" }.to_owned()),
        ("destroy-unreferenced-disks", "0".to_owned()),
    ];
    if purge {
        changes.push(change(
            "HA, replication, backup jobs",
            "as they are",
            "without it",
        ));
    }
    Effect {
        action: ActionKind::Destroy,
        title: format!("Destroy {} with its disks", named(target)),
        method: "DELETE",
        path: own(target, ""),
        parameters,
        changes,
        relies_on,
        proves: vec![expect(Field::Guest {}, ABSENT)],
        undo: final_because("Only a backup brings it back."),
        class: StepClass::UnsafeToRepeat,
        max_attempts: 2,
        stop: StopClass::RunsToItsEnd,
        timeout_s: 600,
        privileges: on_guest(target, &["VM.Allocate"]),
        ..Effect::blank()
    }
}
