//! What a world looks like at its start: a TOML document, checked before anything is built from it.
//! Must not know the running state; `state::Machine::new` reads it once.

mod check;
mod generate;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

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
}

/// What `/version` answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Release {
    /// For example `9.2.4`.
    pub version: String,
    /// For example `9.2`.
    pub release: String,
    /// A short commit hash.
    pub repoid: String,
}

impl Default for Release {
    fn default() -> Self {
        Self {
            version: "9.2.4".into(),
            release: "9.2".into(),
            repoid: "5f3e2a9c1b7d4e60".into(),
        }
    }
}

/// Transport timing, in real (never scaled) milliseconds; the defaults are Proxmox's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Transport {
    /// Delay before a 401.
    pub auth_delay_ms: u64,
    /// After this the proxy between daemons or nodes gives up with 596.
    pub proxy_cut_ms: u64,
    /// An idle connection is closed after this.
    pub idle_close_ms: u64,
    /// Requests that one connection may carry.
    pub requests_per_connection: u32,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            auth_delay_ms: 3_000,
            proxy_cut_ms: 30_000,
            idle_close_ms: 5_000,
            requests_per_connection: 100,
        }
    }
}

/// How long things take, in virtual milliseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Durations {
    /// Starting a guest.
    pub start: u64,
    /// A guest's own clean shutdown.
    pub shutdown: u64,
    /// Stopping a guest hard.
    pub stop: u64,
    /// Migrating a running VM.
    pub migrate_online: u64,
    /// Migrating a stopped guest on shared storage.
    pub migrate_offline: u64,
    /// Copying one GiB of a local disk.
    pub copy_per_gib: u64,
    /// Taking a snapshot.
    pub snapshot: u64,
    /// Deleting a snapshot.
    pub snapshot_delete: u64,
    /// Rolling back to a snapshot.
    pub rollback: u64,
    /// Until the HA manager acts on a command.
    pub ha_cycle: u64,
    /// Until the HA manager restarts a lost node's services elsewhere.
    pub ha_recovery: u64,
    /// How often a node publishes its numbers.
    pub broadcast: u64,
    /// How long a worker waits for a guest's configuration file.
    pub file_lock: u64,
}

impl Default for Durations {
    fn default() -> Self {
        Self {
            start: 3_000,
            shutdown: 5_000,
            stop: 1_500,
            migrate_online: 20_000,
            migrate_offline: 3_000,
            copy_per_gib: 1_000,
            snapshot: 3_000,
            snapshot_delete: 4_000,
            rollback: 5_000,
            ha_cycle: 10_000,
            ha_recovery: 70_000,
            broadcast: 10_000,
            file_lock: 10_000,
        }
    }
}

/// A node.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its address inside the simulated network.
    pub ip: String,
    /// Logical processors.
    pub cpus: u32,
    /// Memory in GiB.
    pub memory_gib: u64,
    /// How long it had been up at the start, in hours.
    #[serde(default = "hundred")]
    pub uptime_hours: u64,
}

fn hundred() -> u64 {
    100
}

/// A storage.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Its name.
    pub id: String,
    /// `dir`, `lvmthin`, `nfs`, `zfspool`, `rbd`, `lvm`, `pbs`.
    pub kind: String,
    /// Whether all nodes see the same volumes.
    #[serde(default)]
    pub shared: bool,
    /// The nodes that have it; empty means all.
    #[serde(default)]
    pub nodes: Vec<String>,
    /// What may be kept there, for example `images,rootdir`.
    pub content: String,
    /// Size in GiB.
    pub total_gib: u64,
    /// Used share from 0 to 1, volumes of the guests included.
    pub used: f64,
}

/// A pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Its name.
    pub id: String,
    /// A remark.
    #[serde(default)]
    pub comment: String,
    /// Storages in it; guests name their pool themselves.
    #[serde(default)]
    pub storages: Vec<String>,
}

/// VM or container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuestKind {
    /// A virtual machine.
    Qemu,
    /// A container.
    Lxc,
}

/// A guest.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guest {
    /// Its number.
    pub vmid: u32,
    /// VM or container.
    pub kind: GuestKind,
    /// Its name (a container's hostname).
    pub name: String,
    /// The node it is on.
    pub node: String,
    /// Whether it runs at the start.
    #[serde(default)]
    pub running: bool,
    /// Whether it is a template.
    #[serde(default)]
    pub template: bool,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Its pool.
    pub pool: Option<String>,
    /// Processor cores.
    pub cores: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Storage of its disk.
    pub storage: String,
    /// Size of its disk in GiB.
    pub disk_gib: u64,
    /// Disk format; the storage's usual one when absent.
    pub format: Option<String>,
    /// The configuration lock it starts with.
    pub lock: Option<String>,
    /// Whether the HA stack manages it.
    #[serde(default)]
    pub ha: bool,
    /// Whether its system ignores a shutdown request.
    #[serde(default)]
    pub ignores_shutdown: bool,
    /// Whether the guest agent is configured and, with the guest, runs.
    #[serde(default)]
    pub agent: bool,
    /// Whether it starts with its node.
    #[serde(default)]
    pub onboot: bool,
    /// A remark.
    pub description: Option<String>,
}

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// `name@realm`.
    pub id: String,
    /// A password, when the user may log in.
    pub password: Option<String>,
    /// Its groups.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// An API token.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// `name@realm!token`.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// Whether its rights are the intersection of its own and its user's.
    #[serde(default = "yes")]
    pub privsep: bool,
    /// When it ends, seconds since the epoch; 0 is never.
    #[serde(default)]
    pub expire: u64,
}

fn yes() -> bool {
    true
}

/// One entry of the access control list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acl {
    /// For example `/`, `/vms/101` or `/pool/lab`.
    pub path: String,
    /// `name@realm`, `name@realm!token` or `@group`.
    pub who: String,
    /// The role's name.
    pub role: String,
    /// Whether it holds for the paths below.
    #[serde(default = "yes")]
    pub propagate: bool,
}

/// One rule of the HA stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HaRule {
    /// Its name.
    pub id: String,
    /// `node-affinity` or `resource-affinity`.
    pub kind: String,
    /// The services it is about, for example `vm:103`.
    pub resources: Vec<String>,
    /// The nodes of a node affinity.
    #[serde(default)]
    pub nodes: Vec<String>,
    /// `positive` or `negative`, of a resource affinity.
    pub affinity: Option<String>,
    /// Whether a node affinity may never be left.
    #[serde(default)]
    pub strict: bool,
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
