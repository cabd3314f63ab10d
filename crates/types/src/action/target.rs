//! What an action is about.

use serde::{Deserialize, Serialize};

use crate::id::{GuestKey, GuestKind, NodeName, Vmid, VolumeId};

/// The guest that an action is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Target {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Proxmox's number of the guest.
    pub vmid: Vmid,
    /// Where the author believes the guest to be; another node is an error, not a guess.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeName>,
}

impl Target {
    /// The guest's identity within the cluster.
    pub fn key(&self) -> GuestKey {
        GuestKey {
            kind: self.kind,
            vmid: self.vmid,
        }
    }
}

/// The subject of an action: the closed list of what Argus can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A guest.
    Guest(&'a Target),
    /// A node.
    Node(&'a NodeName),
    /// A volume on a storage.
    Volume(&'a VolumeId),
}

impl Subject<'_> {
    /// The guest, where it is one.
    pub fn guest(self) -> Option<GuestKey> {
        match self {
            Self::Guest(target) => Some(target.key()),
            Self::Node(_) | Self::Volume(_) => None,
        }
    }
}

/// How a backup is taken of a guest that runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum BackupMode {
    /// It goes on running.
    #[default]
    Snapshot,
    /// It stands still for the last part.
    Suspend,
    /// It is shut down, and started again once the copy has begun.
    Stop,
}

impl BackupMode {
    /// Proxmox's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Suspend => "suspend",
            Self::Stop => "stop",
        }
    }
}

/// What high availability is to do with a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum HaState {
    /// Keep it running, on another node if need be.
    Started,
    /// Keep it stopped, and move it off a node that fails.
    Stopped,
    /// Keep it stopped and where it is.
    Disabled,
    /// Leave it alone.
    Ignored,
}

impl HaState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Started, Self::Stopped, Self::Disabled, Self::Ignored];

    /// Proxmox's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Stopped => "stopped",
            Self::Disabled => "disabled",
            Self::Ignored => "ignored",
        }
    }

    /// Whether it does anything with the guest. Proxmox treats an ignored one as if it were not managed at all.
    pub fn is_acted_on(self) -> bool {
        self != Self::Ignored
    }
}

/// A service of a node that may be restarted: the closed list. None of them carries guests, the cluster's
/// communication or its high availability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Service {
    /// Time.
    Chrony,
    /// Scheduled commands.
    Cron,
    /// Mail of the node.
    Postfix,
    /// The firewall's rules.
    PveFirewall,
    /// The API's workers.
    Pvedaemon,
    /// The API's proxy, through which Argus itself talks to the node.
    Pveproxy,
    /// The scheduler of backups and replication.
    Pvescheduler,
    /// The collector of figures.
    Pvestatd,
    /// Consoles of guests.
    Spiceproxy,
    /// Secure shell.
    Sshd,
    /// System logs.
    Syslog,
}

impl Service {
    /// Every service of the list.
    pub const ALL: [Self; 11] = [
        Self::Chrony,
        Self::Cron,
        Self::Postfix,
        Self::PveFirewall,
        Self::Pvedaemon,
        Self::Pveproxy,
        Self::Pvescheduler,
        Self::Pvestatd,
        Self::Spiceproxy,
        Self::Sshd,
        Self::Syslog,
    ];

    /// Proxmox's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chrony => "chrony",
            Self::Cron => "cron",
            Self::Postfix => "postfix",
            Self::PveFirewall => "pve-firewall",
            Self::Pvedaemon => "pvedaemon",
            Self::Pveproxy => "pveproxy",
            Self::Pvescheduler => "pvescheduler",
            Self::Pvestatd => "pvestatd",
            Self::Spiceproxy => "spiceproxy",
            Self::Sshd => "sshd",
            Self::Syslog => "syslog",
        }
    }

    /// Whether Argus talks to the node through it.
    pub fn serves_the_api(self) -> bool {
        matches!(self, Self::Pvedaemon | Self::Pveproxy)
    }
}
