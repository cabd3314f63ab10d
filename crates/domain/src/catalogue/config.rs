//! Settings: a closed list of them, changed together in one call.

use std::collections::BTreeMap;

use argus_types::action::{Action, ActionKind};
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::{ConfigChange, ConfigKey};
use argus_types::id::GuestKind;
use argus_types::plan::{Change, Command, Expectation, Field, GuestTarget, StepClass, StopClass};
use argus_types::text::ParameterText;

use super::effect::{Effect, again, change, expect, on_guest, own, undone_by, undone_by_hand};
use super::guard::{Refusal, refuse};
use super::words::{guest_label, named};
use crate::facts::GuestFacts;
use crate::value::{DEFAULT, YES};

/// Whether every named setting has its new value already.
pub(super) fn is_so(guest: &GuestFacts, set: &ConfigChange) -> bool {
    let values = set.values();
    !values.is_empty()
        && values
            .into_iter()
            .all(|(key, value)| guest.setting(key).as_ref() == Some(&value))
}

/// Only what differs is sent.
pub(super) fn set(guest: &GuestFacts, set: &ConfigChange) -> Result<Command, Refusal> {
    let label = guest_label(guest);
    let values = set.values();
    if values.is_empty() {
        return refuse(
            "/set",
            format!("no setting of {label} is named; name at least one"),
        );
    }
    let Some(config) = &guest.config else {
        return refuse(
            "/set",
            format!(
                "the settings of {label} cannot be known after a rollback; change them in a proposal of its own afterwards"
            ),
        );
    };
    if guest.key.kind == GuestKind::Lxc && set.boot.is_some() {
        return refuse(
            "/set/boot",
            format!("{label} is a container, which has no boot order; leave it out"),
        );
    }
    if guest.key.kind == GuestKind::Lxc && set.balloon_mib.is_some() {
        return refuse(
            "/set/balloon_mib",
            format!(
                "{label} is a container, and only virtual machines have ballooning; leave it out"
            ),
        );
    }
    check_balloon(guest, set)?;
    Ok(Command::SetConfig {
        digest: config.digest.clone(),
        set: values
            .into_iter()
            .filter(|(key, value)| guest.setting(*key).as_ref() != Some(value))
            .collect(),
    })
}

/// Proxmox refuses more least memory than memory.
fn check_balloon(guest: &GuestFacts, set: &ConfigChange) -> Result<(), Refusal> {
    let now = |key| guest.setting(key).and_then(|text| text.parse::<u32>().ok());
    let memory = set.memory_mib.or_else(|| now(ConfigKey::Memory));
    let balloon = set.balloon_mib.or_else(|| now(ConfigKey::Balloon));
    match (memory, balloon) {
        (Some(memory), Some(balloon)) if balloon > memory => refuse(
            "/set",
            format!(
                "{} would have {balloon} MiB as its least memory and {memory} MiB in all; lower the one or raise the other",
                guest_label(guest)
            ),
        ),
        _ => Ok(()),
    }
}

