//! The actions that words can be about, as the proposal schema writes them.

use serde::{Deserialize, Serialize};

use crate::scene::GuestKind;

/// Declares the actions: their wire name, and their parameters beside the guest.
macro_rules! actions {
    ($(
        $(#[$doc:meta])* $name:ident = $wire:literal {
            $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
        }
    )*) => {
        /// One action about a guest or a node, as the proposal schema writes it.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "action", deny_unknown_fields)]
        pub enum DraftAction {
            $(
                $(#[$doc])* #[serde(rename = $wire)]
                $name {
                    /// The guest.
                    target: DraftTarget,
                    $($(#[$field_meta])* $field: $type,)*
                },
            )*
            /// Make a new guest out of a backup.
            #[serde(rename = "backup.restore")]
            Restore {
                /// The backup.
                volume: String,
                /// The new guest's number.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                new_vmid: Option<u32>,
            },
            /// Move every running guest off a node.
            #[serde(rename = "node.drain")]
            Drain {
                /// The node.
                node: String,
            },
        }

        impl DraftAction {
            /// Every action by its name, with its parameters beside what it is about.
            pub(crate) const FORMS: &[(&str, &[&str])] = &[
                $(($wire, &[$(stringify!($field)),*]),)*
                ("backup.restore", &["new_vmid"]),
                ("node.drain", &[]),
            ];

            /// The name in the catalogue.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $wire,)*
                    Self::Restore { .. } => "backup.restore",
                    Self::Drain { .. } => "node.drain",
                }
            }

            /// The guest that the action is about, where it is about one.
            pub fn target(&self) -> Option<DraftTarget> {
                match self {
                    $(Self::$name { target, .. } => Some(*target),)*
                    Self::Restore { .. } | Self::Drain { .. } => None,
                }
            }
        }
    };
}

actions! {
    /// Start a stopped guest.
    Start = "guest.start" {}
    /// Ask a running guest to shut down.
    Shutdown = "guest.shutdown" {}
    /// Switch a running guest off.
    Stop = "guest.stop" {}
    /// Shut a running guest down and start it again.
    Reboot = "guest.reboot" {}
    /// Press a running virtual machine's reset button.
    Reset = "guest.reset" {}
    /// Let a running virtual machine stand still.
    Suspend = "guest.suspend" {}
    /// Let a virtual machine that stands still go on.
    Resume = "guest.resume" {}
    /// Write a running virtual machine's memory to disk and switch it off.
    Hibernate = "guest.hibernate" {}
    /// Keep the guest's state under a name.
    Snapshot = "guest.snapshot.create" {
        /// The name; derived later where nobody gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Whether the memory of a running VM is kept as well.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        include_memory: bool,
    }
    /// Delete one snapshot.
    DeleteSnapshot = "guest.snapshot.delete" {
        /// Its name.
        name: String,
    }
    /// Bring the guest back to a snapshot.
    Rollback = "guest.snapshot.rollback" {
        /// Its name.
        name: String,
    }
    /// Change settings.
    SetConfig = "guest.config.set" {
        /// Those that change.
        set: DraftConfig,
    }
    /// Move the guest.
    Migrate = "guest.migrate" {
        /// Where to.
        node: String,
    }
    /// Make a new guest like this one.
    Clone = "guest.clone" {
        /// The new guest's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_vmid: Option<u32>,
        /// The new guest's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Where the new guest's disks go.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        storage: Option<String>,
    }
    /// Make a disk larger.
    ResizeDisk = "guest.disk.resize" {
        /// The disk.
        disk: String,
        /// Its size afterwards in GiB.
        size_gib: u32,
    }
    /// Move a disk to another storage.
    MoveDisk = "guest.disk.move" {
        /// The disk.
        disk: String,
        /// Where it goes.
        storage: String,
    }
    /// Remove a stopped guest with all its disks.
    Destroy = "guest.destroy" {}
    /// Write a backup.
    Backup = "backup.run" {
        /// Where it is written.
        storage: String,
    }
    /// Let high availability look after the guest.
    HaAdd = "ha.add" {
        /// What it is to do with it.
        state: HaState,
    }
    /// Take the guest out of high availability.
    HaRemove = "ha.remove" {}
    /// Put the guest into a pool.
    PoolAdd = "pool.add" {
        /// The pool.
        pool: String,
    }
    /// Take the guest out of a pool.
    PoolRemove = "pool.remove" {
        /// The pool.
        pool: String,
    }
}

/// The guest of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftTarget {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Proxmox's number.
    pub vmid: u32,
}

/// What high availability is to do with a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HaState {
    /// Keep it running.
    Started,
    /// Keep it stopped.
    Stopped,
}

impl DraftConfig {
    /// The names of all settings.
    pub(crate) const NAMES: &[&str] = &[
        "cores",
        "memory_mib",
        "onboot",
        "protection",
        "tags",
        "description",
    ];
}

/// Settings and their new values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftConfig {
    /// Cores; of a virtual machine for each socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores: Option<u32>,
    /// Memory in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u32>,
    /// Whether it starts with its node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onboot: Option<bool>,
    /// Whether Proxmox refuses to remove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<bool>,
    /// All of its tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
