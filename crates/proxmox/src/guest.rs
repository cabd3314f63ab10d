//! Which guest is meant, and where it is at the moment.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The two kinds of guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A virtual machine.
    Qemu,
    /// A container.
    Lxc,
}

impl Kind {
    /// The word in paths and in `/cluster/resources`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Qemu => "qemu",
            Self::Lxc => "lxc",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no kind of guest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no kind of guest")]
pub struct UnknownKind(String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        match text {
            "qemu" => Ok(Self::Qemu),
            "lxc" => Ok(Self::Lxc),
            other => Err(UnknownKind(other.chars().take(32).collect())),
        }
    }
}

/// A guest under the node it is on now. After a migration the old node answers that it does not exist.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GuestRef {
    /// Name of the node, spelled exactly as in `/nodes`.
    pub node: String,
    /// Virtual machine or container.
    pub kind: Kind,
    /// Its number, unique in the cluster.
    pub vmid: u32,
}

impl fmt::Display for GuestRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} on {}", self.kind, self.vmid, self.node)
    }
}

/// A guest as high availability names it: `vm:100` or `ct:101`, wherever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HaSid {
    /// Virtual machine or container.
    pub kind: Kind,
    /// Its number.
    pub vmid: u32,
}

impl From<&GuestRef> for HaSid {
    fn from(guest: &GuestRef) -> Self {
        Self {
            kind: guest.kind,
            vmid: guest.vmid,
        }
    }
}

impl fmt::Display for HaSid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Qemu => "vm",
            Kind::Lxc => "ct",
        };
        write!(f, "{kind}:{}", self.vmid)
    }
}
