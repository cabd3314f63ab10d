//! Approvals: where a proposal stands, and one person's word on it, which they may take back.

use axum::Json;
use axum::extract::{Path, State};

use argus_ledger::approval::Export;
use argus_types::approval::{Approvals, ChangesRequest, Decision, Revocation};
use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::proposal::Proposal;

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

/// The present plan with its signed approvals, for `argusctl approvals verify`.
#[utoipa::path(get, path = paths::APPROVALS_EXPORT, tag = "approvals", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Export), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn export(
    State(service): State<Approve>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Path(id): Path<String>,
) -> Result<Json<Export>, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    Ok(Json(service.export(id).await?))
}

/// Takes the caller's approval back while the proposal is in review. They may approve it again.
#[utoipa::path(post, path = paths::APPROVALS_REVOKE, tag = "approvals", request_body = Revocation,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = Approvals), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn revoke(
    State(service): State<Approve>,
    State(within): State<Within>,
    caller: SignedIn<act::Approve>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<Revocation>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let path = paths::approvals_revoke(id);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    service.revoke(&once, id, &body.value).await
}

/// Asks for another plan: the proposal is over, and its author may make one that comes in its place.
#[utoipa::path(post, path = paths::CHANGES, tag = "approvals", request_body = ChangesRequest,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = Proposal), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn request_changes(
    State(service): State<Approve>,
    State(within): State<Within>,
    caller: SignedIn<act::Confirm>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<ChangesRequest>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let once = Once::new(caller.person(), key, &paths::changes(id), body.fingerprint);
    service.request_changes(&once, id, &body.value).await
}
