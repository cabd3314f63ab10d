//! Parts of a step as the page shows them: what stands on the wire, without the catalogue's own types.

use std::fmt;

#[cfg(not(feature = "commands"))]
use serde::Deserializer;
use serde::{Deserialize, Serialize, Serializer};

use super::{GuestTarget, NodeTarget, StepTarget, Tolerance, VolumeTarget};
use crate::id::{GuestKind, NodeName, Vmid, VolumeId};

/// A value that a step relies on or brings about, by the name that stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Expectation {
    /// What people call it.
    pub label: String,
    /// What it must be.
    pub value: String,
    /// Whether it must be exactly this.
    #[serde(default)]
    pub tolerance: Tolerance,
}

/// What a step has for itself while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Lock {
    #[serde(rename = "lock")]
    of: String,
    node: Option<String>,
    storage: Option<String>,
    kind: Option<String>,
    vmid: Option<u32>,
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |name: &Option<String>| name.clone().unwrap_or_default();
        match self.of.as_str() {
            "maintenance" => f.write_str("maintenance of nodes"),
            "node" => write!(f, "node {}", name(&self.node)),
            "backups" => write!(f, "backups on {}", name(&self.node)),
            "storage" => write!(f, "storage {}", name(&self.storage)),
            "guest" => write!(f, "{}/{}", name(&self.kind), self.vmid.unwrap_or_default()),
            other => f.write_str(other),
        }
    }
}

impl Serialize for Expectation {
    /// Always an error: what was not read cannot be written again, and a plan without it would have another digest.
    fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the field was not read"))
    }
}

impl Serialize for Lock {
    /// Always an error, as for [`Expectation`].
    fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the lock was read to be shown"))
    }
}

/// What a step is about, whichever it is: a tagged choice is decoded by way of a copy of the whole, which weighs more
/// than all that is in it.
#[derive(Deserialize)]
struct Flat {
    of: String,
    node: NodeName,
    kind: Option<GuestKind>,
    vmid: Option<Vmid>,
    name: Option<String>,
    #[serde(default)]
    ha_managed: bool,
    volume: Option<VolumeId>,
}

impl Flat {
    /// `None` where something is missing that this kind has.
    fn target(self) -> Option<StepTarget> {
        let node = self.node;
        Some(match self.of.as_str() {
            "guest" => StepTarget::Guest(GuestTarget {
                kind: self.kind?,
                vmid: self.vmid?,
                name: self.name?,
                node,
                ha_managed: self.ha_managed,
            }),
            "node" => StepTarget::Node(NodeTarget { node }),
            "volume" => StepTarget::Volume(VolumeTarget {
                volume: self.volume?,
                node,
            }),
            _ => return None,
        })
    }
}

#[cfg(not(feature = "commands"))]
impl<'de> Deserialize<'de> for StepTarget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let target = Flat::deserialize(deserializer)?.target();
        target.ok_or_else(|| serde::de::Error::custom("a step's target lacks something"))
    }
}

#[cfg(all(test, feature = "commands"))]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;
    use crate::plan;

    fn again<T: DeserializeOwned>(written: impl Serialize) -> T {
        serde_json::from_value(serde_json::to_value(written).unwrap()).unwrap()
    }

    #[test]
    fn a_lock_is_called_what_the_catalogue_calls_it() {
        let guest = json!({ "lock": "guest", "kind": "qemu", "vmid": 101 });
        let more = json!([
            { "lock": "maintenance" }, { "lock": "node", "node": "pve1" },
            { "lock": "backups", "node": "pve1" }, { "lock": "storage", "storage": "nfs" }, guest,
        ]);
        let all: Vec<plan::Lock> = serde_json::from_value(more).unwrap();
        for lock in all {
            assert_eq!(again::<Lock>(&lock).to_string(), lock.to_string());
        }
    }

    #[test]
    fn an_expectation_keeps_its_name_its_value_and_its_tolerance() {
        let node = plan::Field::Node {};
        let exact: Expectation = again(plan::Expectation::exact(node, "pve1"));
        assert_eq!(
            (exact.label.as_str(), exact.value.as_str()),
            ("node", "pve1")
        );
        assert_eq!(exact.tolerance, Tolerance::Exact);
        let snapshots = plan::Field::Snapshots {};
        let least: Expectation = again(plan::Expectation::at_least(snapshots, 3));
        assert_eq!(least.tolerance, Tolerance::AtLeast);
    }

    #[test]
    fn a_target_is_the_same_read_flat() {
        for target in [
            json!({ "of": "guest", "kind": "lxc", "vmid": 105, "name": "mail", "node": "pve1", "ha_managed": true }),
            json!({ "of": "node", "node": "pve1" }),
            json!({ "of": "volume", "volume": "nfs:backup/x", "node": "pve1" }),
        ] {
            let typed: StepTarget = serde_json::from_value(target.clone()).unwrap();
            let flat: Flat = serde_json::from_value(target).unwrap();
            assert_eq!(flat.target(), Some(typed));
        }
        let nameless = json!({ "of": "guest", "node": "pve1" });
        assert_eq!(
            serde_json::from_value::<Flat>(nameless).unwrap().target(),
            None
        );
    }
}
