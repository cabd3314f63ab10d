//! Reads that nobody needs until somebody looks: series, logs, and what goes on.
//!
//! The same question within a few seconds has one answer, however many people ask it, and only a few
//! questions are open at once: a slow storage or a busy node must not be asked more because people wait.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argus_proxmox::read::{self, ClusterLogEntry, LogPage, RrdPoint, SyslogFilter, Timeframe};
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
    task_log: Shelf<StepLog>,
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
            task_log: Shelf::default(),
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
}
