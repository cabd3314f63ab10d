//! `/api/emergency-stop`: no further step of any execution.

use std::sync::Arc;

use axum::extract::State;
use axum::{Json, Router, extract::FromRef, routing};

use argus_types::emergency::{
    DrillInput, DrillOutcome, EmergencyStop, EmergencyStopInput, EmergencyStopRelease,
};
use argus_types::paths;
use argus_types::problem::Problem;

use crate::extract::{Caller, Checked, IdempotencyKey, SignedIn, act};
use crate::problem::ApiProblem;
use crate::service::emergency_stop::StopAll;
use crate::service::within::Within;
use crate::service::{Once, Reply};
use crate::session::Sessions;

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    StopAll: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new()
        .route(paths::EMERGENCY_STOP, routing::get(read).post(set))
        .route(paths::EMERGENCY_STOP_RELEASE, routing::post(release))
        .route(
            paths::EMERGENCY_STOP_DRILL,
            routing::post(begin_drill).delete(end_drill),
        )
}

/// Whether it is set, by whom, and what still runs.
#[utoipa::path(get, path = paths::EMERGENCY_STOP, tag = "emergency stop",
    responses((status = 200, body = EmergencyStop), (status = 401, body = Problem)))]
pub async fn read(
    State(service): State<StopAll>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
) -> Result<Json<EmergencyStop>, ApiProblem> {
    Ok(Json(service.view_within(&within, caller.reach()).await?))
}

/// Sets it: from the answer on no further step is sent.
#[utoipa::path(post, path = paths::EMERGENCY_STOP, tag = "emergency stop", request_body = EmergencyStopInput,
    params(("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = EmergencyStop), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn set(
    State(service): State<StopAll>,
    caller: Caller<act::EmergencyStop>,
    key: IdempotencyKey,
    body: Checked<EmergencyStopInput>,
) -> Result<Reply, ApiProblem> {
    let once = Once::new(
        caller.person(),
        key,
        paths::EMERGENCY_STOP,
        body.fingerprint,
    );
    service.set(&once, &body.value).await
}

/// One of the two people whom its release takes, one of them an admin with a step-up. What was stopped stays stopped.
#[utoipa::path(post, path = paths::EMERGENCY_STOP_RELEASE, tag = "emergency stop", request_body = EmergencyStopRelease,
    params(("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = EmergencyStop), (status = 202, body = EmergencyStop),
        (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn release(
    State(service): State<StopAll>,
    caller: SignedIn<act::ReleaseEmergencyStop>,
    key: IdempotencyKey,
    body: Checked<EmergencyStopRelease>,
) -> Result<Reply, ApiProblem> {
    let once = Once::new(
        caller.person(),
        key,
        paths::EMERGENCY_STOP_RELEASE,
        body.fingerprint,
    );
    service
        .release(&once, caller.session().id, &body.value)
        .await
}

/// Begins a drill: no step is sent, on any replica, until its time is over or somebody ends it; then everything goes on.
#[utoipa::path(post, path = paths::EMERGENCY_STOP_DRILL, tag = "emergency stop", request_body = DrillInput,
    params(("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = EmergencyStop), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem)))]
pub async fn begin_drill(
    State(service): State<StopAll>,
    caller: SignedIn<act::EmergencyStop>,
    key: IdempotencyKey,
    body: Checked<DrillInput>,
) -> Result<Reply, ApiProblem> {
    let path = paths::EMERGENCY_STOP_DRILL;
    let once = Once::new(caller.person(), key, path, body.fingerprint);
    service.begin_drill(&once, &body.value).await
}

/// Ends the drill now, and says what was seen.
#[utoipa::path(delete, path = paths::EMERGENCY_STOP_DRILL, tag = "emergency stop",
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = DrillOutcome), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem)))]
pub async fn end_drill(
    State(service): State<StopAll>,
    caller: SignedIn<act::EmergencyStop>,
) -> Result<Json<DrillOutcome>, ApiProblem> {
    Ok(Json(service.end_drill(caller.person()).await?))
}
