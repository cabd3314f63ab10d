//! What became of a step that Argus could not decide.

use axum::Json;
use axum::extract::{Path, State};

use argus_types::id::ExecutionId;
use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::resolution::{ExecutionEvidence, Resolution, ResolutionInput};

use crate::extract::{Caller, Checked, IdempotencyKey, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::resolve::Resolve;
use crate::service::within::Within;
use crate::service::{Once, Reply};

/// What there is to look at, read for whoever asks. What of it Proxmox does not tell says so.
#[utoipa::path(get, path = paths::EVIDENCE, tag = "executions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ExecutionEvidence), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "It does not need a person")))]
pub async fn evidence(
    State(service): State<Resolve>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Path(id): Path<String>,
) -> Result<Json<ExecutionEvidence>, ApiProblem> {
    let id: ExecutionId = routes::id(&id)?;
    within.require_execution(caller.reach(), id).await?;
    Ok(Json(service.evidence(id).await?))
}

/// Says what became of it, by the evidence that one looked at. Gives back what the execution keeps; destructive steps
/// take an admin and a step-up.
#[utoipa::path(post, path = paths::RESOLUTION, tag = "executions", request_body = ResolutionInput,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = Resolution), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn resolve(
    State(service): State<Resolve>,
    State(within): State<Within>,
    caller: SignedIn<act::Resolve>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<ResolutionInput>,
) -> Result<Reply, ApiProblem> {
    let id: ExecutionId = routes::id(&id)?;
    within.require_execution(caller.reach(), id).await?;
    let path = paths::resolution(id);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    service
        .run(&once, caller.session().id, id, &body.value)
        .await
}
