//! `GET /api/actions/{id}/drift`.

use axum::Json;
use axum::extract::{Path, State};

use argus_types::paths;
use argus_types::plan_drift::PlanDrift;
use argus_types::problem::Problem;

use crate::extract::{SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::drift::DriftReader;
use crate::service::within::Within;

/// Whether the cluster still is as the plan relies on. Proxmox is read for it, so it is for people who may confirm:
/// whoever only looks costs Proxmox nothing.
#[utoipa::path(get, path = paths::DRIFT, tag = "actions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PlanDrift), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "It is not in review"),
        (status = 503, body = Problem, description = "The cluster cannot be read")))]
pub async fn drift(
    State(reader): State<DriftReader>,
    State(within): State<Within>,
    caller: SignedIn<act::Confirm>,
    Path(id): Path<String>,
) -> Result<Json<PlanDrift>, ApiProblem> {
    let id = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    Ok(Json(reader.read(id).await?))
}
