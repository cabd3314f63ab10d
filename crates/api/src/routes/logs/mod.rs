//! `/api/logs`: the cluster log, and each node's system log.

use std::sync::Arc;

use axum::extract::State;
use axum::{Json, Router, extract::FromRef, routing};
use serde::Deserialize;

use argus_proxmox::read::ClusterLogEntry;
use argus_types::Timestamp;
use argus_types::id::NodeName;
use argus_types::logs::{LogLine, LogSource};
use argus_types::page::Page;
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};

use crate::collector::{Inventory, OnDemand};
use crate::extract::{Caller, Parameters, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::within::Within;
use crate::session::Sessions;

/// Lines of the cluster log that Proxmox is asked for; pages are cut out of them.
const CLUSTER_LOG_LINES: u64 = 500;

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    Inventory: FromRef<S>,
    OnDemand: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new().route(paths::LOGS, routing::get(list))
}

/// Which lines.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// `cluster` or `syslog`.
    source: LogSource,
    /// The node, for `syslog`.
    node: Option<NodeName>,
    /// From the page before.
    cursor: Option<String>,
    /// Lines a page, 1 to 200; 50 where absent.
    limit: Option<u32>,
}

/// Log lines: the cluster's youngest first, a node's oldest first.
#[utoipa::path(get, path = paths::LOGS, tag = "cluster", params(Wanted),
    responses((status = 200, body = Page<LogLine>), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn list(
    State(inventory): State<Inventory>,
    State(on_demand): State<OnDemand>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Page<LogLine>>, ApiProblem> {
    within.require_cluster(caller.reach(), &inventory.snapshot()?.cluster.id)?;
    let limit = u64::from(routes::page_size(wanted.limit));
    let start = match &wanted.cursor {
        None => 0,
        Some(text) => text.parse::<u64>().map_err(|_| {
            ApiProblem::new(
                ProblemCode::BadParameter,
                "`cursor` must be the `next_cursor` of the page before.",
            )
        })?,
    };
    let (items, total) = match (wanted.source, wanted.node) {
        (LogSource::Cluster, None) => {
            let lines = on_demand.cluster_log(CLUSTER_LOG_LINES).await?;
            let page = lines
                .iter()
                .skip(usize::try_from(start).unwrap_or(usize::MAX))
                .take(usize::try_from(limit).unwrap_or(usize::MAX));
            (page.map(cluster_line).collect(), lines.len() as u64)
        }
        (LogSource::Syslog, Some(node)) => {
            let known = inventory.snapshot()?;
            if !known.cluster.nodes.iter().any(|one| one.name == node) {
                return Err(ApiProblem::new(
                    ProblemCode::NotFound,
                    format!("There is no node {node} in this cluster."),
                ));
            }
            let page = on_demand.syslog(node.as_str(), start, limit).await?;
            let lines: Vec<LogLine> = page
                .lines
                .iter()
                .map(|line| node_line(&node, &line.t))
                .collect();
            (lines, page.total)
        }
        (LogSource::Cluster, Some(_)) => {
            return Err(ApiProblem::new(
                ProblemCode::BadParameter,
                "`node` goes with `source=syslog` only.",
            ));
        }
        (LogSource::Syslog, None) => {
            return Err(ApiProblem::new(
                ProblemCode::BadParameter,
                "`source=syslog` needs `node`.",
            ));
        }
    };
    let next = start.saturating_add(items.len() as u64);
    let more = next < total && !items.is_empty();
    Ok(Json(Page {
        items,
        next_cursor: more.then(|| next.to_string()),
    }))
}

fn cluster_line(entry: &ClusterLogEntry) -> LogLine {
    LogLine {
        at: i64::try_from(entry.time)
            .ok()
            .and_then(Timestamp::from_unix),
        node: entry.node.clone(),
        user: entry.user.clone(),
        program: entry.tag.clone(),
        severity: entry.pri.and_then(|pri| u8::try_from(pri).ok()),
        text: entry.msg.clone().unwrap_or_default(),
    }
}

/// A line of the system log carries its time without year or zone: it stays in the text.
fn node_line(node: &NodeName, text: &str) -> LogLine {
    LogLine {
        at: None,
        node: Some(node.to_string()),
        user: None,
        program: None,
        severity: None,
        text: text.to_owned(),
    }
}
