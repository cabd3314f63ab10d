//! Approvals: where a proposal stands, and one person's word on it.

use axum::Json;
use axum::extract::{Path, State};

use argus_types::approval::{Approvals, Decision};
use argus_types::paths;
use argus_types::problem::Problem;

use crate::extract::{Caller, Checked, IdempotencyKey, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::approve::Approve;
use crate::service::within::Within;
use crate::service::{Once, Reply};

/// Who decided what on a plan, what is missing, and what the caller may do about it.
#[utoipa::path(get, path = paths::APPROVALS, tag = "approvals", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Approvals), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn approvals(
    State(service): State<Approve>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Path(id): Path<String>,
) -> Result<Json<Approvals>, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let is_script = caller.token().is_some();
    let view = service.view(id, caller.person().id, is_script).await?;
    Ok(Json(view))
}

/// Approves or rejects exactly the plan that the digest names. An approval needs a step-up, a rejection a comment.
#[utoipa::path(post, path = paths::APPROVALS, tag = "approvals", request_body = Decision,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = Approvals), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn decide(
    State(service): State<Approve>,
    State(within): State<Within>,
    caller: SignedIn<act::Approve>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<Decision>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let once = Once::new(
        caller.person(),
        key,
        &paths::approvals(id),
        body.fingerprint,
    );
    service
        .decide(&once, caller.session().id, id, &body.value)
        .await
}
