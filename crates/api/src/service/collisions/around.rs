//! From what Proxmox lists to what the domain looks at.

use argus_domain::collision::{BackupJob, Covers, Rival, Surroundings, Task};
use argus_domain::inventory::Inventory;
use argus_proxmox::read;
use argus_types::Timestamp;

use crate::collector::GoingOn;

/// Everything around a plan, and what of it could not be seen.
pub(super) fn put_together(
    now: Timestamp,
    inventory: Inventory,
    going_on: &GoingOn,
    rivals: Vec<Rival>,
) -> (Surroundings, Vec<String>) {
    let mut unseen = Vec::new();
    let mut jobs = Vec::new();
    match &going_on.jobs {
        None => unseen.push(
            "Backup jobs and the tasks of others: Argus' Proxmox token needs Sys.Audit on / to see them.".to_owned(),
        ),
        Some(listed) => {
            for entry in listed.iter().filter(|entry| entry.enabled) {
                match job(entry) {
                    Some(job) => jobs.push(job),
                    None => unseen.push(format!(
                        "The backup job {}: Proxmox does not say when it runs next.",
                        entry.id
                    )),
                }
            }
        }
    }
    for node in inventory.nodes.iter().filter(|node| !node.online) {
        unseen.push(format!(
            "What goes on on {}: the node does not answer.",
            node.name
        ));
    }
    let around = Surroundings {
        now,
        tasks: going_on.tasks.iter().filter_map(task).collect(),
        jobs,
        rivals,
        inventory,
    };
    (around, unseen)
}

/// A task's id was read strictly: the name of its node is one.
fn task(entry: &read::TaskEntry) -> Option<Task> {
    let upid = &entry.upid;
    Some(Task {
        upid: upid.to_string(),
        node: upid.node().parse().ok()?,
        kind: upid.type_().to_owned(),
        id: upid.id().to_owned(),
        by: upid.user().to_owned(),
        started: Timestamp::from_unix(i64::from(upid.starttime())),
    })
}

fn job(entry: &read::BackupJob) -> Option<BackupJob> {
    let next_run = i64::try_from(entry.next_run?).ok()?;
    let covers = match &entry.pool {
        Some(pool) => Covers::Pool(pool.clone()),
        None if entry.all => Covers::AllBut(entry.exclude.iter().copied().collect()),
        None => Covers::These(entry.vmid.iter().copied().collect()),
    };
    Some(BackupJob {
        id: entry.id.clone(),
        schedule: entry.schedule.clone(),
        next_run: Timestamp::from_unix(next_run)?,
        mode: entry.mode.clone(),
        node: entry.node.clone(),
        covers,
    })
}
