//! The cluster as a pure machine with a virtual clock.
//!
//! No I/O, no clock, no randomness: the same scenario and the same calls at the same times give the same answers.
//! `advance` lets time pass, the crate's routes read and change what is here.

mod access;
mod backup;
mod backup_calendar;
mod behind;
mod broadcast;
mod clone;
mod contents;
mod credentials;
mod destroy;
mod disk;
mod flood;
mod guest;
mod guest_job;
mod ha;
mod ha_recovery;
mod ha_resource;
mod ha_rules;
mod journal;
mod migrate;
mod node;
mod node_power;
mod node_work;
mod plugs;
mod pool;
mod power;
mod program;
mod replication;
mod restore;
mod retention;
mod roles;
mod schedule;
mod series;
mod snapshot;
mod stock;
mod suspend;
mod task;
mod unit;
mod upid;
mod volume;
mod work;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use access::{Access, Caller, Privileges};
pub use backup::{BackupJob, BackupMode};
pub use backup_calendar::{BackupCalendar, PlannedBackup};
pub use behind::{Change, ChangeError, VolumeChange};
pub use broadcast::GuestSample;
pub use clone::{CloneJob, config_exists, disks};
pub use contents::{Content, Stored, in_files, storage_of};
pub use credentials::{
    AclChange, AclError, NewToken, is_acl_path, missing_token, normal_path, rights_over,
};
pub use disk::{MODIFIED, new_size};
pub use flood::Flood;
pub use guest::{Config, Guest, title};
pub use guest_job::GuestJob;
pub use ha::{HaCommand, Service, sid};
pub use ha_resource::{Resource, ResourceError};
pub use journal::Entry;
pub use node::Node;
pub use node_power::NodeCommand;
pub use node_work::{NodeJob, UnitVerb};
pub use pool::{Member, PoolError};
pub use program::Job;
pub use replication::Replication;
pub use restore::RestoreJob;
pub use retention::Retention;
pub use roles::{builtin_role, privileges_of_release};
pub(crate) use series::{clock_text, float, load, share_of, syslog_text};
pub use stock::path_of;
pub use task::{Exit, Filter, Task, TaskKey, Tasks, Twist, owns};
pub use unit::{UNIT_NAMES, UNITS, Unit};
pub use upid::{is_node, is_upid};
pub use volume::{size_wanted, volumes};
pub(crate) use work::Order;

use crate::scenario::{Durations, HaGroup, HaRule, Pool, Release, Scenario, Storage};
use backup::DumpLock;
use broadcast::Broadcast;
use contents::Contents;
use journal::Journal;
use schedule::{Event, Schedule};

/// The whole cluster at one moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Machine {
    pub(crate) now_ms: u64,
    pub(crate) cluster: Option<String>,
    pub(crate) release: Release,
    pub(crate) durations: Durations,
    pub(crate) quorate: bool,
    pub(crate) fingerprint: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) storages: Vec<Storage>,
    contents: Contents,
    dumps: BTreeMap<String, DumpLock>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) guests: BTreeMap<u32, Guest>,
    pub(crate) access: Access,
    pub(crate) tasks: Tasks,
    pub(crate) ha: BTreeMap<u32, Service>,
    pub(crate) ha_rules: Vec<HaRule>,
    pub(crate) ha_groups: Vec<HaGroup>,
    pub(crate) replications: BTreeMap<String, Replication>,
    #[serde(default)]
    pub(crate) backup_calendar: BackupCalendar,
    pub(crate) journal: Journal,
    pub(crate) broadcast: Broadcast,
    schedule: Schedule,
    next_twist: Option<Twist>,
    revision: u64,
}

