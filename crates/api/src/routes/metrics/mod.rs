//! `/api/metrics`: series of one node or guest.

use std::sync::Arc;

use axum::extract::State;
use axum::{Json, Router, extract::FromRef, routing};
use serde::Deserialize;

use argus_executor::sight;
use argus_proxmox::read::RrdPoint;
use argus_types::Timestamp;
use argus_types::id::{GuestKey, GuestKind, NodeName, Vmid};
use argus_types::metrics::{MetricPoint, MetricSeries, Timeframe};
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};

use crate::collector::{Inventory, OnDemand};
use crate::extract::{Caller, Parameters, act};
use crate::problem::ApiProblem;
use crate::service::within::Within;
use crate::session::Sessions;

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    Inventory: FromRef<S>,
    OnDemand: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new().route(paths::METRICS, routing::get(read))
}

/// What to read: a node, or a guest by kind and vmid.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// A node's name.
    node: Option<NodeName>,
    /// A guest's kind.
    kind: Option<GuestKind>,
    /// A guest's vmid.
    vmid: Option<Vmid>,
    /// How far back; the last hour where absent.
    #[serde(default)]
    timeframe: Timeframe,
}

/// Series of one node or guest.
#[utoipa::path(get, path = paths::METRICS, tag = "cluster", params(Subject),
    responses((status = 200, body = MetricSeries), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn read(
    State(inventory): State<Inventory>,
    State(on_demand): State<OnDemand>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Parameters(subject): Parameters<Subject>,
) -> Result<Json<MetricSeries>, ApiProblem> {
    let timeframe = proxmox_timeframe(subject.timeframe);
    let cluster = inventory.snapshot()?.cluster.clone();
    let (name, points) = match (subject.node, subject.kind, subject.vmid) {
        (Some(node), None, None) => {
            within.require_cluster(caller.reach(), &cluster.id)?;
            if !cluster.nodes.iter().any(|known| known.name == node) {
                return Err(ApiProblem::new(
                    ProblemCode::NotFound,
                    format!("There is no node {node} in this cluster."),
                ));
            }
            let points = on_demand.node_series(node.as_str(), timeframe).await?;
            (format!("node/{node}"), points)
        }
        (None, Some(kind), Some(vmid)) => {
            let key = GuestKey { kind, vmid };
            let guest = cluster
                .guests
                .iter()
                .find(|guest| guest.kind == kind && guest.vmid == vmid)
                .filter(|_| within.covers(caller.reach(), &cluster.id, [key]))
                .ok_or_else(|| {
                    ApiProblem::new(
                        ProblemCode::NotFound,
                        format!("There is no {key} in this cluster."),
                    )
                })?;
            let points = on_demand
                .guest_series(&sight::reference(key, &guest.node), timeframe)
                .await?;
            (key.to_string(), points)
        }
        _ => {
            return Err(ApiProblem::new(
                ProblemCode::BadParameter,
                "Ask for `node`, or for `kind` and `vmid`.",
            ));
        }
    };
    Ok(Json(MetricSeries {
        subject: name,
        timeframe: subject.timeframe,
        points: points.iter().filter_map(point).collect(),
    }))
}

fn proxmox_timeframe(timeframe: Timeframe) -> argus_proxmox::read::Timeframe {
    use argus_proxmox::read::Timeframe as Proxmox;
    match timeframe {
        Timeframe::Hour => Proxmox::Hour,
        Timeframe::Day => Proxmox::Day,
        Timeframe::Week => Proxmox::Week,
        Timeframe::Month => Proxmox::Month,
        Timeframe::Year => Proxmox::Year,
    }
}

/// Nodes and guests, and releases among themselves, call the same thing differently.
fn point(point: &RrdPoint) -> Option<MetricPoint> {
    let value = |keys: &[&str]| keys.iter().find_map(|key| point.values.get(*key).copied());
    Some(MetricPoint {
        at: Timestamp::from_unix(i64::try_from(point.time).ok()?)?,
        cpu: value(&["cpu"]),
        memory: value(&["mem", "memused"]),
        memory_total: value(&["maxmem", "memtotal"]),
        net_in: value(&["netin"]),
        net_out: value(&["netout"]),
        disk_read: value(&["diskread"]),
        disk_write: value(&["diskwrite"]),
    })
}
