//! `/api/drafting`: who drafts, how language models do, and how a proposal's draft came about.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Json, Router, extract::FromRef, routing};
use http::StatusCode;

use argus_types::drafting::{DraftRecord, DraftingStatus, ProviderTest, Providers, Scorecard};
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};

use crate::extract::{Caller, SignedIn, act};
use crate::problem::ApiProblem;
use crate::service::models::Models;
use crate::service::within::Within;
use crate::session::Sessions;

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    Models: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new()
        .route(paths::DRAFTING, routing::get(status))
        .route(paths::DRAFTING_CURRENT, routing::delete(stop))
        .route(paths::DRAFTING_PROVIDERS, routing::get(providers))
        .route(paths::DRAFTING_PROVIDER_TEST, routing::post(test))
        .route(paths::DRAFTING_SCORECARD, routing::get(scorecard))
        .route(paths::ACTION_DRAFTING, routing::get(record))
}

/// Who drafts, and what the caller may still spend today.
#[utoipa::path(get, path = paths::DRAFTING, tag = "drafting",
    responses((status = 200, body = DraftingStatus), (status = 401, body = Problem)))]
pub async fn status(
    State(models): State<Models>,
    caller: Caller<act::Read>,
) -> Result<Json<DraftingStatus>, ApiProblem> {
    Ok(Json(models.status(caller.person()).await?))
}

/// Stops the caller's own draft that a language model is asked for: the connection to it is closed within two seconds,
/// and whoever waits for the draft reads `draft_stopped`.
#[utoipa::path(delete, path = paths::DRAFTING_CURRENT, tag = "drafting",
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem, description = "Nothing is under way")))]
pub async fn stop(
    State(models): State<Models>,
    caller: Caller<act::Propose>,
) -> Result<StatusCode, ApiProblem> {
    if models.stop_draft(caller.person()).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiProblem::new(
        ProblemCode::NotFound,
        "No draft of yours is under way.",
    ))
}

/// How language models are set up, but for their keys, and how they do.
#[utoipa::path(get, path = paths::DRAFTING_PROVIDERS, tag = "drafting",
    responses((status = 200, body = Providers), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn providers(
    State(models): State<Models>,
    State(within): State<Within>,
    caller: SignedIn<act::ManageModels>,
) -> Result<Json<Providers>, ApiProblem> {
    within.require_everything(caller.reach())?;
    Ok(Json(models.providers().await?))
}

/// Asks one language model a question that has nothing to do with the cluster, and says what that showed.
#[utoipa::path(post, path = paths::DRAFTING_PROVIDER_TEST, tag = "drafting",
    params(("name" = String, Path), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = ProviderTest), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn test(
    State(models): State<Models>,
    State(within): State<Within>,
    caller: SignedIn<act::ManageModels>,
    Path(name): Path<String>,
) -> Result<Json<ProviderTest>, ApiProblem> {
    models.require_provider(&name)?;
    within.require_everything(caller.reach())?;
    Ok(Json(models.test(caller.person(), &name).await?))
}

/// What became of the drafts of the last 30 days, by who made them.
#[utoipa::path(get, path = paths::DRAFTING_SCORECARD, tag = "drafting",
    responses((status = 200, body = Scorecard), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn scorecard(
    State(models): State<Models>,
    State(within): State<Within>,
    caller: SignedIn<act::ManageModels>,
) -> Result<Json<Scorecard>, ApiProblem> {
    within.require_everything(caller.reach())?;
    Ok(Json(models.scorecard().await?))
}

/// How the draft of a proposal came about: where each parameter comes from, and to the byte what was sent to language
/// models and what came back. What placeholders stand for is kept nowhere.
#[utoipa::path(get, path = paths::ACTION_DRAFTING, tag = "drafting", params(("id" = String, Path)),
    responses((status = 200, body = DraftRecord), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn record(
    State(models): State<Models>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Path(id): Path<String>,
) -> Result<Json<DraftRecord>, ApiProblem> {
    let id = super::id(&id)?;
    Ok(Json(models.record(&within, caller.reach(), id).await?))
}
