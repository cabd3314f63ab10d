//! The snapshot that everybody reads.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use argus_types::Timestamp;
use argus_types::cluster::{Cluster, Nodes};
use argus_types::problem::ProblemCode;
use http::HeaderValue;

use super::encoded::Encoded;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;

/// What is known of the cluster. Cheap to clone; all clones see the same.
#[derive(Clone)]
pub struct Inventory {
    shared: Arc<Shared>,
}

struct Shared {
    current: ArcSwapOption<Snapshot>,
    clock: SharedClock,
    stale_after_s: i64,
}

/// What Argus saw of the cluster at one time.
pub struct Snapshot {
    /// As data.
    pub cluster: Arc<Cluster>,
    /// As the body of `GET /api/cluster`.
    pub cluster_body: Encoded,
    /// As the body of `GET /api/proxmox/nodes`.
    pub nodes_body: Encoded,
    /// When Proxmox last answered.
    pub observed_at: Timestamp,
    /// The same, ready for a header.
    pub observed_at_header: HeaderValue,
}

impl Inventory {
    /// Knows nothing yet; what it will know is stale after so many seconds.
    pub fn new(clock: SharedClock, stale_after_s: u64) -> Self {
        Self {
            shared: Arc::new(Shared {
                current: ArcSwapOption::empty(),
                clock,
                stale_after_s: i64::try_from(stale_after_s).unwrap_or(i64::MAX),
            }),
        }
    }

    /// The last snapshot, however old; a problem where there never was one.
    pub fn snapshot(&self) -> Result<Arc<Snapshot>, ApiProblem> {
        self.shared.current.load_full().ok_or_else(|| {
            ApiProblem::new(
                ProblemCode::ProxmoxUnreachable,
                "Argus has not heard from Proxmox since it started. Run `argus-api doctor` on the server to see why.",
            )
        })
    }

    /// The cluster, fresh enough to act on.
    pub fn fresh(&self) -> Result<Arc<Cluster>, ApiProblem> {
        let snapshot = self.snapshot()?;
        if self.is_stale() {
            return Err(ApiProblem::new(
                ProblemCode::InventoryStale,
                format!(
                    "Proxmox last answered at {}. Nothing is planned or confirmed on data this old.",
                    snapshot.observed_at
                ),
            ));
        }
        Ok(snapshot.cluster.clone())
    }

    /// Whether there is nothing, or nothing fresh enough.
    pub fn is_stale(&self) -> bool {
        self.age_s()
            .is_none_or(|age| age > self.shared.stale_after_s)
    }

    /// Seconds since Proxmox last answered.
    pub fn age_s(&self) -> Option<i64> {
        let snapshot = self.shared.current.load();
        let observed = snapshot.as_ref()?.observed_at;
        Some((self.shared.clock.now().unix_millis() - observed.unix_millis()) / 1000)
    }

    /// Publishes what Proxmox answered at `observed_at`. Bodies are made anew only where something changed.
    /// Takes milliseconds of processor time for a large cluster.
    pub fn publish(
        &self,
        mut cluster: Cluster,
        observed_at: Timestamp,
    ) -> std::io::Result<Arc<Snapshot>> {
        let before = self.shared.current.load_full();
        if let Some(before) = &before {
            cluster.changed_at = before.cluster.changed_at;
        }
        let header =
            HeaderValue::from_str(&observed_at.to_string()).map_err(std::io::Error::other)?;
        let snapshot = match before {
            Some(before) if *before.cluster == cluster => Snapshot {
                cluster: before.cluster.clone(),
                cluster_body: before.cluster_body.clone(),
                nodes_body: before.nodes_body.clone(),
                observed_at,
                observed_at_header: header,
            },
            _ => {
                cluster.changed_at = observed_at;
                let nodes = Nodes {
                    cluster: cluster.id.clone(),
                    nodes: cluster.nodes.clone(),
                };
                Snapshot {
                    cluster_body: Encoded::new(&cluster)?,
                    nodes_body: Encoded::new(&nodes)?,
                    cluster: Arc::new(cluster),
                    observed_at,
                    observed_at_header: header,
                }
            }
        };
        let snapshot = Arc::new(snapshot);
        self.shared.current.store(Some(snapshot.clone()));
        Ok(snapshot)
    }
}
