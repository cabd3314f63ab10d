//! The cluster as far as words can be about it.

use serde::{Deserialize, Serialize};

/// What a request is resolved against: names and numbers, nothing that is free text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scene {
    /// The guests, in any order.
    pub guests: Vec<SceneGuest>,
    /// Node names.
    pub nodes: Vec<String>,
    /// Pool names.
    pub pools: Vec<String>,
    /// Tags in use.
    pub tags: Vec<String>,
}

/// One guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneGuest {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Proxmox's number.
    pub vmid: u32,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub node: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its pool.
    pub pool: Option<String>,
    /// Whether it runs.
    pub running: bool,
    /// Whether it is a template: never meant by "all".
    pub template: bool,
}

/// What a guest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuestKind {
    /// A virtual machine.
    Qemu,
    /// A container.
    Lxc,
}

impl GuestKind {
    /// Proxmox's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Qemu => "qemu",
            Self::Lxc => "lxc",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Qemu => "VM",
            Self::Lxc => "container",
        }
    }
}
