//! What a step does, with every choice made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::guest_config::ConfigKey;
use crate::id::{NodeName, SnapshotName};

/// An action with every choice made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Command {
    /// Start the guest.
    Start {},
    /// Ask it to shut down.
    Shutdown {
        /// How long Proxmox waits for the guest, in seconds.
        timeout_s: u16,
    },
    /// Switch it off.
    Stop {},
    /// Shut it down and start it again.
    Reboot {
        /// How long Proxmox waits for the guest to go down, in seconds.
        timeout_s: u16,
    },
    /// Press its reset button.
    Reset {},
    /// Let it stand still in memory.
    Suspend {},
    /// Let it go on.
    Resume {},
    /// Delete a snapshot.
    DeleteSnapshot {
        /// The snapshot's name.
        name: SnapshotName,
    },
    /// Bring it back to a snapshot.
    Rollback {
        /// The snapshot's name.
        name: SnapshotName,
        /// Whether it is started afterwards.
        start: bool,
    },
    /// Change its settings.
    SetConfig {
        /// The configuration that the values were planned on, by Proxmox's digest of it; none where an earlier step
        /// changes it, so that it cannot be known.
        digest: Option<String>,
        /// The values as people read them.
        set: BTreeMap<ConfigKey, String>,
    },
    /// Keep its state under a name.
    Snapshot {
        /// The snapshot's name.
        name: SnapshotName,
        /// Shown by Proxmox beside it.
        description: String,
        /// Whether memory is kept, too.
        include_memory: bool,
    },
    /// Move it.
    Migrate {
        /// The node it moves to.
        to: NodeName,
        /// How.
        mode: MigrateMode,
    },
}

/// How a guest moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum MigrateMode {
    /// A running VM, without an outage.
    Online,
    /// A stopped guest.
    Offline,
    /// A running container: stopped here, started there.
    Restart,
}