impl Machine {
    /// Builds the cluster that a scenario describes, at a virtual time in ms since the epoch.
    pub fn new(scenario: &Scenario, start_ms: u64) -> Self {
        let kind_of = |id: &str| {
            let found = scenario.storage.iter().find(|s| s.id == id);
            found.map_or("", |s| s.kind.as_str())
        };
        let guests: BTreeMap<u32, Guest> = scenario
            .guest
            .iter()
            .map(|g| (g.vmid, Guest::new(g, kind_of(&g.storage), start_ms)))
            .collect();
        let nodes = scenario
            .node
            .iter()
            .enumerate()
            .map(|(index, n)| Node::new(n, index, scenario.cluster.is_some(), start_ms))
            .collect();
        let mut machine = Self {
            now_ms: start_ms,
            cluster: scenario.cluster.clone(),
            release: scenario.release.clone(),
            durations: scenario.durations_ms.clone(),
            quorate: true,
            fingerprint: String::new(),
            nodes,
            storages: scenario.storage.clone(),
            contents: Contents::default(),
            dumps: BTreeMap::new(),
            pools: scenario.pool.clone(),
            guests,
            access: Access::new(scenario),
            tasks: Tasks::default(),
            ha: ha_resource::services(scenario),
            ha_rules: scenario.ha_rule.clone(),
            ha_groups: scenario.ha_group.clone(),
            replications: replication::jobs(scenario, start_ms),
            backup_calendar: BackupCalendar::new(scenario),
            journal: Journal::default(),
            broadcast: Broadcast::default(),
            schedule: Schedule::default(),
            next_twist: None,
            revision: 0,
        };
        machine.stock(scenario);
        machine.broadcast_and_plan(start_ms);
        machine.plan_replications();
        machine.plan_backups();
        machine.follow_requests();
        machine
    }

    /// Lets time pass up to `to_ms`; what is due happens in its order. Time never goes back.
    pub fn advance(&mut self, to_ms: u64) {
        while let Some((at, event)) = self.schedule.next_by(to_ms) {
            self.now_ms = self.now_ms.max(at);
            match event {
                Event::Beat(key, beat) => self.beat(key, beat),
                Event::FileLockTimeout(key) => self.file_lock_timeout(key),
                Event::DumpLockTimeout(key) => self.dump_lock_timeout(key),
                Event::Broadcast => self.broadcast_and_plan(to_ms),
                Event::Ha(vmid, command) => self.command_ha(vmid, command),
                Event::Fence(node) => self.fence(&node),
                Event::Turn(node) => self.turn_node(&node),
                Event::Replicate(id) => self.replicate(&id, to_ms),
                Event::BackUp(id) => self.back_up(&id, to_ms),
                Event::Replicated(id) => self.end_replication(&id),
            }
        }
        self.now_ms = self.now_ms.max(to_ms);
    }

    /// Virtual time, ms since the epoch.
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Virtual time, seconds since the epoch.
    pub fn now_s(&self) -> u64 {
        self.now_ms / 1000
    }

    /// Grows with every change worth keeping; the passing of time alone is none.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// A guest by its number.
    pub fn guest(&self, vmid: u32) -> Option<&Guest> {
        self.guests.get(&vmid)
    }

    /// All guests by number.
    pub fn guests(&self) -> impl Iterator<Item = &Guest> {
        self.guests.values()
    }

    /// All tasks ever made, oldest first.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().map(|(_, task)| task)
    }

    /// A storage by its name.
    pub fn storage(&self, id: &str) -> Option<&Storage> {
        self.storages.iter().find(|s| s.id == id)
    }

    /// The fingerprint that every node shows as its own.
    pub fn set_fingerprint(&mut self, fingerprint: &str) {
        self.fingerprint = fingerprint.into();
    }

    /// The first number of the release: 8 or 9.
    pub fn major(&self) -> u32 {
        self.release.major()
    }

    /// Takes note of a change made by a call.
    pub(crate) fn touch(&mut self) {
        self.revision += 1;
    }

    /// What the caller may do on a path, pools included.
    pub fn privileges(&self, caller: &Caller, path: &str) -> Privileges {
        let pool = self.pool_of(path).map(|pool| format!("/pool/{pool}"));
        self.access.privileges(caller, path, pool.as_deref())
    }

    /// Whether the caller has one of the privileges on a path.
    pub fn allows(&self, caller: &Caller, path: &str, any_of: &[&str]) -> bool {
        let pool = self.pool_of(path).map(|pool| format!("/pool/{pool}"));
        let may = |privilege: &&str| {
            let access = &self.access;
            access.allows(caller, path, pool.as_deref(), privilege)
        };
        any_of.iter().any(may)
    }

    fn pool_of(&self, path: &str) -> Option<&str> {
        if let Some(vmid) = path.strip_prefix("/vms/") {
            let guest = self.guests.get(&vmid.parse().ok()?)?;
            return guest.pool.as_deref();
        }
        let storage = path.strip_prefix("/storage/")?;
        self.pools
            .iter()
            .find(|p| p.storages.iter().any(|s| s == storage))
            .map(|p| p.id.as_str())
    }
}
