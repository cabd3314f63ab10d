//! `/api/cluster`, `/api/proxmox/nodes`: the inventory snapshot, from memory.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::{Router, extract::FromRef, routing};
use http::{HeaderMap, HeaderValue};

use argus_types::cluster::{Cluster, Nodes, OBSERVED_AT_HEADER, STALE_HEADER};
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};

use crate::collector::{Inventory, Snapshot, Trimmed};
use crate::extract::{Caller, act};
use crate::problem::ApiProblem;
use crate::session::Sessions;

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    Inventory: FromRef<S>,
    Trimmed: FromRef<S>,
{
    Router::new()
        .route(paths::CLUSTER, routing::get(cluster))
        .route(paths::NODES, routing::get(nodes))
}

/// The cluster as it was last seen, as far as the caller's role reaches; stale data is given and marked.
#[utoipa::path(get, path = paths::CLUSTER, tag = "cluster",
    responses((status = 200, body = Cluster), (status = 304), (status = 401, body = Problem), (status = 503, body = Problem)))]
pub async fn cluster(
    State(inventory): State<Inventory>,
    State(trimmed): State<Trimmed>,
    caller: Caller<act::Read>,
    headers: HeaderMap,
) -> Result<Response, ApiProblem> {
    let snapshot = inventory.snapshot()?;
    if caller.reach().covers_cluster(&snapshot.cluster.id) {
        return Ok(whole(&inventory, &snapshot, &headers));
    }
    // In a box of its own, as most people see all of it.
    let body = Box::pin(trimmed.body(&snapshot, caller.reach())).await?;
    Ok(with_age(body.respond(&headers), &snapshot, &inventory))
}

/// The answer to whoever sees all of it.
pub fn whole(inventory: &Inventory, snapshot: &Snapshot, headers: &HeaderMap) -> Response {
    with_age(snapshot.cluster_body.respond(headers), snapshot, inventory)
}

/// The nodes as they were last seen.
#[utoipa::path(get, path = paths::NODES, tag = "cluster",
    responses((status = 200, body = Nodes), (status = 304), (status = 401, body = Problem), (status = 503, body = Problem)))]
pub async fn nodes(
    State(inventory): State<Inventory>,
    caller: Caller<act::Read>,
    headers: HeaderMap,
) -> Result<Response, ApiProblem> {
    let snapshot = inventory.snapshot()?;
    if !caller.reach().reaches(&snapshot.cluster.id) {
        return Err(ApiProblem::new(
            ProblemCode::OutOfScope,
            "Your role does not reach this cluster.",
        ));
    }
    Ok(with_age(
        snapshot.nodes_body.respond(&headers),
        &snapshot,
        &inventory,
    ))
}

fn with_age(mut response: Response, snapshot: &Snapshot, inventory: &Inventory) -> Response {
    let headers = response.headers_mut();
    headers.insert(OBSERVED_AT_HEADER, snapshot.observed_at_header.clone());
    let stale = if inventory.is_stale() {
        "true"
    } else {
        "false"
    };
    headers.insert(STALE_HEADER, HeaderValue::from_static(stale));
    response
}
