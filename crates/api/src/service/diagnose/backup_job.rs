//! Backups of several guests in one task, which Proxmox lists as about none of them: what its log tells of one.

use argus_llm::diagnosis::FailedTask;
use argus_llm::diagnosis::log::Summary;
use argus_proxmox::read::TaskEntry;
use futures_util::future::try_join_all;

use super::{Diagnose, known};
use crate::problem::ApiProblem;

/// So many of the newest failed jobs are looked into.
const JOBS: usize = 3;
/// So many lines of each: some dozens for each guest.
const LINES: u32 = 5_000;

impl Diagnose {
    /// Backups of this guest that failed as a part of one of these tasks, which come with their ends in epoch seconds, the
    /// newest first. `None` where the log of one could not be read: whether this guest is among the failed is not known
    /// then.
    pub(super) async fn failed_within_jobs(
        &self,
        vmid: u32,
        failed: &[(i64, &TaskEntry)],
    ) -> Option<Vec<FailedTask>> {
        let jobs = failed.iter().filter(|(_, task)| is_job(task));
        let read = jobs.take(JOBS).map(async |(ended_s, task)| {
            let log = self.on_demand.task_log(&task.upid, 0, LINES).await?;
            let lines = log.lines.iter().map(|line| line.text.as_str());
            Ok::<_, ApiProblem>(failed_part(lines, vmid).map(|log| FailedTask {
                kind: task.upid.type_().to_owned(),
                ended_s: *ended_s,
                log: Some(log),
            }))
        });
        let found = known("logs of backup jobs", try_join_all(read)).await?;
        Some(found.into_iter().flatten().collect())
    }
}

fn is_job(task: &TaskEntry) -> bool {
    task.upid.type_() == "vzdump" && task.upid.id().is_empty()
}

/// What the lines about one guest tell where its backup failed. `vzdump` begins each guest's part with `INFO: Starting
/// Backup of VM {vmid} ({kind})` and says `ERROR: Backup of VM {vmid} failed - {why}` (`exec_backup_task` in
/// `PVE/VZDump.pm`), of containers too.
fn failed_part<'a>(lines: impl Iterator<Item = &'a str>, vmid: u32) -> Option<Summary> {
    let begins = format!("INFO: Starting Backup of VM {vmid} (");
    let fails = format!("ERROR: Backup of VM {vmid} failed - ");
    let part: Vec<&str> = lines
        .skip_while(|line| !line.starts_with(&begins))
        .enumerate()
        .take_while(|(at, line)| *at == 0 || !line.starts_with("INFO: Starting Backup of VM "))
        .map(|(_, line)| line)
        .collect();
    let failed = part.iter().any(|line| line.starts_with(&fails));
    failed.then(|| Summary::of(part))
}

#[cfg(test)]
mod tests {
    use argus_llm::diagnosis::log::Class;

    use super::*;

    const LOG: [&str; 9] = [
        "INFO: starting new backup job: vzdump 101 102 1011 --storage nfs",
        "INFO: Starting Backup of VM 101 (qemu)",
        "INFO: Finished Backup of VM 101 (00:01:02)",
        "INFO: Starting Backup of VM 102 (lxc)",
        "ERROR: Backup of VM 102 failed - write: No space left on device",
        "INFO: Failed at 2026-01-01 00:00:00",
        "INFO: Starting Backup of VM 1011 (qemu)",
        "ERROR: Backup of VM 1011 failed - got timeout",
        "INFO: Backup job finished with errors",
    ];

    #[test]
    fn only_a_guest_whose_part_failed_is_told_and_by_its_own_lines() {
        let part = |vmid| failed_part(LOG.into_iter(), vmid).map(|log| log.classes());
        assert_eq!(part(101), None);
        assert_eq!(part(102), Some(vec![(Class::DiskFull, 1)]));
        assert_eq!(part(1011), Some(vec![(Class::Timeout, 1)]));
        assert_eq!(part(103), None);
    }
}
