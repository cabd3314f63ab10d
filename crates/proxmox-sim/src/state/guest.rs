//! A guest: where it is, whether it runs, its configuration, snapshots and locks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::task::TaskKey;
use crate::scenario::{self, GuestKind, Pressure};

/// A guest's configuration as Proxmox stores it: text by key.
pub type Config = BTreeMap<String, String>;

/// A point in time that a guest can go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// A person's words.
    pub description: String,
    /// When it was taken, seconds since the epoch.
    pub snaptime: u64,
    /// Whether the memory is part of it.
    pub vmstate: bool,
    /// The snapshot before it.
    pub parent: Option<String>,
    /// The configuration of that time.
    pub config: Config,
}

/// A guest as it is now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guest {
    /// Its number.
    pub vmid: u32,
    /// VM or container.
    pub kind: GuestKind,
    /// The node whose folder holds its configuration.
    pub node: String,
    /// Whether its process runs.
    pub running: bool,
    /// Whether a running VM is paused.
    pub paused: bool,
    /// Whether a container's processes lie in a folder.
    pub frozen: bool,
    /// Process id while it runs.
    pub pid: u32,
    /// When it last started or stopped, oldest first, virtual ms.
    pub power: Vec<(u64, bool)>,
    /// The configuration, its lock included.
    pub config: Config,
    /// Changes that wait for the next start; `None` removes a key.
    pub pending: BTreeMap<String, Option<String>>,
    /// Its snapshots, oldest first.
    pub snapshots: Vec<Snapshot>,
    /// The snapshot the present state descends from.
    pub parent: Option<String>,
    /// Its pool.
    pub pool: Option<String>,
    /// Whether its system ignores a shutdown request.
    pub ignores_shutdown: bool,
    /// Whether its agent does not answer, configured or not.
    pub agent_silent: bool,
    /// How long its processes wait.
    pub pressure: Pressure,
    /// The task that holds its configuration file.
    pub file_lock: Option<TaskKey>,
    /// The tasks that read it and keep others from changing it.
    pub readers: BTreeSet<TaskKey>,
    /// Tasks that wait for its configuration file.
    pub waiting: VecDeque<TaskKey>,
}

/// How many starts and stops are remembered for the time series.
const POWER_HISTORY: usize = 64;

impl Guest {
    /// Builds a guest out of a scenario's line.
    pub fn new(line: &scenario::Guest, storage_kind: &str, start_ms: u64) -> Self {
        Self {
            vmid: line.vmid,
            kind: line.kind,
            node: line.node.clone(),
            running: line.running,
            paused: false,
            frozen: false,
            pid: 20_000 + line.vmid % 40_000,
            // It has been up for between one and thirty days.
            power: vec![(
                start_ms.saturating_sub(86_400_000 * (1 + u64::from(line.vmid) * 7 % 30)),
                line.running,
            )],
            config: config_of(line, storage_kind),
            pending: BTreeMap::new(),
            snapshots: Vec::new(),
            parent: None,
            pool: line.pool.clone(),
            ignores_shutdown: line.ignores_shutdown,
            // A system that ignores the power button has no agent that would hear it.
            agent_silent: line.agent_silent || line.ignores_shutdown,
            pressure: line.pressure,
            file_lock: None,
            readers: BTreeSet::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Its name; a container's is its hostname.
    pub fn name(&self) -> &str {
        self.config.get(self.name_key()).map_or("", String::as_str)
    }

    /// The key that holds the name.
    pub fn name_key(&self) -> &'static str {
        match self.kind {
            GuestKind::Qemu => "name",
            GuestKind::Lxc => "hostname",
        }
    }

    /// `VM` or `CT`, as Proxmox's messages begin.
    pub fn title(&self) -> &'static str {
        title(self.kind)
    }

    /// The configuration lock.
    pub fn lock(&self) -> Option<&str> {
        self.config.get("lock").map(String::as_str)
    }

    /// Refuses when the configuration is locked.
    pub fn check_lock(&self) -> Result<(), String> {
        match self.lock() {
            Some(lock) => Err(format!("{} is locked ({lock})", self.title())),
            None => Ok(()),
        }
    }

