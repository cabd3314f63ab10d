//! Reads that nobody needs until somebody looks: series, logs, and what goes on.
//!
//! The same question within a few seconds has one answer, however many people ask it, and only a few
//! questions are open at once: a slow storage or a busy node must not be asked more because people wait.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argus_proxmox::read::{self, ClusterLogEntry, LogPage, RrdPoint, SyslogFilter, Timeframe};
use argus_proxmox::{Client, Error, GuestRef};
use argus_types::Timestamp;
use tokio::sync::{OnceCell, Semaphore};

use super::going_on::{self, GoingOn};
use crate::problem::ApiProblem;

/// For how long an answer serves everybody.
const SHARED_FOR: Duration = Duration::from_secs(5);
/// Questions open at once.
const OPEN: usize = 4;
/// Answers kept at most.
const KEPT: usize = 500;

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
        self.once(&self.series, key, read).await
    }

    /// A guest's series.
    pub async fn guest_series(
        &self,
        guest: &GuestRef,
        timeframe: Timeframe,
    ) -> Result<Arc<Vec<RrdPoint>>, ApiProblem> {
        let key = format!("{}/{}/{}/{timeframe:?}", guest.node, guest.kind, guest.vmid);
        let read = self.client.read(read::guest_rrd(guest, timeframe));
        self.once(&self.series, key, read).await
    }

    /// The newest lines of the cluster log.
    pub async fn cluster_log(&self, max: u64) -> Result<Arc<Vec<ClusterLogEntry>>, ApiProblem> {
        let read = self.client.read(read::cluster_log(max));
        self.once(&self.cluster_log, max.to_string(), read).await
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
        self.once(&self.syslog, format!("{node}/{start}/{limit}"), read)
            .await
    }

    /// Running tasks and backup jobs, for somebody who looks.
    pub async fn going_on(&self, now: Timestamp) -> Result<Arc<GoingOn>, ApiProblem> {
        let read = going_on::read(&self.client, now);
        self.once(&self.going_on, String::new(), read).await
    }

    /// The same of this very moment, for somebody who starts something.
    pub async fn going_on_now(&self, now: Timestamp) -> Result<GoingOn, ApiProblem> {
        let _open = self.open.acquire().await.map_err(ApiProblem::internal)?;
        Ok(going_on::read(&self.client, now).await?)
    }

    async fn once<T>(
        &self,
        answers: &Shelf<T>,
        key: String,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<Arc<T>, ApiProblem> {
        let cell = {
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            if answers.len() >= KEPT {
                answers.retain(|_, (at, _)| at.elapsed() < SHARED_FOR);
            }
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
