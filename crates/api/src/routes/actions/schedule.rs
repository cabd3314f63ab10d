//! `/api/actions/{id}/schedule`: a start that is put off.

use axum::Json;
use axum::extract::{Path, State};

use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::proposal::Proposal;
use argus_types::schedule::StartLater;

use crate::extract::{Caller, Checked, IdempotencyKey, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::confirm::Confirm;
use crate::service::within::Within;
use crate::service::{Once, Reply};

/// Starts exactly the plan that the digest names, later: by what holds then, within the time that is given.
#[utoipa::path(post, path = paths::SCHEDULE, tag = "actions", request_body = StartLater,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 202, body = Proposal), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn put_off(
    State(service): State<Confirm>,
    State(within): State<Within>,
    caller: SignedIn<act::Confirm>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<StartLater>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let path = paths::schedule(id);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    let session = caller.session().id;
    service
        .put_off(&once, session, caller.reach(), id, &body.value)
        .await
}

/// Takes back a start that waits; the proposal stays in review.
#[utoipa::path(delete, path = paths::SCHEDULE, tag = "actions",
    params(("id" = uuid::Uuid, Path), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = Proposal), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn take_back(
    State(service): State<Confirm>,
    State(within): State<Within>,
    caller: Caller<act::Cancel>,
    Path(id): Path<String>,
) -> Result<Json<Proposal>, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    Ok(Json(service.take_back(caller.person(), id).await?))
}
