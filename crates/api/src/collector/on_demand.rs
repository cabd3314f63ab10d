//! Reads that nobody needs until somebody looks: series, logs, and what goes on.
//!
//! The same question within a few seconds has one answer, however many people ask it, and only a few
//! questions are open at once: a slow storage or a busy node must not be asked more because people wait.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argus_proxmox::read::{
    self, ClusterLogEntry, JournalFilter, LogPage, RrdPoint, SyslogFilter, TaskEntry, TaskFilter,
    TaskSource, Timeframe,
};
use argus_proxmox::{Client, Error, GuestRef, Upid};
use argus_types::Timestamp;
use argus_types::event::TaskLine;
use argus_types::execution::StepLog;
use tokio::sync::{OnceCell, Semaphore};

use super::going_on::{self, GoingOn};
use crate::problem::ApiProblem;

/// For how long an answer serves everybody.
const SHARED_FOR: Duration = Duration::from_secs(5);
/// Questions open at once.
const OPEN: usize = 4;
/// Answers kept at most.
const KEPT: usize = 500;
/// Pages of tasks' logs kept at most; they are the largest answers.
const KEPT_PAGES: usize = 16;
/// Nodes whose journals are kept at most.
const KEPT_JOURNALS: usize = 4;
/// Lines of a journal that are kept, the newest.
const JOURNAL_LINES: usize = 5_000;
/// Failed tasks that Proxmox is asked for at most.
const FAILED_TASKS: u64 = 200;
/// Longest line of a task's log, in characters; the executor keeps as much.
const LONGEST_LINE: usize = 2_000;

type Cell<T> = Arc<OnceCell<Arc<T>>>;
type Shelf<T> = Arc<Mutex<HashMap<String, (Instant, Cell<T>)>>>;

/// Series, logs and what goes on, read when somebody asks. Cheap to clone.
#[derive(Clone)]
pub struct OnDemand {
    client: Client,
    open: Arc<Semaphore>,
    series: Shelf<Vec<RrdPoint>>,
    cluster_log: Shelf<Vec<ClusterLogEntry>>,
    syslog: Shelf<LogPage>,
    journal: Shelf<Vec<String>>,
    task_log: Shelf<StepLog>,
    failed_tasks: Shelf<Vec<TaskEntry>>,
    going_on: Shelf<GoingOn>,
}

impl OnDemand {
    /// Reads through `client`.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            open: Arc::new(Semaphore::new(OPEN)),
            series: Shelf::default(),
            cluster_log: Shelf::default(),
            syslog: Shelf::default(),
            journal: Shelf::default(),
            task_log: Shelf::default(),
            failed_tasks: Shelf::default(),
            going_on: Shelf::default(),
        }
    }

    /// A node's series.
    pub async fn node_series(
        &self,
        node: &str,
        timeframe: Timeframe,
    ) -> Result<Arc<Vec<RrdPoint>>, ApiProblem> {
        let key = format!("node/{node}/{timeframe:?}");
        let read = self.client.read(read::node_rrd(node, timeframe));
        self.once(&self.series, KEPT, key, read).await
    }

    /// A guest's series.
    pub async fn guest_series(
        &self,
        guest: &GuestRef,
        timeframe: Timeframe,
    ) -> Result<Arc<Vec<RrdPoint>>, ApiProblem> {
        let key = format!("{}/{}/{}/{timeframe:?}", guest.node, guest.kind, guest.vmid);
        let read = self.client.read(read::guest_rrd(guest, timeframe));
        self.once(&self.series, KEPT, key, read).await
    }

    /// The newest lines of the cluster log.
    pub async fn cluster_log(&self, max: u64) -> Result<Arc<Vec<ClusterLogEntry>>, ApiProblem> {
        let read = self.client.read(read::cluster_log(max));
        self.once(&self.cluster_log, KEPT, max.to_string(), read)
            .await
    }

    /// A page of a node's system log.
    pub async fn syslog(
        &self,
        node: &str,
        start: u64,
        limit: u64,
    ) -> Result<Arc<LogPage>, ApiProblem> {
        let filter = SyslogFilter::default();
        let read = self.client.read(read::syslog(node, start, limit, &filter));
        let key = format!("{node}/{start}/{limit}");
        self.once(&self.syslog, KEPT, key, read).await
    }

    /// A node's journal since an epoch second, the oldest line first, without cursors: the newest lines where there are
    /// very many. Unlike the system log's, its times need no time zone of the node. Whoever asks within some seconds shares
    /// the answer, whatever second they name.
    pub async fn journal(&self, node: &str, since: u64) -> Result<Arc<Vec<String>>, ApiProblem> {
        let filter = JournalFilter {
            since: Some(since),
            ..JournalFilter::default()
        };
        let read = async {
            let lines = self.client.read(read::journal(node, &filter)).await?;
            Ok(newest(lines))
        };
        self.once(&self.journal, KEPT_JOURNALS, node.to_owned(), read)
            .await
    }

    /// A node's tasks that ended badly by its own reckoning and began at or after an epoch second: those of one guest, or
    /// all. Shared as a journal is.
    pub async fn failed_tasks(
        &self,
        node: &str,
        vmid: Option<u32>,
        since: u64,
    ) -> Result<Arc<Vec<TaskEntry>>, ApiProblem> {
        let filter = TaskFilter {
            source: TaskSource::Archive,
            vmid,
            since: Some(since),
            errors: true,
            limit: Some(FAILED_TASKS),
            ..TaskFilter::default()
        };
        let read = self.client.read(read::node_tasks(node, &filter));
        let key = format!("{node}/{vmid:?}");
        self.once(&self.failed_tasks, KEPT, key, read).await
    }

    /// A part of a task's log, asked of the node in its id.
    pub async fn task_log(
        &self,
        upid: &Upid,
        start: u32,
        limit: u32,
    ) -> Result<Arc<StepLog>, ApiProblem> {
        let read = async {
            let asked = read::task_log(upid, start.into(), limit.into());
            self.client.read(asked).await.map(step_log)
        };
        let key = format!("{upid}/{start}/{limit}");
        self.once(&self.task_log, KEPT_PAGES, key, read).await
    }

    /// Running tasks and backup jobs, for somebody who looks.
    pub async fn going_on(&self, now: Timestamp) -> Result<Arc<GoingOn>, ApiProblem> {
        let read = going_on::read(&self.client, now);
        self.once(&self.going_on, KEPT, String::new(), read).await
    }

    /// The same of this very moment, for somebody who starts something.
    pub async fn going_on_now(&self, now: Timestamp) -> Result<GoingOn, ApiProblem> {
        let _open = self.open.acquire().await.map_err(ApiProblem::internal)?;
        Ok(going_on::read(&self.client, now).await?)
    }

    async fn once<T>(
        &self,
        answers: &Shelf<T>,
        most: usize,
        key: String,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<Arc<T>, ApiProblem> {
        let cell = {
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            make_room(&mut answers, most);
            let entry = answers
                .entry(key)
                .or_insert_with(|| (Instant::now(), Cell::default()));
            if entry.0.elapsed() >= SHARED_FOR {
                *entry = (Instant::now(), Cell::default());
            }
            entry.1.clone()
        };
        let answer = cell.get_or_try_init(|| async {
            let _open = self.open.acquire().await.map_err(ApiProblem::internal)?;
            Ok::<_, ApiProblem>(Arc::new(read.await?))
        });
        answer.await.cloned()
    }
}

