//! `GET` and `POST /api/actions/{id}/alternatives`.

use axum::Json;
use axum::extract::{Path, State};

use argus_types::alternative::{Alternatives, Selection};
use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::proposal::Proposal;

use crate::extract::{Caller, Checked, IdempotencyKey, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::alternatives::Choose;
use crate::service::within::Within;
use crate::service::{Once, Reply};

/// The ways that people choose from, and what doing nothing leaves.
#[utoipa::path(get, path = paths::ALTERNATIVES, tag = "actions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Alternatives), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn alternatives(
    State(service): State<Choose>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Path(id): Path<String>,
) -> Result<Json<Alternatives>, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    Ok(Json(service.view(id).await?))
}

/// Makes another way the plan under review, whose digest is another one, so that approvals are void; or closes the
/// proposal because nothing is to be done.
#[utoipa::path(post, path = paths::ALTERNATIVES, tag = "actions", request_body = Selection,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = Proposal), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn choose(
    State(service): State<Choose>,
    State(within): State<Within>,
    caller: SignedIn<act::Propose>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<Selection>,
) -> Result<Reply, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let path = paths::alternatives(id);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    service.run(&once, id, &body.value).await
}
