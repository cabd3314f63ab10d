//! The simulator's own word on the world, never read through Argus.

use argus_proxmox_sim::Handle;
use argus_types::id::VolumeId;
use serde_json::{Value, json};

/// The world at one moment.
#[derive(Debug, PartialEq)]
pub struct Truth(Value);

impl Truth {
    pub fn of(simulator: &Handle) -> Self {
        Self(simulator.truth())
    }

    fn find(&self, list: &str, key: &str, value: &Value) -> Option<&Value> {
        let mut all = self.0[list].as_array()?.iter();
        all.find(|one| one[key] == *value)
    }

    /// One value of a guest; null where there is no such guest.
    pub fn guest(&self, vmid: u32, field: &str) -> Value {
        let guest = self.find("guests", "vmid", &json!(vmid));
        guest.map_or(Value::Null, |guest| guest[field].clone())
    }

    pub fn exists(&self, vmid: u32) -> bool {
        self.find("guests", "vmid", &json!(vmid)).is_some()
    }

    pub fn runs(&self, vmid: u32) -> bool {
        self.guest(vmid, "status") == "running" && self.guest(vmid, "paused") == false
    }

    pub fn is_stopped(&self, vmid: u32) -> bool {
        self.guest(vmid, "status") == "stopped"
    }

    /// The volume of one of a guest's disks.
    pub fn disk(&self, vmid: u32, key: &str) -> Option<Value> {
        let disks = self.guest(vmid, "disks");
        let found = disks.as_array()?.iter().find(|disk| disk["key"] == key);
        found.cloned()
    }

    /// What high availability is asked to do with a guest; null where it is not.
    pub fn ha_wish(&self, vmid: u32) -> Value {
        let service = self.find("ha", "vmid", &json!(vmid));
        service.map_or(Value::Null, |service| service["request"].clone())
    }

    pub fn is_online(&self, node: &str) -> bool {
        let node = self.find("nodes", "node", &json!(node));
        node.is_some_and(|node| node["online"] == true)
    }

    pub fn booted_ms(&self, node: &str) -> Value {
        let node = self.find("nodes", "node", &json!(node));
        node.map_or(Value::Null, |node| node["booted_ms"].clone())
    }

    /// When a replication job last succeeded, as the simulator keeps it.
    pub fn replication(&self, id: &str) -> Value {
        let job = self.find("replication", "id", &json!(id));
        job.cloned().unwrap_or(Value::Null)
    }

    fn volumes(&self) -> impl Iterator<Item = &Value> {
        let storages = self.0["storages"].as_array().into_iter().flatten();
        storages.flat_map(|storage| storage["contents"].as_array().into_iter().flatten())
    }

    /// Every volume's name.
    pub fn volume_ids(&self) -> Vec<VolumeId> {
        self.volumes()
            .filter_map(|volume| volume["volid"].as_str()?.parse().ok())
            .collect()
    }

    pub fn volume(&self, id: &str) -> Option<&Value> {
        self.volumes().find(|volume| volume["volid"] == id)
    }

    /// A guest's backups on a storage.
    pub fn backups(&self, vmid: u32, storage: &str) -> Vec<&Value> {
        let own = self.volumes().filter(|volume| {
            let id = volume["volid"].as_str().unwrap_or_default();
            volume["content"] == "backup"
                && volume["vmid"] == vmid
                && id.starts_with(&format!("{storage}:"))
        });
        own.collect()
    }

    /// The first of a guest's backups on a storage.
    pub fn backup(&self, vmid: u32, storage: &str) -> VolumeId {
        let backups = self.backups(vmid, storage);
        let id = backups.first().and_then(|volume| volume["volid"].as_str());
        id.expect("a backup").parse().expect("a volume's name")
    }

    /// What changes by requests alone, and not as time passes.
    pub fn lasting(&self) -> Value {
        let ha = self.0["ha"].as_array().into_iter().flatten();
        let wishes: Vec<_> = ha
            .map(|one| json!([one["sid"], one["request"], one["node"]]))
            .collect();
        let nodes = self.0["nodes"].as_array().into_iter().flatten();
        let up: Vec<_> = nodes
            .map(|one| json!([one["node"], one["online"], one["booted_ms"]]))
            .collect();
        json!([
            self.0["guests"],
            self.0["pools"],
            self.0["storages"],
            wishes,
            up
        ])
    }
}
