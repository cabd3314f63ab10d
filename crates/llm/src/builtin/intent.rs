//! What a clause wants done: a verb together with what it is done to.

use crate::builtin::clause::Clause;
use crate::builtin::lexicon::{Thing, Verb};
use crate::builtin::slots::{Slot, Way};

/// An entry of the catalogue, or one that is still open between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    Start,
    Shutdown,
    Stop,
    /// Gently or hard: open.
    SwitchOff,
    Reboot,
    Reset,
    Suspend,
    Resume,
    Hibernate,
    Snapshot,
    DeleteSnapshot,
    Rollback,
    /// To a snapshot, or the reset button: open.
    Back,
    Migrate,
    Clone,
    Destroy,
    /// `remove web-01`: open.
    Remove,
    Backup,
    Restore,
    /// Memory and cores.
    Configure,
    GrowDisk,
    MoveDisk,
    AddTags,
    RemoveTags,
    SetTags,
    SetNotes,
    Autostart(bool),
    Protection(bool),
    HaAdd,
    HaRemove,
    PoolAdd,
    PoolRemove,
    Drain,
}

impl Intent {
    /// How a sentence says it.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Shutdown => "shut down",
            Self::Stop => "stop hard",
            Self::SwitchOff => "switch off",
            Self::Reboot => "reboot",
            Self::Reset => "reset",
            Self::Suspend => "pause",
            Self::Resume => "resume",
            Self::Hibernate => "hibernate",
            Self::Snapshot => "snapshot",
            Self::DeleteSnapshot => "delete a snapshot of",
            Self::Rollback => "roll back",
            Self::Back => "set back",
            Self::Migrate => "migrate",
            Self::Clone => "clone",
            Self::Destroy => "delete",
            Self::Remove => "remove",
            Self::Backup => "back up",
            Self::Restore => "restore",
            Self::Configure => "change memory or cores of",
            Self::GrowDisk => "enlarge a disk of",
            Self::MoveDisk => "move a disk of",
            Self::AddTags => "tag",
            Self::RemoveTags => "remove tags from",
            Self::SetTags => "set the tags of",
            Self::SetNotes => "set the notes of",
            Self::Autostart(_) => "change the autostart of",
            Self::Protection(_) => "change the protection of",
            Self::HaAdd => "add to high availability",
            Self::HaRemove => "take out of high availability",
            Self::PoolAdd => "put into a pool",
            Self::PoolRemove => "take out of a pool",
            Self::Drain => "drain",
        }
    }

    /// The slots that it makes something of.
    pub(super) fn takes(self) -> &'static [Slot] {
        match self {
            Self::Snapshot => &[Slot::Name, Slot::WithMemory],
            Self::DeleteSnapshot | Self::Rollback => &[Slot::Pick, Slot::Name],
            Self::Migrate => &[Slot::To],
            Self::Clone => &[Slot::Name, Slot::Number, Slot::Storage, Slot::New],
            Self::Backup => &[Slot::Storage],
            Self::Restore => &[Slot::Pick, Slot::Number, Slot::New, Slot::Over],
            Self::Configure => &[Slot::Memory, Slot::Cores],
            Self::GrowDisk => &[Slot::Disk, Slot::DiskSize],
            Self::MoveDisk => &[Slot::Disk, Slot::Storage],
            Self::AddTags | Self::RemoveTags | Self::SetTags => &[Slot::Tags],
            Self::SetNotes => &[Slot::Text],
            Self::HaAdd => &[Slot::State, Slot::Way],
            Self::HaRemove => &[Slot::Way],
            Self::PoolAdd | Self::PoolRemove => &[Slot::Pool, Slot::Way],
            Self::Drain => &[Slot::Node, Slot::Way],
            _ => &[],
        }
    }

    /// The things that it is done to, beside guests.
    pub(super) fn about(self) -> &'static [Thing] {
        match self {
            Self::DeleteSnapshot | Self::Rollback => &[Thing::Snapshot],
            Self::Restore => &[Thing::Backup],
            Self::Configure => &[Thing::Memory, Thing::Cores],
            Self::GrowDisk | Self::MoveDisk => &[Thing::Disk],
            Self::AddTags | Self::RemoveTags | Self::SetTags => &[Thing::Tag],
            Self::SetNotes => &[Thing::Notes],
            Self::Autostart(_) => &[Thing::Autostart],
            Self::Protection(_) => &[Thing::Protection],
            Self::HaAdd | Self::HaRemove => &[Thing::Ha],
            Self::PoolAdd | Self::PoolRemove => &[Thing::Pool],
            Self::Drain => &[Thing::Maintenance],
            _ => &[],
        }
    }

    /// Whether a later "it" may mean the guests of this one, and not something new.
    pub fn makes_a_guest(self) -> bool {
        matches!(self, Self::Clone | Self::Restore)
    }

    /// What `verb` comes to in `clause`; `None` where the two make no sense together.
    pub(super) fn of(verb: Verb, clause: &Clause) -> Option<Self> {
        let about = |thing| clause.is_about(thing);
        let way = clause.slots.way.as_ref().map(|said| said.value);
        let grows = about(Thing::Disk) || clause.slots.disk_size.is_some();
        let configures = about(Thing::Memory)
            || about(Thing::Cores)
            || clause.slots.memory.is_some()
            || clause.slots.cores.is_some();
        let size = || {
            if grows {
                (!configures).then_some(Self::GrowDisk)
            } else {
                configures.then_some(Self::Configure)
            }
        };
        Some(match verb {
            Verb::Start if about(Thing::Autostart) => Self::Autostart(true),
            Verb::Start => Self::Start,
            Verb::SwitchOn => return Self::switched(true, clause).or(Some(Self::Start)),
            Verb::SwitchOff => return Self::switched(false, clause).or(Some(Self::SwitchOff)),
            Verb::Cut => return Self::switched(false, clause).or(Some(Self::Stop)),
            Verb::Enable => return Self::switched(true, clause),
            Verb::Disable => return Self::switched(false, clause),
            Verb::Protect => Self::Protection(true),
            Verb::Unprotect => Self::Protection(false),
            Verb::Shutdown => Self::Shutdown,
            Verb::Stop => Self::Stop,
            Verb::Reboot => Self::Reboot,
            Verb::Reset => Self::Reset,
            Verb::Suspend => Self::Suspend,
            Verb::Resume => Self::Resume,
            Verb::Hibernate => Self::Hibernate,
            Verb::Snapshot => Self::Snapshot,
            Verb::Move if about(Thing::Disk) => Self::MoveDisk,
            Verb::Move => Self::Migrate,
            Verb::Clone => Self::Clone,
            Verb::Delete | Verb::Remove if about(Thing::Snapshot) => Self::DeleteSnapshot,
            Verb::Delete | Verb::Remove if about(Thing::Tag) => Self::RemoveTags,
            Verb::Delete => Self::Destroy,
            Verb::Remove if about(Thing::Ha) => Self::HaRemove,
            Verb::Remove if about(Thing::Pool) => Self::PoolRemove,
            Verb::Remove if about(Thing::Protection) => Self::Protection(false),
            Verb::Remove if about(Thing::Autostart) => Self::Autostart(false),
            Verb::Remove | Verb::Shrink | Verb::Halve if configures && !grows => Self::Configure,
            Verb::Remove => Self::Remove,
            Verb::Rollback => Self::Rollback,
            Verb::Back | Verb::Restore if about(Thing::Snapshot) => Self::Rollback,
            Verb::Back => Self::Back,
            Verb::Backup => Self::Backup,
            Verb::Restore => Self::Restore,
            Verb::Set | Verb::Give | Verb::Add if configures || grows => return size(),
            Verb::Grow | Verb::Double => return size(),
            Verb::Set if about(Thing::Tag) => Self::SetTags,
            Verb::Set if about(Thing::Notes) => Self::SetNotes,
            Verb::Add | Verb::Give if about(Thing::Tag) => Self::AddTags,
            Verb::Add if about(Thing::Ha) => Self::HaAdd,
            Verb::Add if about(Thing::Pool) => Self::PoolAdd,
            Verb::Put if about(Thing::Maintenance) => Self::Drain,
            Verb::Put if about(Thing::Ha) => match way? {
                Way::In => Self::HaAdd,
                Way::Out => Self::HaRemove,
            },
            Verb::Put if about(Thing::Pool) => match way? {
                Way::In => Self::PoolAdd,
                Way::Out => Self::PoolRemove,
            },
            Verb::Tag => Self::AddTags,
            Verb::Untag => Self::RemoveTags,
            Verb::Drain => Self::Drain,
            Verb::Set | Verb::Give | Verb::Add | Verb::Put | Verb::Shrink | Verb::Halve => {
                return None;
            }
        })
    }

    fn switched(on: bool, clause: &Clause) -> Option<Self> {
        if clause.is_about(Thing::Autostart) {
            Some(Self::Autostart(on))
        } else if clause.is_about(Thing::Protection) {
            Some(Self::Protection(on))
        } else if clause.is_about(Thing::Ha) && on {
            Some(Self::HaAdd)
        } else {
            None
        }
    }
}
