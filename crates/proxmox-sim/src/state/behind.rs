//! Changes from outside the API: what another administrator does behind a client's back, and what faults break.

use serde::{Deserialize, Serialize};

use super::Machine;
use super::guest::Config;

/// A change of a guest that no API call made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// `running` or `stopped`.
    pub status: Option<String>,
    /// A configuration lock; an empty text removes it.
    pub lock: Option<String>,
    /// Another name.
    pub name: Option<String>,
    /// Configuration keys to set; an empty text removes the key.
    pub config: Config,
    /// Another node.
    pub node: Option<String>,
}

/// A change of a volume that no API call made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeChange {
    /// The whole volume id.
    pub volid: String,
    /// The node that sees it; the first one that does when absent.
    pub node: Option<String>,
    /// Whether it is gone.
    #[serde(default)]
    pub remove: bool,
    /// Whether it may be removed by a call.
    pub protected: Option<bool>,
    /// Other words about it; an empty text removes them.
    pub notes: Option<String>,
    /// How its verification ended.
    pub verified: Option<bool>,
}

/// Why a change could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// No guest has the number.
    #[error("there is no guest {0}")]
    NoGuest(u32),
    /// No node sees the volume.
    #[error("there is no volume {0}")]
    NoVolume(String),
    /// No node has the name.
    #[error("there is no node {0}")]
    NoNode(String),
    /// Neither `running` nor `stopped`.
    #[error("a status is running or stopped, not {0}")]
    BadStatus(String),
}

impl Machine {
    /// Changes a guest as if somebody had done it elsewhere.
    pub fn change_guest(&mut self, vmid: u32, change: Change) -> Result<(), ChangeError> {
        let on = match change.status.as_deref() {
            None => None,
            Some("running") => Some(true),
            Some("stopped") => Some(false),
            Some(other) => return Err(ChangeError::BadStatus(other.into())),
        };
        if let Some(node) = &change.node
            && self.node(node).is_none()
        {
            return Err(ChangeError::NoNode(node.clone()));
        }
        let now = self.now_ms;
        let guest = self
            .guests
            .get_mut(&vmid)
            .ok_or(ChangeError::NoGuest(vmid))?;
        if let Some(lock) = change.lock {
            guest.set_lock(Some(lock.as_str()).filter(|l| !l.is_empty()));
        }
        let name_key = guest.name_key().to_owned();
        let renamed = change.name.map(|name| (name_key, name));
        for (key, value) in change.config.into_iter().chain(renamed) {
            if value.is_empty() {
                guest.config.remove(&key);
            } else {
                guest.config.insert(key, value);
            }
        }
        if let Some(on) = on
            && on != guest.running
        {
            guest.switch(on, now);
        }
        if let Some(node) = change.node {
            let from = std::mem::replace(&mut guest.node, node.clone());
            self.carry_disks(vmid, &from, &node);
        }
        self.turn_replications(vmid);
        self.revision += 1;
        self.broadcast();
        Ok(())
    }

    /// Removes a guest as if somebody had destroyed it elsewhere.
    pub fn remove_guest(&mut self, vmid: u32) -> Result<(), ChangeError> {
        let node = match self.guests.get(&vmid) {
            Some(guest) => guest.node.clone(),
            None => return Err(ChangeError::NoGuest(vmid)),
        };
        for volid in self.disks_of(vmid, &node, |_| true) {
            self.free(&node, &volid);
        }
        self.dissolve(vmid, true);
        self.revision += 1;
        self.broadcast();
        Ok(())
    }

    /// Changes or removes a volume as if somebody had done it elsewhere.
    pub fn change_volume(&mut self, change: VolumeChange) -> Result<(), ChangeError> {
        let volid = change.volid;
        let node = self
            .nodes
            .iter()
            .map(|n| n.name.clone())
            .filter(|n| change.node.as_ref().is_none_or(|wanted| wanted == n))
            .find(|n| self.stored(n, &volid).is_some())
            .ok_or_else(|| ChangeError::NoVolume(volid.clone()))?;
        if change.remove {
            self.free(&node, &volid);
            self.revision += 1;
            return Ok(());
        }
        self.amend(&node, &volid, |stored| {
            stored.protected = change.protected.unwrap_or(stored.protected);
            stored.verified = change.verified.or(stored.verified);
            if let Some(notes) = change.notes {
                stored.notes = Some(notes).filter(|n| !n.is_empty());
            }
        });
        Ok(())
    }

    /// Removes a configuration lock if it is still the one that was put there.
    pub fn unlock_if(&mut self, vmid: u32, lock: &str) {
        if let Some(guest) = self.guests.get_mut(&vmid)
            && guest.lock() == Some(lock)
        {
            guest.set_lock(None);
            self.revision += 1;
        }
    }

    /// Takes the quorum away or gives it back.
    pub fn set_quorate(&mut self, quorate: bool) {
        self.quorate = quorate;
        self.revision += 1;
        self.plan_recoveries();
    }

    /// A simulator that starts again has no faults: nodes have power, the quorum is there, tasks go on.
    /// A node that was told to shut down stays as it is.
    pub fn forget_faults(&mut self) {
        let all: Vec<String> = self.nodes.iter().map(|n| n.name.clone()).collect();
        for node in all {
            self.power_node(&node, true);
        }
        self.set_quorate(true);
        self.lift_twists();
    }

    /// Lets everything go on that a fault kept from ending.
    pub fn lift_twists(&mut self) {
        self.next_twist = None;
        self.resume_held();
        self.revision += 1;
    }
}
