//! Proxmox's own locks of the guests that a plan changes.

use std::collections::BTreeMap;

use argus_types::collision::{CollidesWith, Collision};
use argus_types::id::GuestKey;
use argus_types::plan::{Field, Lock, Plan, Step};

use super::task::Task;
use super::{Guests, Met, Surroundings};
use crate::inventory::GuestListing;
use crate::value::HIBERNATED;

/// Each guest's once. A hibernated guest's lock is a state, not a sign of work, and its plan says what it makes of it.
pub(super) fn collisions(
    plan: &Plan,
    around: &Surroundings,
    guests: &Guests<'_>,
) -> Vec<Collision> {
    let mut wanted: BTreeMap<GuestKey, Vec<(&Step, &Lock)>> = BTreeMap::new();
    for step in &plan.steps {
        for lock in &step.locks {
            if let Lock::Guest { kind, vmid } = lock {
                let key = GuestKey {
                    kind: *kind,
                    vmid: *vmid,
                };
                wanted.entry(key).or_default().push((step, lock));
            }
        }
    }
    wanted
        .iter()
        .filter_map(|(key, steps)| {
            let guest = guests.get(key)?;
            let lock = guest.lock.as_deref().filter(|lock| *lock != HIBERNATED)?;
            Some(meeting(guest, lock, steps, &around.tasks))
        })
        .collect()
}

fn meeting(
    guest: &GuestListing,
    lock: &str,
    steps: &[(&Step, &Lock)],
    tasks: &[Task],
) -> Collision {
    let mut met = Met::default();
    for (step, lock) in steps {
        met.add(step, lock);
    }
    // Some things can be done to a locked guest; a step that cannot be relies on there being no lock.
    let blocks = steps.iter().any(|(step, _)| {
        let mut relies = step.read_set.iter();
        relies.any(|wish| wish.field == Field::Lock {} && wish.value != lock)
    });
    let holder = tasks.iter().find(|task| holds(task, lock, guest));
    let by = match holder {
        Some(task) => format!("by the task {} of {}", task.kind, task.by),
        None => "and no running task is seen that holds the lock".to_owned(),
    };
    let text = format!(
        "Proxmox has locked {} {} ({lock}), {by}.",
        guest.key, guest.name
    );
    let with = CollidesWith::GuestLock {
        guest: guest.key,
        lock: lock.to_owned(),
        task: holder.map(|task| task.upid.clone()),
    };
    Collision {
        from: holder.and_then(|task| task.started),
        ..met.collision(with, blocks, text)
    }
}

/// Whether the task can be what locked the guest: it is about it, and does what the lock says.
fn holds(task: &Task, lock: &str, guest: &GuestListing) -> bool {
    let about_it = task.vmid() == Some(guest.key.vmid.get())
        || (task.is_backup_of_many() && task.node == guest.node);
    let does = match lock {
        "backup" => ["vzdump"].as_slice(),
        "clone" => &["qmclone", "vzclone"],
        "create" => &[
            "qmcreate",
            "vzcreate",
            "qmrestore",
            "vzrestore",
            "qmclone",
            "vzclone",
        ],
        "destroyed" => &["qmdestroy", "vzdestroy"],
        "disk" => &["move_volume", "resize"],
        "migrate" => &["qmigrate", "vzmigrate"],
        "rollback" => &["qmrollback", "vzrollback"],
        "snapshot" => &["qmsnapshot", "vzsnapshot"],
        "snapshot-delete" => &["qmdelsnapshot", "vzdelsnapshot"],
        "suspending" => &["qmsuspend"],
        _ => &[],
    };
    about_it && does.contains(&task.kind.as_str())
}