pub(super) fn effect_of_set(
    guest: &GuestFacts,
    target: &GuestTarget,
    digest: Option<&str>,
    set: &BTreeMap<ConfigKey, String>,
) -> Effect {
    let before = |key: ConfigKey| guest.setting(key).unwrap_or_else(|| DEFAULT.to_owned());
    let mut relies_on: Vec<Expectation> = set
        .keys()
        .map(|key| expect(Field::Config { key: *key }, before(*key)))
        .collect();
    relies_on.extend(digest.map(|digest| expect(Field::ConfigDigest {}, digest)));
    let mut parameters: Vec<(&'static str, String)> = set
        .iter()
        .map(|(key, value)| (key.as_str(), sent(*key, value)))
        .collect();
    parameters.extend(digest.map(|digest| ("digest", digest.to_owned())));
    Effect {
        action: ActionKind::SetConfig,
        title: format!("Set {} of {}", listed(set), named(target)),
        method: "PUT",
        path: own(target, "config"),
        parameters,
        changes: changes(guest, set, before),
        relies_on,
        proves: set
            .iter()
            .map(|(key, value)| expect(Field::Config { key: *key }, value.clone()))
            .collect(),
        undo: match undo(guest, target, set) {
            Some(action) => undone_by(action, "Set the earlier values again."),
            None => undone_by_hand("Set the earlier values again, or remove them, in Proxmox."),
        },
        class: StepClass::Idempotent,
        max_attempts: 3,
        stop: StopClass::Instant,
        timeout_s: 60,
        privileges: on_guest(target, &privileges(set)),
        ..Effect::blank()
    }
}

fn changes(
    guest: &GuestFacts,
    set: &BTreeMap<ConfigKey, String>,
    before: impl Fn(ConfigKey) -> String,
) -> Vec<Change> {
    let mut changes: Vec<Change> = set
        .iter()
        .map(|(key, value)| change(key.label(), before(*key), value.clone()))
        .collect();
    let waits = set
        .keys()
        .any(|key| matches!(key, ConfigKey::Cores | ConfigKey::Memory));
    if waits && guest.key.kind == GuestKind::Qemu && guest.status != GuestStatus::Stopped {
        changes.push(change(
            "in effect",
            "as it was",
            "at its next start, unless hot-plugging covers it",
        ));
    }
    changes
}

/// `cores and tags`.
fn listed(set: &BTreeMap<ConfigKey, String>) -> String {
    let names: Vec<&str> = set.keys().map(|key| key.as_str()).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn sent(key: ConfigKey, value: &str) -> String {
    if key.is_switch() {
        if value == YES { "1" } else { "0" }.to_owned()
    } else {
        value.to_owned()
    }
}

/// The change that sets the earlier values again; none where a setting had no value of its own.
fn undo(
    guest: &GuestFacts,
    target: &GuestTarget,
    set: &BTreeMap<ConfigKey, String>,
) -> Option<Action> {
    let mut back = ConfigChange::default();
    for key in set.keys() {
        let value = guest.setting(*key)?;
        match key {
            ConfigKey::Cores => back.cores = Some(value.parse().ok()?),
            ConfigKey::Memory => back.memory_mib = Some(value.parse().ok()?),
            ConfigKey::Balloon => back.balloon_mib = Some(value.parse().ok()?),
            ConfigKey::CpuLimit => back.cpu_limit = Some(value.parse().ok()?),
            ConfigKey::Onboot => back.onboot = Some(value == YES),
            ConfigKey::Protection => back.protection = Some(value == YES),
            ConfigKey::Tags => {
                let tags = value.split(';').filter(|tag| !tag.is_empty());
                back.tags = Some(tags.map(str::parse).collect::<Result<_, _>>().ok()?);
            }
            ConfigKey::Description => back.description = Some(ParameterText::new(value).ok()?),
            ConfigKey::Boot => {
                let order = value.strip_prefix("order=")?.split(';');
                back.boot = Some(order.map(str::parse).collect::<Result<_, _>>().ok()?);
            }
        }
    }
    Some(Action::SetConfig {
        target: again(target),
        set: back,
    })
}

/// Proxmox asks for a privilege by the kind of setting.
fn privileges(set: &BTreeMap<ConfigKey, String>) -> Vec<&'static str> {
    let mut privileges: Vec<&'static str> = set
        .keys()
        .map(|key| match key {
            ConfigKey::Cores | ConfigKey::CpuLimit => "VM.Config.CPU",
            ConfigKey::Memory | ConfigKey::Balloon => "VM.Config.Memory",
            ConfigKey::Onboot
            | ConfigKey::Protection
            | ConfigKey::Tags
            | ConfigKey::Description => "VM.Config.Options",
            // It names disks.
            ConfigKey::Boot => "VM.Config.Disk",
        })
        .collect();
    privileges.sort_unstable();
    privileges.dedup();
    privileges
}
