//! What failed of late, and what logs tell: as classes and counts, never as words.

use std::cmp::Reverse;

use argus_llm::diagnosis::FailedTask;
use argus_llm::diagnosis::log::{self, Summary};
use argus_proxmox::Upid;
use argus_proxmox::read::TaskEntry;
use argus_types::id::NodeName;
use futures_util::future::join_all;

use super::{Diagnose, known};

/// A task that ended longer ago, in seconds, is no reason any more.
const LATE_S: i64 = 86_400;
/// A task may have begun longer ago than it ended: a backup of many guests takes hours.
const LONGEST_S: i64 = 86_400;
/// So many of the newest failed tasks have their logs read.
const LOGS: usize = 5;
/// So many last lines of each.
const LINES: u32 = 200;
/// The part of a node's log that is looked at, in seconds.
const LOG_S: i64 = 3_600;

impl Diagnose {
    /// Tasks of a guest that failed on its node within the last day, its part in backups of several guests included.
    pub(super) async fn failed_tasks_of(
        &self,
        node: &NodeName,
        vmid: u32,
        now_s: i64,
    ) -> Option<Vec<FailedTask>> {
        let jobs = async {
            let since = since(now_s);
            let all = known(
                "tasks",
                self.on_demand.failed_tasks(node.as_str(), None, since),
            )
            .await?;
            self.failed_within_jobs(vmid, &late(&all, now_s)).await
        };
        let (own, jobs) = tokio::join!(self.failed_tasks(node, Some(vmid), now_s), jobs);
        Some([own?, jobs?].concat())
    }

    /// Tasks that failed on a node within the last day: those about one guest alone, or all. Tasks that run have not
    /// failed, and those that ended with warnings have not either.
    pub(super) async fn failed_tasks(
        &self,
        node: &NodeName,
        vmid: Option<u32>,
        now_s: i64,
    ) -> Option<Vec<FailedTask>> {
        let listed = self
            .on_demand
            .failed_tasks(node.as_str(), vmid, since(now_s));
        let listed = known("tasks", listed).await?;
        let failed = late(&listed, now_s);
        let newest = failed.iter().take(LOGS);
        let read = join_all(newest.map(|(_, task)| self.last_words(&task.upid))).await;
        let logs = read.into_iter().chain(std::iter::repeat(None));
        let told = failed
            .iter()
            .zip(logs)
            .map(|((ended_s, task), log)| FailedTask {
                kind: task.upid.type_().to_owned(),
                ended_s: *ended_s,
                log,
            });
        Some(told.collect())
    }

    /// What the end of a task's log tells.
    async fn last_words(&self, upid: &Upid) -> Option<Summary> {
        let read = async {
            let first = self.on_demand.task_log(upid, 0, LINES).await?;
            match first.total.checked_sub(LINES) {
                None | Some(0) => Ok(first),
                Some(start) => self.on_demand.task_log(upid, start, LINES).await,
            }
        };
        let log = known("a failed task's log", read).await?;
        Some(Summary::of(log.lines.iter().map(|line| line.text.as_str())))
    }

    /// What a node's log of the last hour tells: of everybody, or without the lines that are about other guests than
    /// this one.
    pub(super) async fn log_of(
        &self,
        node: &NodeName,
        vmid: Option<u32>,
        now_s: i64,
    ) -> Option<Summary> {
        let since = u64::try_from(now_s - LOG_S).unwrap_or_default();
        let lines = known("logs", self.on_demand.journal(node.as_str(), since)).await?;
        let is_meant = |line: &&str| vmid.is_none_or(|vmid| !log::is_about_another(line, vmid));
        Some(Summary::of(
            lines.iter().map(String::as_str).filter(is_meant),
        ))
    }
}

/// From when on tasks are asked for, in epoch seconds: Proxmox counts from their beginning.
fn since(now_s: i64) -> u64 {
    u64::try_from(now_s - LATE_S - LONGEST_S).unwrap_or_default()
}

/// Those that failed within the last day and when they ended, the newest first.
fn late(listed: &[TaskEntry], now_s: i64) -> Vec<(i64, &TaskEntry)> {
    let mut failed: Vec<(i64, &TaskEntry)> = listed
        .iter()
        .filter_map(|task| Some((failed_at(task)?, task)))
        .filter(|(ended_s, _)| *ended_s >= now_s - LATE_S)
        .collect();
    failed.sort_by_key(|(ended_s, _)| Reverse(*ended_s));
    failed
}

/// When it ended, in epoch seconds, where it failed.
fn failed_at(task: &TaskEntry) -> Option<i64> {
    task.exit().filter(|exit| !exit.is_success())?;
    let ended = task.endtime.unwrap_or_else(|| task.upid.starttime().into());
    i64::try_from(ended).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(status: Option<&str>, endtime: Option<u64>) -> TaskEntry {
        let upid = "UPID:pve1:00001234:01234567:68A00000:vzdump:101:root@pam:";
        TaskEntry {
            upid: upid.parse().expect("a UPID"),
            endtime,
            status: status.map(str::to_owned),
        }
    }

    #[test]
    fn a_failure_is_what_ended_neither_well_nor_with_warnings() {
        for (status, endtime, expected) in [
            (Some("OK"), Some(9), None),
            (Some("WARNINGS: 2"), Some(9), None),
            (Some("RUNNING"), None, None),
            (None, None, None),
            (Some("job errors"), Some(9), Some(9)),
            (Some("unexpected status"), Some(9), Some(9)),
            (Some("WARNINGS of a kind"), Some(9), Some(9)),
            (Some("job errors"), None, Some(0x68A0_0000)),
        ] {
            assert_eq!(failed_at(&task(status, endtime)), expected, "{status:?}");
        }
    }
}
