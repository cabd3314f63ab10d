//! How long things take, inside the cluster and on the way to it.

use serde::{Deserialize, Serialize};

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
    /// Copying one GiB of a disk, into an archive and out of one too.
    pub copy_per_gib: u64,
    /// Taking a snapshot.
    pub snapshot: u64,
    /// Deleting a snapshot.
    pub snapshot_delete: u64,
    /// Rolling back to a snapshot.
    pub rollback: u64,
    /// Pausing a VM, and letting it go on.
    pub pause: u64,
    /// Making or moving a copy, its bytes not counted.
    pub clone_base: u64,
    /// Making a disk larger.
    pub resize: u64,
    /// Making a template.
    pub template: u64,
    /// Removing a guest.
    pub destroy: u64,
    /// Removing a volume.
    pub free: u64,
    /// Making an archive, its bytes not counted.
    pub backup: u64,
    /// Until the HA manager acts on a command.
    pub ha_cycle: u64,
    /// Until the HA manager restarts a lost node's services elsewhere.
    pub ha_recovery: u64,
    /// How often a node publishes its numbers.
    pub broadcast: u64,
    /// How long a worker waits for a guest's configuration file.
    pub file_lock: u64,
    /// From the last guest's end until a node that was told to go is off.
    pub node_down: u64,
    /// From power to an answering node.
    pub node_boot: u64,
    /// Starting, stopping or reloading a system service.
    pub service: u64,
    /// Refreshing the package lists.
    pub apt_update: u64,
    /// Until the scheduler takes up a replication job that is due at once.
    pub replication_wait: u64,
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
            pause: 800,
            clone_base: 2_000,
            resize: 1_000,
            template: 1_500,
            destroy: 2_500,
            free: 1_200,
            backup: 3_000,
            ha_cycle: 10_000,
            ha_recovery: 70_000,
            broadcast: 10_000,
            file_lock: 10_000,
            node_down: 10_000,
            node_boot: 90_000,
            service: 1_000,
            apt_update: 8_000,
            replication_wait: 20_000,
        }
    }
}

impl Durations {
    /// All of them, for the check that none is absurd.
    pub(super) fn all(&self) -> [u64; 25] {
        [
            self.start,
            self.shutdown,
            self.stop,
            self.migrate_online,
            self.migrate_offline,
            self.copy_per_gib,
            self.snapshot,
            self.snapshot_delete,
            self.rollback,
            self.pause,
            self.clone_base,
            self.resize,
            self.template,
            self.destroy,
            self.free,
            self.backup,
            self.ha_cycle,
            self.ha_recovery,
            self.broadcast,
            self.file_lock,
            self.node_down,
            self.node_boot,
            self.service,
            self.apt_update,
            self.replication_wait,
        ]
    }
}
