//! `GET /api/actions/{id}/collisions`.

use axum::Json;
use axum::extract::{Path, State};

use argus_types::collision::Collisions;
use argus_types::paths;
use argus_types::problem::Problem;

use crate::extract::{Caller, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::collisions::Collide;
use crate::service::within::Within;

/// What the plan in review would meet if it started now.
#[utoipa::path(get, path = paths::COLLISIONS, tag = "actions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Collisions), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "It is not in review"),
        (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn collisions(
    State(service): State<Collide>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Path(id): Path<String>,
) -> Result<Json<Collisions>, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    Ok(Json(service.view(caller.reach(), id).await?))
}
