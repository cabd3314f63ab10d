//! Deciding on programs that ask for an API token.

use argus_types::account::{DeviceCode, DeviceDecision, DeviceRequest};
use argus_types::paths;
use argus_types::problem::Problem;
use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::extract::{Checked, SignedIn, act};
use crate::problem::ApiProblem;
use crate::service::devices::Devices;

/// What waits under a code.
#[utoipa::path(post, path = paths::DEVICE_LOOK, tag = "account", request_body = DeviceCode,
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = DeviceRequest), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn look(
    State(devices): State<Devices>,
    caller: SignedIn<act::ManageOwn>,
    body: Checked<DeviceCode>,
) -> Result<Json<DeviceRequest>, ApiProblem> {
    let request = devices
        .look(caller.session(), &body.value.user_code)
        .await?;
    Ok(Json(request))
}

/// Allows the program a token, or refuses it one. The token is good for its person's reads and proposals, at most.
#[utoipa::path(post, path = paths::DEVICE_DECIDE, tag = "account", request_body = DeviceDecision,
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn decide(
    State(devices): State<Devices>,
    caller: SignedIn<act::ManageOwn>,
    body: Checked<DeviceDecision>,
) -> Result<StatusCode, ApiProblem> {
    devices.decide(caller.session(), &body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}
