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

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(value: impl Serialize) -> String {
        let value = serde_json::to_value(value).unwrap();
        value.as_str().unwrap().to_owned()
    }

    #[test]
    fn proxmox_s_words_are_the_wire_s() {
        for mode in [BackupMode::Snapshot, BackupMode::Suspend, BackupMode::Stop] {
            assert_eq!(wire(mode), mode.as_str());
        }
        for state in HaState::ALL {
            assert_eq!(wire(state), state.as_str());
        }
        for service in Service::ALL {
            assert_eq!(wire(service), service.as_str());
        }
    }

    #[test]
    fn a_backup_lets_its_guest_run_where_nobody_says_otherwise() {
        assert_eq!(BackupMode::default(), BackupMode::Snapshot);
    }

    #[test]
    fn high_availability_leaves_alone_what_it_ignores_and_nothing_else() {
        let acted_on = HaState::ALL.into_iter().filter(|state| state.is_acted_on());
        let words: Vec<_> = acted_on.map(HaState::as_str).collect();
        assert_eq!(words, ["started", "stopped", "disabled"]);
    }

    #[test]
    fn services_that_carry_guests_or_the_cluster_are_not_on_the_list() {
        for wrong in [
            "corosync",
            "pve-cluster",
            "pve-ha-crm",
            "pve-ha-lrm",
            "qmeventd",
        ] {
            assert!(serde_json::from_str::<Service>(&format!("\"{wrong}\"")).is_err());
        }
        let api = Service::ALL.into_iter().filter(|one| one.serves_the_api());
        assert_eq!(
            api.map(Service::as_str).collect::<Vec<_>>(),
            ["pvedaemon", "pveproxy"]
        );
    }

    #[test]
    fn only_a_guest_is_a_guest() {
        let target: Target = serde_json::from_str(r#"{"kind":"lxc","vmid":103}"#).unwrap();
        assert_eq!(Subject::Guest(&target).guest(), Some(target.key()));
        let node: NodeName = "pve1".parse().unwrap();
        assert_eq!(Subject::Node(&node).guest(), None);
        let volume: VolumeId = "nfs:backup/x".parse().unwrap();
        assert_eq!(Subject::Volume(&volume).guest(), None);
    }
}