/// Leaves room for one more: what is old goes, and the oldest of what is not.
fn make_room<T>(answers: &mut HashMap<String, (Instant, Cell<T>)>, most: usize) {
    if answers.len() < most {
        return;
    }
    answers.retain(|_, (at, _)| at.elapsed() < SHARED_FOR);
    while answers.len() >= most {
        let oldest = answers.iter().min_by_key(|(_, (at, _))| *at);
        let Some(key) = oldest.map(|(key, _)| key.clone()) else {
            return;
        };
        answers.remove(&key);
    }
}

/// The newest lines of a journal, without the cursor before the first and after the last.
fn newest(mut lines: Vec<String>) -> Vec<String> {
    let is_cursor = |line: &String| line.starts_with("s=") && line.contains(";i=");
    lines.pop_if(|line| is_cursor(line));
    let cursors = usize::from(lines.first().is_some_and(is_cursor));
    let old = lines.len().saturating_sub(JOURNAL_LINES).max(cursors);
    lines.drain(..old);
    lines
}

fn step_log(page: LogPage) -> StepLog {
    let page = page.of_what_was_written();
    let lines = page.lines.into_iter().filter_map(|line| {
        Some(TaskLine {
            n: u32::try_from(line.n).ok()?,
            text: line.t.chars().take(LONGEST_LINE).collect(),
        })
    });
    StepLog {
        lines: lines.collect(),
        total: u32::try_from(page.total).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_one_more_and_the_oldest_goes_first() {
        let mut answers: HashMap<String, (Instant, Cell<()>)> = HashMap::new();
        let begun = Instant::now();
        for number in 0..3_u64 {
            let at = begun + Duration::from_millis(number);
            answers.insert(number.to_string(), (at, Cell::default()));
        }
        make_room(&mut answers, 3);
        let mut left: Vec<_> = answers.keys().map(String::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["1", "2"]);
        make_room(&mut answers, 3);
        assert_eq!(answers.len(), 2);
    }

    #[test]
    fn a_journal_is_its_newest_lines_and_no_cursor() {
        let cursor = "s=0edac;i=1;b=2".to_owned();
        let journal = |count: usize| {
            let lines = (0..count).map(|number| number.to_string());
            let all = std::iter::once(cursor.clone()).chain(lines);
            newest(all.chain([cursor.clone()]).collect())
        };
        assert_eq!(journal(2), ["0", "1"]);
        assert_eq!(journal(0), [""; 0]);
        let long = journal(JOURNAL_LINES + 3);
        assert_eq!((long.len(), long[0].as_str()), (JOURNAL_LINES, "3"));
        assert_eq!(newest(Vec::new()), [""; 0]);
    }
}
