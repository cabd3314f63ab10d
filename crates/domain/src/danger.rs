//! Which steps are sent with a token of their own kind where there is one: what takes something away for good, makes
//! something new, changes rights, or reaches a node or the whole cluster.
//!
//! Decided by what a step needs of Proxmox, which stands in its plan, and by whether it is destructive.

use argus_types::plan::Step;

use crate::risk;

/// The privileges that nothing everyday needs. One table, for the executor, the start-up check and the documents.
pub const PRIVILEGES: [&str; 8] = [
    "Datastore.Allocate",
    "Permissions.Modify",
    "Pool.Allocate",
    "Sys.Console",
    "Sys.Modify",
    "Sys.PowerMgmt",
    "VM.Allocate",
    "VM.Snapshot.Rollback",
];

/// Whether the step needs one of them, or is destructive.
pub fn is_dangerous(step: &Step) -> bool {
    let needs = |privilege: &str| PRIVILEGES.contains(&privilege);
    step.privileges.iter().any(|held| needs(&held.name)) || risk::is_destructive(&step.command)
}
