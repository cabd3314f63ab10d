//! Breaking glass, and looking at it afterwards.

use axum::Json;
use axum::extract::{Path, State};

use argus_types::approval::{BreakGlass, BreakGlassReview, BrokenGlass};
use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::proposal::Proposal;

use crate::extract::{Caller, Checked, IdempotencyKey, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::broken_glass::Glass;
use crate::service::confirm::Confirm;
use crate::service::within::Within;
use crate::service::{Once, Reply};

/// Starts exactly the plan that the digest names without the approvals that are missing. Everybody is told, and
/// somebody else must look at it later.
#[utoipa::path(post, path = paths::BREAK_GLASS, tag = "approvals", request_body = BreakGlass,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 202, body = Proposal), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn break_glass(
    State(service): State<Confirm>,
    State(within): State<Within>,
    caller: SignedIn<act::BreakGlass>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<BreakGlass>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let path = paths::break_glass(id);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    let session = caller.session().id;
    service
        .break_glass(&once, session, caller.reach(), id, &body.value)
        .await
}

/// Closes the matter of a broken glass.
#[utoipa::path(post, path = paths::BREAK_GLASS_REVIEW, tag = "approvals", request_body = BreakGlassReview,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = BrokenGlass), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn review_break_glass(
    State(service): State<Glass>,
    State(within): State<Within>,
    caller: SignedIn<act::Approve>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<BreakGlassReview>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let path = paths::break_glass_review(id);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    service.review(&once, id, &body.value).await
}

/// Every time that glass was broken, those that nobody looked at first.
#[utoipa::path(get, path = paths::BROKEN_GLASS, tag = "approvals",
    responses((status = 200, body = Vec<BrokenGlass>), (status = 401, body = Problem)))]
pub async fn broken_glass(
    State(service): State<Glass>,
    caller: Caller<act::Read>,
) -> Result<Json<Vec<BrokenGlass>>, ApiProblem> {
    Ok(Json(service.list(caller.reach()).await?))
}
