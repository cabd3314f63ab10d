//! How a value of the cluster is written where it is expected or observed.
//!
//! Planner and executor both write values through here, so that the two can never disagree about a spelling.

use argus_types::guest_config::ConfigKey;
use argus_types::plan::Field;

use crate::facts::{ConfigFacts, GuestFacts};
use crate::inventory::Inventory;

/// A fact that holds.
pub const YES: &str = "yes";
/// A fact that does not hold.
pub const NO: &str = "no";
/// No lock, no identity.
pub const NONE: &str = "none";
/// The snapshot is there and finished.
pub const PRESENT: &str = "present";
/// The snapshot is not there.
pub const ABSENT: &str = "absent";
/// Proxmox did not say; never equal to anything expected.
pub const UNKNOWN: &str = "unknown";

/// A setting that is not set.
pub const DEFAULT: &str = "default";

/// A setting as it is.
pub fn config(facts: &ConfigFacts, key: ConfigKey) -> String {
    facts.values.get(&key).cloned().unwrap_or_else(|| {
        // A switch that is not set is off, and a guest without tags or notes has none.
        match key {
            ConfigKey::Onboot | ConfigKey::Protection => NO,
            ConfigKey::Tags | ConfigKey::Description => "",
            ConfigKey::Cores | ConfigKey::Memory | ConfigKey::Balloon | ConfigKey::CpuLimit => {
                DEFAULT
            }
        }
        .to_owned()
    })
}

/// `yes` or `no`.
pub fn yes_no(fact: bool) -> &'static str {
    if fact { YES } else { NO }
}

/// What the fresh facts say about `field`; `None` where they say nothing.
///
/// `restarted` is the one value that facts of a single moment cannot hold: whether the guest was started
/// after the step was sent.
pub fn of(
    field: &Field,
    guest: &GuestFacts,
    inventory: &Inventory,
    restarted: Option<bool>,
) -> Option<String> {
    let text = match field {
        Field::Node {} => guest.node.to_string(),
        Field::Status {} => guest.status.as_str().to_owned(),
        Field::Lock {} => guest.lock.clone().unwrap_or_else(|| NONE.to_owned()),
        Field::Name {} => guest.name.clone(),
        Field::Identity {} => guest.identity.clone().unwrap_or_else(|| NONE.to_owned()),
        Field::Template {} => yes_no(guest.template).to_owned(),
        Field::HaManaged {} => yes_no(guest.ha_managed).to_owned(),
        Field::Snapshot { name } => {
            let there = guest.snapshots.iter().any(|one| one.name == name.as_str());
            (if there { PRESENT } else { ABSENT }).to_owned()
        }
        Field::GrownFrom {} => guest.grown_from.clone().unwrap_or_else(|| NONE.to_owned()),
        Field::Config { key } => config(&guest.config, *key),
        Field::ConfigDigest {} => guest.config.digest.clone()?,
        Field::SnapshotSupported {} => yes_no(guest.snapshot_supported?).to_owned(),
        Field::NodeOnline { node } => yes_no(inventory.node(node)?.online).to_owned(),
        Field::MigrateAllowed { to } => yes_no(guest.migrate.get(to)?.is_ok()).to_owned(),
        Field::Quorate {} => yes_no(inventory.quorate?).to_owned(),
        Field::Restarted {} => yes_no(restarted?).to_owned(),
    };
    Some(text)
}
