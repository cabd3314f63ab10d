//! Snapshots: what the worker checks, and what it does when.

use super::Machine;
use super::contents::Shift;
use super::guest::{Guest, Snapshot};
use super::program::{Effect, Program};
use super::volume::volumes;

impl Machine {
    pub(super) fn plan_snapshot(
        &self,
        guest: &Guest,
        name: &str,
        description: &str,
        vmstate: bool,
    ) -> Result<Program, String> {
        guest.check_lock()?;
        if guest.template() {
            return Err("you can't take a snapshot if it's a template".into());
        }
        if guest.snapshot(name).is_some() {
            return Err(format!("snapshot name '{name}' already used"));
        }
        if !self.can_snapshot(guest) {
            return Err("snapshot feature is not available".into());
        }
        let took = self.durations.snapshot;
        let mut config = guest.config.clone();
        config.remove("lock");
        let snapshot = Snapshot {
            name: name.into(),
            description: description.into(),
            snaptime: self.now_ms / 1000,
            vmstate: vmstate && guest.running,
            parent: guest.parent.clone(),
            config,
        };
        let mut program = Program::lasting(took);
        for volume in volumes(&guest.config) {
            program = program.line(
                took / 3,
                format!("snapshotting '{}' ({})", volume.key, volume.volid),
            );
        }
        Ok(program
            .effect(took * 4 / 5, Effect::Save(snapshot))
            .locking("snapshot"))
    }

    pub(super) fn plan_delete_snapshot(
        &self,
        guest: &Guest,
        name: &str,
    ) -> Result<Program, String> {
        guest.check_lock()?;
        if guest.snapshot(name).is_none() {
            return Err(format!("snapshot '{name}' does not exist"));
        }
        let took = self.durations.snapshot_delete;
        Ok(Program::lasting(took)
            .effect(took * 4 / 5, Effect::Drop(name.into()))
            .locking("snapshot-delete"))
    }

    pub(super) fn plan_rollback(
        &self,
        guest: &Guest,
        name: &str,
        start: bool,
    ) -> Result<Program, String> {
        guest.check_lock()?;
        let Some(snapshot) = guest.snapshot(name) else {
            return Err(format!("snapshot '{name}' does not exist"));
        };
        let took = self.durations.rollback;
        let mut program = Program::lasting(took);
        if guest.running {
            program = program.effect(took / 4, Effect::Power(false));
        }
        program = program.effect(took / 2, Effect::Restore(name.into()));
        // A disk that has grown since is as large as it was.
        for volume in volumes(&snapshot.config) {
            let size = Shift::Size(volume.volid, volume.size);
            program = program.effect(took / 2, Effect::store(&guest.node, size));
        }
        if start || snapshot.vmstate {
            program = program.effect(took * 4 / 5, Effect::Power(true));
        }
        Ok(program.locking("rollback"))
    }
}

impl Guest {
    /// A snapshot by its name.
    pub fn snapshot(&self, name: &str) -> Option<&Snapshot> {
        self.snapshots.iter().find(|s| s.name == name)
    }

    pub(super) fn save(&mut self, snapshot: Snapshot) {
        self.parent = Some(snapshot.name.clone());
        self.snapshots.push(snapshot);
    }

    /// What descends from the snapshot descends from its parent afterwards.
    pub(super) fn drop_snapshot(&mut self, name: &str) {
        let parent = self.snapshot(name).and_then(|s| s.parent.clone());
        self.snapshots.retain(|s| s.name != name);
        let heirs = self.snapshots.iter_mut().map(|s| &mut s.parent);
        for heir in heirs.chain([&mut self.parent]) {
            if heir.as_deref() == Some(name) {
                heir.clone_from(&parent);
            }
        }
    }

    pub(super) fn restore(&mut self, name: &str) {
        let Some(snapshot) = self.snapshot(name) else {
            return;
        };
        let lock = self.config.get("lock").cloned();
        self.config = snapshot.config.clone();
        self.config.extend(lock.map(|l| ("lock".to_owned(), l)));
        self.parent = Some(name.into());
        self.pending.clear();
    }
}
