//! What a clause says of its verbs beside guests and nodes to move to.

use crate::builtin::amount::Change;
use crate::builtin::clause::Said;
use crate::drafted::HaState;

/// Values, each with the place where it is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Slots {
    /// In MiB.
    pub memory: Option<Said<Change>>,
    pub cores: Option<Said<Change>>,
    /// In MiB.
    pub disk_size: Option<Said<Change>>,
    /// A size that nobody has said yet what it is of.
    pub loose: Option<Said<Change>>,
    pub disk: Option<Said<String>>,
    pub storage: Option<Said<Storage>>,
    /// Which snapshot or backup.
    pub pick: Option<Said<Pick>>,
    pub tags: Vec<Said<String>>,
    pub text: Option<Said<String>>,
    /// The number of a guest that is to be.
    pub number: Option<Said<u32>>,
    pub pool: Option<Said<String>>,
    /// The node to drain.
    pub node: Option<Said<String>>,
    pub state: Option<Said<HaState>>,
    pub way: Option<Said<Way>>,
    /// `as new`.
    pub new: Option<Said<()>>,
    /// `over it`.
    pub over: Option<Said<()>>,
}

/// Where disks and backups go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Storage {
    Known(String),
    Unknown(String),
}

/// One or some of a guest's snapshots or backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pick {
    Named(String),
    Oldest,
    Newest,
    /// In days.
    OlderThan(u32),
    All,
}

/// Into something or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    In,
    Out,
}

/// Slots by name: what an intent takes, and what is left over where none does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Memory,
    Cores,
    DiskSize,
    Disk,
    Storage,
    Pick,
    Tags,
    Text,
    Number,
    Pool,
    Node,
    State,
    Way,
    New,
    Over,
    /// The clause's name.
    Name,
    /// `with memory`.
    WithMemory,
    /// The node to move to.
    To,
}

impl Slots {
    /// Those that are said, with a word for each that a person recognises.
    pub fn said(&self) -> Vec<(Slot, &'static str)> {
        let all = [
            (Slot::Memory, self.memory.is_some(), "an amount of memory"),
            (Slot::Cores, self.cores.is_some(), "a number of cores"),
            (
                Slot::DiskSize,
                self.disk_size.is_some(),
                "the size of a disk",
            ),
            (Slot::Disk, self.disk.is_some(), "a disk"),
            (Slot::Storage, self.storage.is_some(), "a storage"),
            (Slot::Pick, self.pick.is_some(), "a snapshot or backup"),
            (Slot::Tags, !self.tags.is_empty(), "a tag"),
            (Slot::Text, self.text.is_some(), "a text"),
            (
                Slot::Number,
                self.number.is_some(),
                "a guest's number to be",
            ),
            (Slot::Pool, self.pool.is_some(), "a pool"),
            (Slot::Node, self.node.is_some(), "a node"),
            (Slot::State, self.state.is_some(), "a state"),
            (Slot::Way, self.way.is_some(), "into or out of something"),
            (Slot::New, self.new.is_some(), "as new"),
            (Slot::Over, self.over.is_some(), "over what is there"),
        ];
        let said = all.into_iter().filter(|(_, said, _)| *said);
        said.map(|(slot, _, word)| (slot, word)).collect()
    }
}
