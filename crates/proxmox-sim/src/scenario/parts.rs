//! The lines of a scenario: nodes, storages, guests, people and their rights.

use serde::{Deserialize, Serialize};

use super::strain::{Pressure, Strain};

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

impl Release {
    /// The first number of the version: 8 or 9.
    pub fn major(&self) -> u32 {
        let first = self.version.split('.').next();
        first.and_then(|n| n.parse().ok()).unwrap_or(9)
    }
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
    /// The hardware address that wakes it; without one nobody can.
    pub wakeonlan: Option<String>,
    /// What it bears beside its guests.
    #[serde(default)]
    pub strain: Strain,
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

impl Storage {
    /// Whether a node has it.
    pub fn is_on(&self, node: &str) -> bool {
        self.nodes.is_empty() || self.nodes.iter().any(|n| n == node)
    }

    /// Whether it may keep `images`, `backup` and so on.
    pub fn keeps(&self, content: &str) -> bool {
        self.content.split(',').any(|c| c == content)
    }

    /// Its size in bytes.
    pub fn total_bytes(&self) -> u64 {
        self.total_gib << 30
    }
}

/// A file on a storage that belongs to no guest: the image of a CD (`.iso`), or a container's template.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its storage; one that is local has it on every node.
    pub storage: String,
    /// Its name.
    pub name: String,
    /// Its size in MiB.
    pub size_mib: u64,
}

/// A backup of a guest that is there at the start.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// Its storage.
    pub storage: String,
    /// How many hours before the start it was made.
    pub age_hours: u64,
    /// Its size in GiB; what the disks suggest when absent.
    pub size_gib: Option<u64>,
    /// Whether it may not be removed.
    #[serde(default)]
    pub protected: bool,
    /// How its verification ended, on a backup server; none was made when absent.
    pub verified: Option<bool>,
    /// A person's words about it.
    pub notes: Option<String>,
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

impl GuestKind {
    /// What Proxmox calls a task on a guest: the verb behind `qm` or `vz`, and `qmigrate` for the move of a VM.
    pub fn task_type(self, verb: &str) -> String {
        match self {
            Self::Qemu if verb == "migrate" => "qmigrate".to_owned(),
            Self::Qemu => format!("qm{verb}"),
            Self::Lxc => format!("vz{verb}"),
        }
    }
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
    /// Whether a configured agent does not answer all the same.
    #[serde(default)]
    pub agent_silent: bool,
    /// Whether it starts with its node.
    #[serde(default)]
    pub onboot: bool,
    /// How long its processes wait.
    #[serde(default)]
    pub pressure: Pressure,
    /// A remark.
    pub description: Option<String>,
    /// Its backups.
    #[serde(default)]
    pub backup: Vec<Backup>,
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
    /// What somebody wrote beside it.
    #[serde(default)]
    pub comment: Option<String>,
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

/// What the HA stack is told about a guest beyond its being managed; a guest named here is managed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HaResource {
    /// `vm:103` or `ct:104`.
    pub sid: String,
    /// What is asked of it; what the guest is at the start when absent.
    pub state: Option<HaRequest>,
    /// How often a failed start is tried again on the same node.
    pub max_restart: Option<u32>,
    /// On how many other nodes it is tried.
    pub max_relocate: Option<u32>,
    /// A remark.
    pub comment: Option<String>,
    /// Its group, before 9.
    pub group: Option<String>,
    /// Whether it goes back to the node it should be on, as of 9.
    pub failback: Option<bool>,
}

/// What the HA stack is asked to do with a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HaRequest {
    /// Have it running, elsewhere if need be.
    Started,
    /// Have it stopped, and recover it when its node is lost.
    Stopped,
    /// Have it stopped where it is; clears an error.
    Disabled,
    /// Leave it alone.
    Ignored,
}

/// A group of nodes that HA resources name, before 9.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HaGroup {
    /// Its name.
    pub id: String,
    /// Its nodes.
    pub nodes: Vec<String>,
    /// Whether its resources may run nowhere else.
    #[serde(default)]
    pub restricted: bool,
}

/// A replication job.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replication {
    /// The guest's number and the job's, for example `104-0`.
    pub id: String,
    /// The guest; it is on `source`.
    pub guest: u32,
    /// The node that sends.
    pub source: String,
    /// The node that receives.
    pub target: String,
    /// `*/N`: every N minutes of the hour. Other calendar events are shown and never due.
    #[serde(default = "quarter_hour")]
    pub schedule: String,
    /// How many seconds before the start the last good run began; it never ran when absent.
    pub last_sync: Option<u64>,
    /// How many runs have failed since.
    #[serde(default)]
    pub fail_count: u32,
    /// How long a run takes, in seconds.
    #[serde(default = "five")]
    pub duration: f64,
    /// Whether it rests.
    #[serde(default)]
    pub disable: bool,
    /// A remark.
    pub comment: Option<String>,
}

fn quarter_hour() -> String {
    "*/15".into()
}

fn five() -> f64 {
    5.0
}
