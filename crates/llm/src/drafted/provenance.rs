//! Where each part of a drafted step comes from.

use serde::{Deserialize, Serialize};

/// Characters of the request (after NFKC, which leaves ordinary text as it is), the end excluded.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    /// The first one.
    pub start: usize,
    /// One behind the last.
    pub end: usize,
}

impl Span {
    /// Whether both hold a character.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// These characters of the request.
    Request(Span),
    /// A number or a word of a closed list that Proxmox says of itself, by what it is: `memory`, `disks`.
    Inventory(String),
    /// A rule of Argus, by what it says.
    Default(String),
    /// A question's answer.
    Answer,
    /// A language model.
    Model,
}

/// Where one parameter comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Provenance {
    /// A JSON pointer into the action: `/target`, `/set/cores`.
    pub parameter: String,
    /// Where from. More than one entry of a parameter is what it was computed from.
    pub source: Source,
}
