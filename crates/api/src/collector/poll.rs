//! Asking Proxmox, at a pace that does not depend on who is watching.

use std::sync::Arc;
use std::time::{Duration, Instant};

use argus_proxmox::read::{self, Resource};
use argus_proxmox::{ApiErrorKind, Client, Error};
use argus_types::cluster::Cluster;
use argus_types::id::ClusterId;
use argus_types::stream::StreamMessage;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::inventory::Inventory;
use super::view::{self, Slow};
use crate::clock::{SharedClock, SystemClock};
use crate::problem::{ApiProblem, Chain};
use crate::stream::Hub;

/// Between two looks at quorum; a protected call, so not often.
const STATUS_EVERY: Duration = Duration::from_secs(15);
/// Between two looks at release and pools.
const RARE_EVERY: Duration = Duration::from_mins(1);
/// Seconds for which a single look counts as fresh; it is taken at once.
const FRESH_ONCE_S: u64 = 60;

/// Reads one cluster for everybody.
pub struct Collector {
    client: Client,
    inventory: Inventory,
    hub: Hub,
    clock: SharedClock,
    cluster: ClusterId,
    every: Duration,
}

/// When the slower reads were last done.
#[derive(Default)]
struct Pace {
    status: Option<Instant>,
    rare: Option<Instant>,
}

impl Collector {
    /// Reads `cluster` through `client` every so many seconds.
    pub fn new(
        client: Client,
        inventory: Inventory,
        hub: Hub,
        clock: SharedClock,
        cluster: ClusterId,
        every_s: u64,
    ) -> Self {
        Self {
            client,
            inventory,
            hub,
            clock,
            cluster,
            every: Duration::from_secs(every_s),
        }
    }

    /// Reads until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let work = async {
            let mut tick = tokio::time::interval(self.every);
            tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut slow = Slow::default();
            let mut pace = Pace::default();
            let mut failing = false;
            loop {
                tick.tick().await;
                let outcome = self.look(&mut slow, &mut pace).await;
                self.account(&outcome, &mut failing);
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// Reads everything of `cluster` once: for whoever needs its lists, and no process that follows them.
    pub async fn once(client: Client, cluster: ClusterId) -> Result<Arc<Cluster>, ApiProblem> {
        let clock: SharedClock = Arc::new(SystemClock);
        let inventory = Inventory::new(clock.clone(), FRESH_ONCE_S);
        let hub = Hub::default();
        let collector = Self::new(client, inventory.clone(), hub, clock, cluster, 1);
        collector
            .look(&mut Slow::default(), &mut Pace::default())
            .await?;
        inventory.fresh()
    }

    async fn look(&self, slow: &mut Slow, pace: &mut Pace) -> Result<(), Error> {
        let resources = self.client.read(read::cluster_resources()).await?;
        let observed_at = self.clock.now();
        if is_due(&mut pace.status, STATUS_EVERY) {
            self.look_at_status(slow).await;
        }
        if is_due(&mut pace.rare, RARE_EVERY) {
            self.look_at_the_rest(slow).await;
        }
        self.publish(resources, slow.clone(), observed_at).await;
        Ok(())
    }

    async fn look_at_status(&self, slow: &mut Slow) {
        match self.client.read(read::cluster_status()).await {
            Ok(status) => {
                slow.quorate = Some(status.is_quorate());
                slow.name = status.cluster.map(|cluster| cluster.name);
                slow.gaps.remove("status");
            }
            Err(error) => {
                slow.quorate = None;
                let text = if error.api_kind() == Some(ApiErrorKind::Permission) {
                    "Quorum is unknown: cluster status needs Sys.Audit on /. `argus-api doctor` prints the command."
                        .to_owned()
                } else {
                    format!("Quorum is unknown: {error}.")
                };
                slow.gaps.insert("status", text);
            }
        }
    }

    async fn look_at_the_rest(&self, slow: &mut Slow) {
        match self.client.read(read::version()).await {
            Ok(version) => slow.version = Some(version.version),
            Err(error) => tracing::debug!(error = %Chain(&error), "the release cannot be read"),
        }
        match self.client.read(read::pools()).await {
            Ok(pools) => slow.pools = pools,
            Err(error) => tracing::debug!(error = %Chain(&error), "pools cannot be read"),
        }
    }

    /// Serialising and compressing a large inventory takes a moment: not on the runtime's own threads.
    async fn publish(
        &self,
        resources: Vec<Resource>,
        slow: Slow,
        observed_at: argus_types::Timestamp,
    ) {
        let (inventory, id) = (self.inventory.clone(), self.cluster.clone());
        let published = tokio::task::spawn_blocking(move || {
            let cluster = view::cluster(&id, &resources, &slow, observed_at);
            inventory.publish(cluster, observed_at)
        })
        .await;
        match published {
            Ok(Ok(snapshot)) => {
                let etag = snapshot.cluster_body.etag().to_str().unwrap_or_default();
                self.hub.say(StreamMessage::Inventory {
                    cluster: self.cluster.clone(),
                    etag: etag.to_owned(),
                    observed_at,
                    stale: false,
                });
            }
            Ok(Err(error)) => tracing::error!(%error, "the inventory cannot be encoded"),
            Err(error) => tracing::error!(%error, "encoding the inventory failed"),
        }
    }

    /// Says once that Proxmox went away and once that it came back, and tells browsers while it is away.
    fn account(&self, outcome: &Result<(), Error>, failing: &mut bool) {
        let label = if outcome.is_ok() { "ok" } else { "failed" };
        metrics::counter!("argus_collector_reads_total", "outcome" => label).increment(1);
        #[expect(clippy::cast_precision_loss, reason = "an age in seconds is small")]
        if let Some(age) = self.inventory.age_s() {
            metrics::gauge!("argus_inventory_age_seconds").set(age as f64);
        }
        match outcome {
            Ok(()) if *failing => {
                *failing = false;
                tracing::info!(target: "argus::event", kind = "proxmox", "proxmox answers again");
            }
            Ok(()) => {}
            Err(error) => {
                if !*failing {
                    *failing = true;
                    tracing::warn!(target: "argus::event", kind = "proxmox", error = %Chain(error), "proxmox does not answer");
                }
                if let Ok(snapshot) = self.inventory.snapshot() {
                    let etag = snapshot.cluster_body.etag().to_str().unwrap_or_default();
                    self.hub.say(StreamMessage::Inventory {
                        cluster: self.cluster.clone(),
                        etag: etag.to_owned(),
                        observed_at: snapshot.observed_at,
                        stale: self.inventory.is_stale(),
                    });
                }
            }
        }
    }
}

fn is_due(last: &mut Option<Instant>, every: Duration) -> bool {
    if last.is_some_and(|last| last.elapsed() < every) {
        return false;
    }
    *last = Some(Instant::now());
    true
}
