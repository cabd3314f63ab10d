//! What commands make of one guest.

use argus_types::action::HaState;
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::id::{GuestKey, GuestKind, NodeName, Vmid};
use argus_types::plan::Command;

use super::Twin;
use crate::facts::{GuestFacts, SnapshotFacts};
use crate::inventory::GuestListing;
use crate::value::HIBERNATED;

impl GuestFacts {
    /// Takes a command about this guest alone as done.
    pub(super) fn apply(&mut self, command: &Command) {
        match command {
            Command::Start {} => {
                self.boot();
                self.wish(HaState::Started);
            }
            Command::Reboot { .. } => self.boot(),
            Command::Reset {} | Command::Resume {} => self.run(),
            Command::Shutdown { .. } | Command::Stop {} => {
                self.halt();
                self.wish(HaState::Stopped);
            }
            Command::Suspend {} => self.status = GuestStatus::Paused,
            Command::Hibernate {} => {
                self.halt();
                self.lock = Some(HIBERNATED.to_owned());
                self.config_is_rewritten();
            }
            Command::Snapshot {
                name,
                include_memory,
                ..
            } => {
                self.snapshots.push(SnapshotFacts {
                    name: name.to_string(),
                    parent: self.grown_from.take(),
                    with_memory: *include_memory,
                    taken: None,
                });
                self.grown_from = Some(name.to_string());
                self.config_is_rewritten();
            }
            Command::DeleteSnapshot { name } => {
                self.drop_snapshot(name.as_str());
                self.config_is_rewritten();
            }
            Command::Rollback { name, start } => {
                self.status = self.after_rollback(name.as_str(), *start);
                self.uptime_s = None;
                self.grown_from = Some(name.to_string());
                self.config = None;
                self.disks = None;
            }
            Command::SetConfig { set, .. } => {
                if let Some(config) = &mut self.config {
                    config.values.extend(set.clone());
                }
                if let Some(tags) = set.get(&ConfigKey::Tags) {
                    let tags = tags.split(';').filter(|tag| !tag.is_empty());
                    self.tags = tags.map(str::to_owned).collect();
                }
                self.config_is_rewritten();
            }
            Command::MakeTemplate {} => {
                self.template = true;
                self.config_is_rewritten();
            }
            Command::Migrate { to, .. } | Command::HaMove { to, .. } => self.go_to(to),
            Command::HaAdd { state } | Command::HaSet { state } => {
                self.ha_managed = state.is_acted_on();
                self.kept.ha = Some(Some(*state));
                self.obey(*state);
            }
            Command::HaRemove {} => {
                self.ha_managed = false;
                self.kept.ha = Some(None);
            }
            Command::Replicate { job } => {
                let jobs = self.kept.replication.as_mut();
                if let Some(job) = jobs.and_then(|jobs| jobs.get_mut(job)) {
                    job.last_sync = None;
                }
            }
            Command::PoolAdd { pool } => self.kept.pool = Some(Some(pool.to_string())),
            Command::PoolRemove { .. } => self.kept.pool = Some(None),
            // Nothing changes, or something else than this guest alone.
            Command::AgentPing {}
            | Command::AgentInfo {}
            | Command::AgentTrim {}
            | Command::Clone { .. }
            | Command::ResizeDisk { .. }
            | Command::MoveDisk { .. }
            | Command::Destroy { .. }
            | Command::Backup { .. }
            | Command::Restore { .. }
            | Command::ProtectBackup { .. }
            | Command::DeleteVolume {}
            | Command::RebootNode {}
            | Command::ShutdownNode {}
            | Command::WakeNode {}
            | Command::RestartService { .. }
            | Command::ReloadService { .. }
            | Command::RefreshPackages {} => {}
        }
    }

    /// Whether it runs after a rollback. Proxmox stops a running guest hard, brings its disks back, and lets it run
    /// again where memory was kept or the call asks for it.
    pub fn after_rollback(&self, name: &str, start: bool) -> GuestStatus {
        let with_memory = self.snapshot(name).is_some_and(|one| one.with_memory);
        if start || (with_memory && self.key.kind == GuestKind::Qemu) {
            GuestStatus::Running
        } else {
            GuestStatus::Stopped
        }
    }

