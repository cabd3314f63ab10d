//! Decisions on one proposal: confirm, plan again with snapshots, cancel.

use axum::extract::{Path, State};

use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::proposal::{Cancellation, Confirmation, Proposal, SnapshotFirst};

use crate::extract::{Caller, Checked, IdempotencyKey, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::cancel::Cancel;
use crate::service::confirm::Confirm;
use crate::service::snapshots::AddSnapshots;
use crate::service::within::Within;
use crate::service::{Once, Reply};

/// Starts exactly the plan that the digest names, now.
#[utoipa::path(post, path = paths::CONFIRM, tag = "actions", request_body = Confirmation,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 202, body = Proposal), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn confirm(
    State(service): State<Confirm>,
    State(within): State<Within>,
    caller: SignedIn<act::Confirm>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<Confirmation>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let once = Once::new(caller.person(), key, &paths::confirm(id), body.fingerprint);
    let session = caller.session().id;
    service
        .run(&once, session, caller.reach(), id, &body.value)
        .await
}

/// Plans again with a snapshot before each guest's first outage or move; the digest changes.
#[utoipa::path(post, path = paths::SNAPSHOTS, tag = "actions", request_body = SnapshotFirst,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = Proposal), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn snapshots(
    State(service): State<AddSnapshots>,
    State(within): State<Within>,
    caller: Caller<act::Propose>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<SnapshotFirst>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let once = Once::new(
        caller.person(),
        key,
        &paths::snapshots(id),
        body.fingerprint,
    );
    service.run(&once, id, &body.value).await
}

/// Takes a proposal back, or stops its execution before the next step.
#[utoipa::path(post, path = paths::CANCEL, tag = "actions", request_body = Cancellation,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = Proposal), (status = 202, body = Proposal), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn cancel(
    State(service): State<Cancel>,
    State(within): State<Within>,
    caller: Caller<act::Cancel>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<Cancellation>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let once = Once::new(caller.person(), key, &paths::cancel(id), body.fingerprint);
    service.run(&once, id, &body.value).await
}
