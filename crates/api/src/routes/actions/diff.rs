//! `GET /api/actions/{id}/diff`.

use axum::Json;
use axum::extract::{Path, State};

use argus_store::Store;
use argus_types::paths;
use argus_types::plan_diff::PlanDiff;
use argus_types::problem::Problem;

use crate::clock::SharedClock;
use crate::extract::{Caller, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::succession;
use crate::service::within::Within;

/// What a proposal does otherwise than the one that it came in place of.
#[utoipa::path(get, path = paths::DIFF, tag = "actions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PlanDiff), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "It came in place of none")))]
pub async fn diff(
    State(store): State<Store>,
    State(clock): State<SharedClock>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Path(id): Path<String>,
) -> Result<Json<PlanDiff>, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let (proposal, before) = succession::pair(&store, id, clock.now()).await?;
    within.require_proposal(caller.reach(), before).await?;
    Ok(Json(succession::diff(&store, before, &proposal).await?))
}
