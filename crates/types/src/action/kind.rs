//! The catalogue's entries by name, without their parameters: one table for wire names and words.

use serde::{Deserialize, Serialize};

/// Declares the entries with their wire name, the verb that begins a title, and the verb in the middle of a sentence.
macro_rules! entries {
    ($($(#[$doc:meta])* $name:ident = $wire:literal, $verb:literal, $phrase:literal;)*) => {
        /// An entry of the catalogue, without its parameters.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
        pub enum ActionKind {
            $($(#[$doc])* #[serde(rename = $wire)] $name,)*
        }

        impl ActionKind {
            /// Every entry, in the order in which pages list them.
            pub const ALL: [Self; [$($wire),*].len()] = [$(Self::$name),*];

            /// The name on the wire, in policies and in the ledger.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire),* }
            }

            /// The verb that people read on a card.
            pub fn verb(self) -> &'static str {
                match self { $(Self::$name => $verb),* }
            }

            /// The verb in the middle of a sentence.
            pub fn phrase(self) -> &'static str {
                match self { $(Self::$name => $phrase),* }
            }
        }
    };
}

entries! {
    /// Start a stopped guest.
    Start = "guest.start", "Start", "start";
    /// Ask a running guest to shut down.
    Shutdown = "guest.shutdown", "Shut down", "shut down";
    /// Switch a guest off.
    Stop = "guest.stop", "Stop hard", "hard-stop";
    /// Shut a guest down and start it again.
    Reboot = "guest.reboot", "Reboot", "reboot";
    /// Press a virtual machine's reset button.
    Reset = "guest.reset", "Reset", "reset";
    /// Let a virtual machine stand still in memory.
    Suspend = "guest.suspend", "Pause", "pause";
    /// Let a paused virtual machine go on.
    Resume = "guest.resume", "Resume", "resume";
    /// Write a virtual machine's memory to disk and switch it off.
    Hibernate = "guest.hibernate", "Hibernate", "hibernate";
    /// Move a guest to another node.
    Migrate = "guest.migrate", "Migrate", "migrate";
    /// Keep a guest's present state under a name.
    Snapshot = "guest.snapshot.create", "Snapshot", "snapshot";
    /// Delete one snapshot.
    DeleteSnapshot = "guest.snapshot.delete", "Delete snapshot", "delete a snapshot of";
    /// Bring a guest back to a snapshot.
    Rollback = "guest.snapshot.rollback", "Roll back", "roll back";
    /// Make a new guest out of one.
    Clone = "guest.clone", "Clone", "clone";
    /// Change settings of a guest.
    SetConfig = "guest.config.set", "Change settings", "change settings of";
    /// Make a disk larger.
    ResizeDisk = "guest.disk.resize", "Enlarge disk", "enlarge a disk of";
    /// Move a disk to another storage.
    MoveDisk = "guest.disk.move", "Move disk", "move a disk of";
    /// Turn a guest into a template.
    MakeTemplate = "guest.template", "Make a template", "make a template of";
    /// Remove a guest with its disks.
    Destroy = "guest.destroy", "Destroy", "destroy";
    /// Write a backup of a guest.
    Backup = "backup.run", "Back up", "back up";
    /// Make a new guest out of a backup.
    Restore = "backup.restore", "Restore", "restore";
    /// Keep a backup from being deleted.
    ProtectBackup = "backup.protect", "Protect backup", "protect backup";
    /// Let a backup be deleted again.
    UnprotectBackup = "backup.unprotect", "Unprotect backup", "unprotect backup";
    /// Delete a backup.
    DeleteBackup = "backup.delete", "Delete backup", "delete backup";
    /// Delete a volume that no guest uses.
    DeleteVolume = "volume.delete", "Delete volume", "delete volume";
    /// Move every guest off a node. Becomes one migration a guest; never a step itself.
    Drain = "node.drain", "Drain", "drain";
    /// Restart a node.
    RebootNode = "node.reboot", "Reboot node", "reboot node";
    /// Switch a node off.
    ShutdownNode = "node.shutdown", "Shut down node", "shut down node";
    /// Wake a node over the network.
    WakeNode = "node.wake", "Wake node", "wake node";
    /// Restart a service of a node.
    RestartService = "node.service.restart", "Restart service", "restart a service of";
    /// Let a service of a node read its configuration again.
    ReloadService = "node.service.reload", "Reload service", "reload a service of";
    /// Fetch a node's list of packages.
    RefreshPackages = "node.packages.refresh", "Refresh packages", "refresh packages of";
    /// Let high availability look after a guest.
    HaAdd = "ha.add", "Add to HA", "add to HA";
    /// Change what high availability does for a guest.
    HaSet = "ha.set", "Change HA", "change HA of";
    /// Take a guest out of high availability.
    HaRemove = "ha.remove", "Remove from HA", "remove from HA";
    /// Let high availability move a guest, live where it can.
    HaMigrate = "ha.migrate", "Migrate by HA", "migrate by HA";
    /// Let high availability stop a guest here and start it there.
    HaRelocate = "ha.relocate", "Relocate by HA", "relocate by HA";
    /// Replicate a guest's disks now.
    RunReplication = "replication.run", "Replicate", "replicate";
    /// Put a guest into a pool.
    PoolAdd = "pool.add", "Add to pool", "add to a pool";
    /// Take a guest out of its pool.
    PoolRemove = "pool.remove", "Remove from pool", "remove from its pool";
    /// Ask the guest agent for a sign of life.
    AgentPing = "agent.ping", "Ping agent", "ping the agent of";
    /// Ask the guest agent about system, network and file systems.
    AgentInfo = "agent.info", "Ask agent", "ask the agent of";
    /// Let the guest give unused blocks back to its storage.
    AgentTrim = "agent.trim", "Trim", "trim file systems of";
}

impl std::fmt::Display for ActionKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_catalogue_has_forty_two_entries_with_names_and_verbs_of_their_own() {
        let distinct = |word: fn(ActionKind) -> &'static str| {
            let words: BTreeSet<_> = ActionKind::ALL.iter().map(|kind| word(*kind)).collect();
            words.len()
        };
        assert_eq!(ActionKind::ALL.len(), 42);
        assert_eq!(distinct(ActionKind::as_str), 42);
        assert_eq!(distinct(ActionKind::verb), 42);
        assert_eq!(distinct(ActionKind::phrase), 42);
    }

    #[test]
    fn a_name_on_the_wire_is_read_back_and_shown_as_it_is() {
        for kind in ActionKind::ALL.iter().copied() {
            let wire = format!("\"{kind}\"");
            assert_eq!(serde_json::from_str::<ActionKind>(&wire).unwrap(), kind);
            let (family, action) = kind.as_str().split_once('.').unwrap();
            assert!(!family.is_empty() && !action.is_empty(), "{kind}");
        }
    }

    #[test]
    fn a_verb_begins_a_title_and_a_phrase_stands_within_one() {
        for kind in ActionKind::ALL.iter().copied() {
            assert!(kind.verb().starts_with(char::is_uppercase), "{kind}");
            assert!(kind.phrase().starts_with(char::is_lowercase), "{kind}");
        }
    }
}
