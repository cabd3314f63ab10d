//! Programs that ask for an API token. They carry no cookie and name no origin.

use argus_types::account::{DeviceGrant, DevicePoll, DeviceStart, DeviceState};
use argus_types::paths;
use argus_types::problem::Problem;
use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::extract::Checked;
use crate::problem::ApiProblem;
use crate::service::devices::Devices;
use crate::session::Visit;

/// A program asks for an API token: it shows the code and polls.
#[utoipa::path(post, path = paths::DEVICE, tag = "session", request_body = DeviceStart,
    responses((status = 201, body = DeviceGrant), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn begin(
    State(devices): State<Devices>,
    visit: Visit,
    body: Checked<DeviceStart>,
) -> Result<(StatusCode, Json<DeviceGrant>), ApiProblem> {
    let grant = devices.begin(&body.value, &visit).await?;
    Ok((StatusCode::CREATED, Json(grant)))
}

/// Whether it is decided; the token is given once. Asking more often than the interval is answered by 429.
#[utoipa::path(post, path = paths::DEVICE_TOKEN, tag = "session", request_body = DevicePoll,
    responses((status = 200, body = DeviceState), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn poll(
    State(devices): State<Devices>,
    visit: Visit,
    body: Checked<DevicePoll>,
) -> Result<Json<DeviceState>, ApiProblem> {
    Ok(Json(devices.poll(&body.value.device_code, &visit).await?))
}
