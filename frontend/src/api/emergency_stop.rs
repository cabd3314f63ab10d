//! `GET` and `POST /api/emergency-stop`, and its release.

use argus_types::emergency::{DrillInput, EmergencyStop, EmergencyStopInput, EmergencyStopRelease};
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// Whether no step may start.
pub async fn emergency_stop(api: Api) -> Result<EmergencyStop, ApiError> {
    api.get(paths::EMERGENCY_STOP).await
}

/// No further step of any execution.
pub async fn engage(api: Api, input: EmergencyStopInput, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::EMERGENCY_STOP, &input, key).await
}

/// One of the two parts of a release: the second lets executions run again.
pub async fn release(api: Api, input: EmergencyStopRelease, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::EMERGENCY_STOP_RELEASE, &input, key).await
}

/// Nothing is sent for a while; then everything goes on.
pub async fn begin_drill(api: Api, input: DrillInput, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::EMERGENCY_STOP_DRILL, &input, key).await
}

/// Ends the drill now.
pub async fn end_drill(api: Api, key: Uuid) -> Result<(), ApiError> {
    api.delete(paths::EMERGENCY_STOP_DRILL, key).await
}
