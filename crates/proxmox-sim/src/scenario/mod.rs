//! What a world looks like at its start: a TOML document, checked before anything is built from it.
//! Must not know the running state; `state::Machine::new` reads it once.

mod backup_job;
pub mod calendar;
mod check;
mod generate;
mod managing;
mod parts;
mod strain;
mod timing;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use backup_job::BackupJob;
pub use parts::{
    Acl, Backup, File, Guest, GuestKind, HaGroup, HaRequest, HaResource, HaRule, Node, Pool,
    Release, Replication, Storage, Token, User,
};
pub use strain::{Pressure, Strain};
pub use timing::{Durations, Transport};

/// The scenario of the demo and of most tests.
const DEFAULT: &str = include_str!("../../scenarios/default.toml");
/// A standalone node with another certificate, for tests of a second Proxmox.
const OTHER: &str = include_str!("../../scenarios/other.toml");

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("the scenario file cannot be read")]
    Read(#[source] std::io::Error),
    /// The text is not the TOML of a scenario.
    #[error("the scenario is not well formed")]
    Parse(#[from] toml::de::Error),
    /// The parts do not fit together.
    #[error("the scenario does not fit together: {0}")]
    Inconsistent(String),
}

/// A whole world at its start.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name of the cluster; a standalone node has none.
    pub cluster: Option<String>,
    /// What `/version` answers.
    #[serde(default)]
    pub release: Release,
    /// Transport timing, in real milliseconds.
    #[serde(default)]
    pub transport: Transport,
    /// How long things take, in virtual milliseconds.
    #[serde(default)]
    pub durations_ms: Durations,
    /// The nodes; the first one that is online answers the API.
    pub node: Vec<Node>,
    /// The storages.
    #[serde(default)]
    pub storage: Vec<Storage>,
    /// Files on storages that belong to no guest.
    #[serde(default)]
    pub file: Vec<File>,
    /// The pools.
    #[serde(default)]
    pub pool: Vec<Pool>,
    /// The guests.
    #[serde(default)]
    pub guest: Vec<Guest>,
    /// Roles beside the built-in ones.
    #[serde(default)]
    pub role: BTreeMap<String, Vec<String>>,
    /// The users.
    #[serde(default)]
    pub user: Vec<User>,
    /// The API tokens.
    #[serde(default)]
    pub token: Vec<Token>,
    /// The access control list.
    #[serde(default)]
    pub acl: Vec<Acl>,
    /// Rules of the HA stack.
    #[serde(default)]
    pub ha_rule: Vec<HaRule>,
    /// What the HA stack is told about single guests.
    #[serde(default)]
    pub ha_resource: Vec<HaResource>,
    /// Groups of nodes, before 9.
    #[serde(default)]
    pub ha_group: Vec<HaGroup>,
    /// The replication jobs.
    #[serde(default)]
    pub replication: Vec<Replication>,
    /// The backup jobs.
    #[serde(default)]
    pub backup_job: Vec<BackupJob>,
}

impl Scenario {
    /// Reads and checks a scenario's text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let scenario: Self = toml::from_str(text)?;
        scenario.check()?;
        Ok(scenario)
    }

    /// Reads and checks a scenario's file.
    pub fn load(path: &Path) -> Result<Self, Error> {
        Self::parse(&std::fs::read_to_string(path).map_err(Error::Read)?)
    }

    /// Three nodes and fourteen guests: the scenario of the demo.
    ///
    /// # Panics
    /// Never: a test holds the embedded text to what is checked here.
    pub fn lab() -> Self {
        Self::parse(DEFAULT).expect("the embedded scenario is checked by a test")
    }

    /// A standalone node: another Proxmox than [`Scenario::lab`].
    ///
    /// # Panics
    /// Never: a test holds the embedded text to what is checked here.
    pub fn solo() -> Self {
        Self::parse(OTHER).expect("the embedded scenario is checked by a test")
    }

    /// A cluster of the given size, the same for the same numbers.
    pub fn generated(guests: u32, nodes: u32) -> Result<Self, Error> {
        let scenario = generate::cluster(guests, nodes);
        scenario.check()?;
        Ok(scenario)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_scenarios_are_consistent() {
        let lab = Scenario::parse(DEFAULT).unwrap();
        assert_eq!((lab.node.len(), lab.guest.len()), (3, 14));
        let solo = Scenario::parse(OTHER).unwrap();
        assert_eq!((solo.node.len(), solo.cluster), (1, None));
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        assert!(matches!(
            Scenario::parse("cluster = \"x\"\nnodes = []"),
            Err(Error::Parse(_))
        ));
    }

    #[test]
    fn a_generated_cluster_has_the_size_asked_for() {
        let big = Scenario::generated(1_000, 8).unwrap();
        assert_eq!((big.node.len(), big.guest.len()), (8, 1_000));
    }

    #[test]
    fn a_cluster_without_nodes_is_refused() {
        assert!(Scenario::generated(5, 0).is_err());
    }
}
