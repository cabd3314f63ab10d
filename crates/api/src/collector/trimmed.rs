//! The snapshot as somebody sees it whose role does not reach everywhere. One body a reach and snapshot: people with
//! the same scope share it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use argus_types::cluster::Cluster;
use http::HeaderValue;

use super::encoded::Encoded;
use super::inventory::Snapshot;
use crate::problem::ApiProblem;
use crate::session::Reach;

/// Different reaches whose bodies are kept; beyond that all are made anew.
const MAX_KEPT: usize = 64;

/// Bodies by reach, each with the entity tag of the snapshot that it was made from. Cheap to clone.
#[derive(Clone, Default)]
pub struct Trimmed {
    bodies: Arc<Mutex<HashMap<Reach, (HeaderValue, Encoded)>>>,
}

impl Trimmed {
    /// The body of `GET /api/cluster` for this reach.
    pub async fn body(
        &self,
        snapshot: &Arc<Snapshot>,
        reach: &Reach,
    ) -> Result<Encoded, ApiProblem> {
        let whole = snapshot.cluster_body.etag();
        if let Some((from, body)) = self.lock().get(reach)
            && from == whole
        {
            return Ok(body.clone());
        }
        let (of, by) = (snapshot.clone(), reach.clone());
        let body = tokio::task::spawn_blocking(move || Encoded::new(&trim(&of.cluster, &by)))
            .await
            .map_err(ApiProblem::internal)?
            .map_err(ApiProblem::internal)?;
        let mut bodies = self.lock();
        if bodies.len() >= MAX_KEPT {
            bodies.clear();
        }
        bodies.insert(reach.clone(), (whole.clone(), body.clone()));
        Ok(body)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Reach, (HeaderValue, Encoded)>> {
        self.bodies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `reach` covers of the cluster: its guests, and the names of nodes and storages, where the role reaches it at
/// all. What is left out is said.
fn trim(cluster: &Cluster, reach: &Reach) -> Cluster {
    let mut seen = cluster.clone();
    seen.guests
        .retain(|guest| reach.covers(&cluster.id, guest.pool.as_deref(), &guest.tags));
    if !reach.reaches(&cluster.id) {
        seen.nodes.clear();
        seen.storages.clear();
        seen.gaps.clear();
    }
    seen.pools
        .retain(|pool| reach.covers(&cluster.id, Some(pool), &[]));
    let hidden = cluster.guests.len() - seen.guests.len();
    if hidden > 0 {
        seen.gaps.push(format!(
            "Your role does not reach {hidden} of the {} guests here; they are not shown.",
            cluster.guests.len()
        ));
    }
    seen
}
