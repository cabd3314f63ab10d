//! `POST /api/account/devices/look` and `…/decide`: a program that waits for an API token.

use argus_types::account::{DeviceCode, DeviceDecision, DeviceRequest};
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// What a code asks for. Decides nothing.
pub async fn look(api: Api, user_code: String, key: Uuid) -> Result<DeviceRequest, ApiError> {
    api.post(paths::DEVICE_LOOK, &DeviceCode { user_code }, key)
        .await
}

/// Lets the program have a token, or not.
pub async fn decide(api: Api, decision: DeviceDecision, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::DEVICE_DECIDE, &decision, key).await
}
