//! `/api/executions`: how a confirmed plan is carried out.

mod resolution;
mod undo;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Json, Router, extract::FromRef, routing};
use serde::Deserialize;

use argus_proxmox::Upid;
use argus_store::Store;
use argus_types::execution::{Execution, StepLog};
use argus_types::id::ExecutionId;
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};

use crate::collector::OnDemand;
use crate::extract::{Caller, Parameters, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::propose::Propose;
use crate::service::resolve::Resolve;
use crate::service::within::Within;
use crate::session::Sessions;

pub use resolution::{__path_evidence, __path_resolve, evidence, resolve};
pub use undo::{__path_undo, undo};

/// The routes; the journal's stream is the `stream` module's.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    Store: FromRef<S>,
    Within: FromRef<S>,
    Resolve: FromRef<S>,
    Propose: FromRef<S>,
    OnDemand: FromRef<S>,
{
    Router::new()
        .route(paths::EXECUTION, routing::get(read))
        .route(paths::EVIDENCE, routing::get(evidence))
        .route(paths::RESOLUTION, routing::post(resolve))
        .route(paths::UNDO, routing::post(undo))
        .route(paths::STEP_LOG, routing::get(step_log))
}

/// One execution, folded from its journal.
#[utoipa::path(get, path = paths::EXECUTION, tag = "executions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Execution), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    State(store): State<Store>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Path(id): Path<String>,
) -> Result<Json<Execution>, ApiProblem> {
    let id: ExecutionId = routes::id(&id)?;
    within.require_execution(caller.reach(), id).await?;
    let execution = store.execution(id).await?.ok_or_else(|| {
        ApiProblem::new(ProblemCode::NotFound, "There is no execution with this id.")
    })?;
    Ok(Json(execution))
}

/// Most lines of a log in one answer.
const MOST_LINES: u32 = 500;
/// Lines in one answer where nobody says how many.
const LINES: u32 = 200;

/// Which lines of a log.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// How many to leave out at the start.
    #[serde(default)]
    start: u32,
    /// How many, 1 to 500; 200 where absent.
    limit: Option<u32>,
}

/// What a step's task wrote, a part at a time, as Proxmox has it now. The journal keeps the beginning and the end of a
/// long log; the rest is read here, once within some seconds however many people look.
#[utoipa::path(get, path = paths::STEP_LOG, tag = "executions",
    params(("id" = uuid::Uuid, Path), ("number" = u16, Path), Lines),
    responses((status = 200, body = StepLog), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn step_log(
    State(store): State<Store>,
    State(within): State<Within>,
    State(on_demand): State<OnDemand>,
    caller: Caller<act::Read>,
    Path((id, number)): Path<(String, String)>,
    Parameters(lines): Parameters<Lines>,
) -> Result<Json<StepLog>, ApiProblem> {
    let id: ExecutionId = routes::id(&id)?;
    within.require_execution(caller.reach(), id).await?;
    let missing = |text: &str| ApiProblem::new(ProblemCode::NotFound, text);
    let number: u16 = number
        .parse()
        .map_err(|_| missing("Steps have numbers from 1 on."))?;
    let upid = store.step_task(id, number).await?.ok_or_else(|| {
        missing(
            "This step has no task in Proxmox, so there is no log; the journal says what it did.",
        )
    })?;
    let upid: Upid = upid.parse().map_err(ApiProblem::internal)?;
    let limit = lines.limit.unwrap_or(LINES).clamp(1, MOST_LINES);
    match on_demand.task_log(&upid, lines.start, limit).await {
        Ok(log) => Ok(Json(StepLog::clone(&log))),
        Err(problem) if problem.code() == ProblemCode::NotFound => Err(missing(
            "Proxmox does not have this task's log any more. The journal keeps its beginning and its end.",
        )),
        Err(problem) => Err(problem),
    }
}
