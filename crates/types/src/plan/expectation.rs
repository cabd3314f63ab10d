//! What steps expect of the live cluster, and what was seen of it.

use serde::{Deserialize, Serialize};

#[cfg(feature = "commands")]
use super::Field;

/// How much a value may differ from what is expected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Tolerance {
    /// Not at all.
    #[default]
    Exact,
    /// A number that may be larger.
    AtLeast,
}

impl Tolerance {
    #[cfg(feature = "commands")]
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands the value over by reference"
    )]
    fn is_exact(&self) -> bool {
        *self == Self::Exact
    }

    /// Whether `seen` is near enough to `expected`. What is no number is compared as text.
    pub fn accepts(self, expected: &str, seen: &str) -> bool {
        match (self, expected.parse::<u64>(), seen.parse::<u64>()) {
            (Self::AtLeast, Ok(expected), Ok(seen)) => seen >= expected,
            _ => expected == seen,
        }
    }
}

#[cfg(feature = "commands")]
/// A field and the value it must have. Booleans are `yes` and `no`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Expectation {
    /// Which value.
    #[serde(flatten)]
    pub field: Field,
    /// What people call it.
    pub label: String,
    /// What it must be.
    pub value: String,
    /// How much it may differ from that.
    #[serde(default, skip_serializing_if = "Tolerance::is_exact")]
    pub tolerance: Tolerance,
}

#[cfg(feature = "commands")]
impl Expectation {
    /// That `field` is exactly this.
    pub fn exact(field: Field, value: impl Into<String>) -> Self {
        Self {
            label: field.label(),
            field,
            value: value.into(),
            tolerance: Tolerance::Exact,
        }
    }

    /// That the number in `field` is this or larger.
    pub fn at_least(field: Field, value: u64) -> Self {
        Self {
            tolerance: Tolerance::AtLeast,
            ..Self::exact(field, value.to_string())
        }
    }
}

/// What was found where something was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Evidence {
    /// What people call the value.
    pub label: String,
    /// What it had to be.
    pub expected: String,
    /// What it was; `unknown` where Proxmox did not say.
    pub observed: String,
    /// Whether the two agree.
    pub holds: bool,
}

#[cfg(all(test, feature = "commands"))]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::action::Service;
    use crate::guest_config::ConfigKey;
    use crate::id::Vmid;

    #[test]
    fn a_number_may_be_larger_and_a_text_may_not_differ() {
        for (expected, seen, exact, at_least) in [
            ("20", "20", true, true),
            ("20", "21", false, true),
            ("20", "100", false, true),
            ("20", "19", false, false),
            ("20", "", false, false),
            ("20", "-1", false, false),
            ("20", "none", false, false),
            ("yes", "yes", true, true),
            ("yes", "z", false, false),
        ] {
            assert_eq!(Tolerance::Exact.accepts(expected, seen), exact, "{seen}");
            assert_eq!(
                Tolerance::AtLeast.accepts(expected, seen),
                at_least,
                "{seen}"
            );
        }
    }

    #[test]
    fn an_exact_expectation_says_nothing_of_tolerance() {
        let exact =
            r#"{"field":"snapshot","name":"before","label":"snapshot before","value":"absent"}"#;
        let least = r#"{"field":"storage_free","storage":"nfs","node":"pve1","label":"GiB free on nfs at pve1","value":"20","tolerance":"at_least"}"#;
        for text in [exact, least] {
            let wish: Expectation = serde_json::from_str(text).unwrap();
            let expected: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(&wish).unwrap(), expected);
        }
        let wish: Expectation = serde_json::from_str(exact).unwrap();
        assert_eq!(wish.tolerance, Tolerance::Exact);
    }

    #[test]
    fn a_label_tells_a_value_from_every_other() {
        let node = || "pve1".parse().unwrap();
        let storage = || "nfs".parse().unwrap();
        let disk = || "scsi0".parse().unwrap();
        let vmid = || Vmid::try_from(101).unwrap();
        let fields = [
            Field::Node {},
            Field::Status {},
            Field::Lock {},
            Field::Name {},
            Field::Identity {},
            Field::Template {},
            Field::HaManaged {},
            Field::HaState {},
            Field::Pool {},
            Field::Guest {},
            Field::Snapshot {
                name: "before".parse().unwrap(),
            },
            Field::Snapshots {},
            Field::GrownFrom {},
            Field::Config {
                key: ConfigKey::Cores,
            },
            Field::Config {
                key: ConfigKey::Tags,
            },
            Field::ConfigDigest {},
            Field::DiskSize { disk: disk() },
            Field::DiskStorage { disk: disk() },
            Field::SnapshotSupported {},
            Field::MigrateAllowed { to: node() },
            Field::Restarted {},
            Field::ReplicationTarget { job: 0 },
            Field::Replicated { job: 0 },
            Field::Agent {},
            Field::Backup {
                storage: storage(),
                note: "n".to_owned(),
            },
            Field::VmidHolder { vmid: vmid() },
            Field::VmidName { vmid: vmid() },
            Field::NodeOnline { node: node() },
            Field::NodeRuns { node: node() },
            Field::QuorateWithout { node: node() },
            Field::NodeRestarted {},
            Field::Service {
                service: Service::Cron,
            },
            Field::Quorate {},
            Field::StorageActive {
                storage: storage(),
                node: node(),
            },
            Field::StorageFree {
                storage: storage(),
                node: node(),
            },
            Field::Volume {},
            Field::VolumeProtected {},
            Field::VolumeUser {},
            Field::SaidDone {},
        ];
        let labels: BTreeSet<String> = fields.iter().map(Field::label).collect();
        assert_eq!(labels.len(), fields.len());
    }
}