    /// Whether it starts by itself when its node boots.
    pub(crate) fn starts_with_its_node(&self) -> bool {
        !self.template
            && !self.ha_managed
            && self.setting(ConfigKey::Onboot).as_deref() == Some(crate::value::YES)
    }

    /// It starts anew: what waited for that is written into its configuration. What was hibernated loses its lock and
    /// its written memory with that.
    pub(super) fn boot(&mut self) {
        self.run();
        if self.is_hibernated() {
            self.lock = None;
        }
        self.config_is_rewritten();
    }

    fn run(&mut self) {
        self.status = GuestStatus::Running;
        self.uptime_s = None;
    }

    fn halt(&mut self) {
        self.status = GuestStatus::Stopped;
        self.uptime_s = None;
    }

    /// What a power action makes of the wish that high availability keeps.
    fn wish(&mut self, state: HaState) {
        if self.ha_managed && self.kept.ha.is_some() {
            self.kept.ha = Some(Some(state));
        }
    }

    /// What high availability makes of the guest.
    fn obey(&mut self, state: HaState) {
        match state {
            HaState::Started if self.status == GuestStatus::Stopped => self.boot(),
            HaState::Stopped | HaState::Disabled if self.status != GuestStatus::Stopped => {
                self.halt();
            }
            _ => {}
        }
    }

    fn go_to(&mut self, to: &NodeName) {
        let from = std::mem::replace(&mut self.node, to.clone());
        self.uptime_s = None;
        // Volumes of the node's own get other names, and whatever is restarted takes up what waited for that.
        self.config_is_rewritten();
        // A job that copied to the new node copies back from there.
        for job in self
            .kept
            .replication
            .iter_mut()
            .flat_map(|jobs| jobs.values_mut())
        {
            if job.target == *to {
                job.target = from.clone();
            }
        }
    }

    /// What grew out of the snapshot grows out of its parent afterwards.
    fn drop_snapshot(&mut self, name: &str) {
        let parent = self.snapshot(name).and_then(|one| one.parent.clone());
        self.snapshots.retain(|one| one.name != name);
        let heirs = self.snapshots.iter_mut().map(|one| &mut one.parent);
        for heir in heirs.chain([&mut self.grown_from]) {
            if heir.as_deref() == Some(name) {
                heir.clone_from(&parent);
            }
        }
    }

    /// The digest of a configuration that was written again cannot be told.
    pub(super) fn config_is_rewritten(&mut self) {
        if let Some(config) = &mut self.config {
            config.digest = None;
        }
    }
}

impl Twin {
    /// Guests that come and go.
    pub(super) fn apply_to_list(&mut self, key: GuestKey, command: &Command) {
        match command {
            Command::Clone {
                vmid,
                name,
                full,
                storage,
            } => {
                self.copy_disks(key, *full, storage.as_ref());
                self.list_new(key, *vmid, name.as_str());
            }
            Command::Destroy { .. } => {
                self.free_disks(key);
                self.facts.guests.remove(&key);
                self.facts.absent.insert(key);
                self.facts.inventory.guests.retain(|guest| guest.key != key);
            }
            _ => {}
        }
    }

    /// The copy of a guest: stopped, in no pool, with the same tags.
    fn list_new(&mut self, of: GuestKey, vmid: Vmid, name: &str) {
        let Some(source) = self.facts.inventory.guest(of) else {
            return;
        };
        let listing = GuestListing {
            key: GuestKey { vmid, ..of },
            name: name.to_owned(),
            status: GuestStatus::Stopped,
            template: false,
            lock: None,
            pool: None,
            ha_managed: false,
            ..source.clone()
        };
        self.facts.absent.remove(&listing.key);
        self.facts.inventory.guests.push(listing);
        self.facts
            .inventory
            .guests
            .sort_by_key(|guest| guest.key.vmid);
    }
}
