//! `/api/executions`: how a confirmed plan is carried out.

mod resolution;
mod undo;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Json, Router, extract::FromRef, routing};

use argus_store::Store;
use argus_types::execution::Execution;
use argus_types::id::ExecutionId;
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};

use crate::extract::{Caller, act};
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
{
    Router::new()
        .route(paths::EXECUTION, routing::get(read))
        .route(paths::EVIDENCE, routing::get(evidence))
        .route(paths::RESOLUTION, routing::post(resolve))
        .route(paths::UNDO, routing::post(undo))
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