    /// Whether it is a template.
    pub fn template(&self) -> bool {
        self.config.get("template").is_some_and(|v| v == "1")
    }

    /// Processor cores over all sockets.
    pub fn cpus(&self) -> u64 {
        let sockets = self.number("sockets").unwrap_or(1);
        self.number("cores").unwrap_or(1).saturating_mul(sockets)
    }

    /// Configured memory in bytes.
    pub fn memory_bytes(&self) -> u64 {
        self.number("memory").unwrap_or(512).saturating_mul(1 << 20)
    }

    /// Whether the guest agent is configured.
    pub fn agent(&self) -> bool {
        self.config
            .get("agent")
            .is_some_and(|v| v.starts_with('1') || v.contains("enabled=1"))
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.config.get(key)?.parse().ok()
    }

    /// Whether it ran at a time, as far as its history goes.
    pub fn ran_at(&self, at_ms: u64) -> bool {
        self.power
            .iter()
            .rev()
            .find(|(since, _)| *since <= at_ms)
            .is_some_and(|(_, on)| *on)
    }

    /// Seconds since the process started, 0 when stopped.
    pub fn uptime_s(&self, now_ms: u64) -> u64 {
        match self.power.last() {
            Some((since, true)) => now_ms.saturating_sub(*since) / 1000,
            _ => 0,
        }
    }

    /// Starts or stops the process; a start applies what was pending.
    pub fn switch(&mut self, on: bool, now_ms: u64) {
        self.renew(on, now_ms);
        if !on {
            return;
        }
        for (key, value) in std::mem::take(&mut self.pending) {
            match value {
                Some(value) => self.config.insert(key, value),
                None => self.config.remove(&key),
            };
        }
    }

    /// Another process takes over, and it runs or does not: what is pending stays so, the uptime begins again.
    pub fn renew(&mut self, on: bool, now_ms: u64) {
        self.running = on;
        self.paused = false;
        self.power.push((now_ms, on));
        if self.power.len() > POWER_HISTORY {
            self.power.remove(0);
        }
        if on {
            self.pid = 20_000 + (self.pid + 137) % 40_000;
        }
    }

    /// Sets or clears the configuration lock.
    pub fn set_lock(&mut self, lock: Option<&str>) {
        match lock {
            Some(lock) => self.config.insert("lock".into(), lock.into()),
            None => self.config.remove("lock"),
        };
    }

    /// Forty hex digits over the whole configuration file: keys, pending section and snapshots.
    /// Proxmox takes SHA-1; to a client it is an opaque text of this length.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut section = |title: &str, lines: &Config| {
            hash.update(format!("[{title}]\n"));
            for (key, value) in lines {
                hash.update(format!("{key}: {value}\n"));
            }
        };
        section("", &self.config);
        let pending = self
            .pending
            .iter()
            .map(|(k, v)| (k.clone(), v.clone().unwrap_or_else(|| "(delete)".into())))
            .collect();
        section("PENDING", &pending);
        for snapshot in &self.snapshots {
            section(&snapshot.name, &snapshot.config);
        }
        hash.update(self.parent.as_deref().unwrap_or_default());
        let mut text = hex::encode(hash.finalize());
        text.truncate(40);
        text
    }

    /// The error for a guest that is not on the node asked.
    pub fn missing(node: &str, kind: GuestKind, vmid: u32) -> String {
        let folder = match kind {
            GuestKind::Qemu => "qemu-server",
            GuestKind::Lxc => "lxc",
        };
        format!("Configuration file 'nodes/{node}/{folder}/{vmid}.conf' does not exist")
    }

    /// The error of a task that waited too long for the configuration file.
    pub fn file_lock_timeout(&self) -> String {
        let vmid = self.vmid;
        let file = match self.kind {
            GuestKind::Qemu => format!("/var/lock/qemu-server/lock-{vmid}.conf"),
            GuestKind::Lxc => format!("/run/lock/lxc/pve-config-{vmid}.lock"),
        };
        format!("can't lock file '{file}' - got timeout")
    }
}

/// `VM` or `CT`, as Proxmox's messages begin.
pub fn title(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Qemu => "VM",
        GuestKind::Lxc => "CT",
    }
}

fn config_of(line: &scenario::Guest, storage_kind: &str) -> Config {
    let vmid = line.vmid;
    let format = line.format.clone().unwrap_or_else(|| {
        match (line.kind, storage_kind) {
            (GuestKind::Qemu, "nfs" | "dir") => "qcow2",
            _ => "raw",
        }
        .into()
    });
    let in_files = matches!(storage_kind, "nfs" | "dir");
    let stem = if line.template { "base" } else { "vm" };
    let volume = if in_files {
        format!("{}:{vmid}/{stem}-{vmid}-disk-0.{format}", line.storage)
    } else {
        format!("{}:{stem}-{vmid}-disk-0", line.storage)
    };
    let size = format!("{volume},size={}G", line.disk_gib);
    let mac = format!(
        "BC:24:11:{:02X}:{:02X}:{:02X}",
        vmid >> 16 & 0xFF,
        vmid >> 8 & 0xFF,
        vmid & 0xFF
    );
    let mut config = Config::from([
        ("cores".to_owned(), line.cores.to_string()),
        ("memory".to_owned(), line.memory_mib.to_string()),
    ]);
    let mut set = |key: &str, value: String| config.insert(key.into(), value);
    match line.kind {
        GuestKind::Qemu => {
            set("name", line.name.clone());
            set("sockets", "1".into());
            set("scsi0", size);
            set("scsihw", "virtio-scsi-single".into());
            set("boot", "order=scsi0".into());
            set("ostype", "l26".into());
            set("net0", format!("virtio={mac},bridge=vmbr0"));
            set("cpu", "x86-64-v2-AES".into());
            set("smbios1", format!("uuid={}", machine_id(line)));
            if line.agent {
                set("agent", "1".into());
            }
        }
        GuestKind::Lxc => {
            set("hostname", line.name.clone());
            set("rootfs", size);
            set("swap", "512".into());
            set("arch", "amd64".into());
            set("ostype", "debian".into());
            set("unprivileged", "1".into());
            set(
                "net0",
                format!("name=eth0,bridge=vmbr0,hwaddr={mac},ip=dhcp,type=veth"),
            );
        }
    }
    let optional = [
        ("tags", (!line.tags.is_empty()).then(|| line.tags.join(";"))),
        ("lock", line.lock.clone()),
        ("description", line.description.clone()),
        ("template", line.template.then(|| "1".into())),
        ("onboot", line.onboot.then(|| "1".into())),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            config.insert(key.into(), value);
        }
    }
    config
}

/// What Proxmox draws by lot for a new VM, here out of what the scenario says of it: a UUID in form.
fn machine_id(line: &scenario::Guest) -> String {
    let digest = hex::encode(Sha256::digest(format!("{}/{}", line.vmid, line.name)));
    [0..8, 8..12, 12..16, 16..20, 20..32]
        .map(|part| &digest[part])
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest() -> Guest {
        Guest::new(&scenario::Scenario::lab().guest[0], "nfs", 1_000_000_000)
    }

    #[test]
    fn any_change_of_the_configuration_changes_the_digest() {
        let before = guest();
        let mut after = before.clone();
        after.set_lock(Some("backup"));
        assert_eq!(before.digest().len(), 40);
        assert_ne!(before.digest(), after.digest());
        after.set_lock(None);
        assert_eq!(before.digest(), after.digest());
    }

    #[test]
    fn a_pending_change_arrives_with_the_next_start() {
        let mut guest = guest();
        guest.pending.insert("cores".into(), Some("6".into()));
        guest.pending.insert("agent".into(), None);
        guest.switch(true, 2_000_000_000);
        assert_eq!((guest.cpus(), guest.agent()), (6, false));
        assert!(guest.pending.is_empty());
    }

    #[test]
    fn uptime_counts_from_the_last_start() {
        let mut guest = guest();
        guest.switch(false, 2_000_000_000);
        assert_eq!(guest.uptime_s(2_000_009_000), 0);
        guest.switch(true, 2_000_010_000);
        assert_eq!(guest.uptime_s(2_000_013_500), 3);
        assert!(!guest.ran_at(2_000_005_000));
    }
}
