//! `GET` and `DELETE /api/account/sessions`, and `DELETE` of one of them.

use argus_types::account::SessionView;
use argus_types::id::SessionId;
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// The caller's sessions.
pub async fn sessions(api: Api) -> Result<Vec<SessionView>, ApiError> {
    api.get(paths::ACCOUNT_SESSIONS).await
}

/// Ends one of them.
pub async fn end(api: Api, id: SessionId, key: Uuid) -> Result<(), ApiError> {
    api.delete(
        &paths::ACCOUNT_SESSION.replace("{id}", &id.to_string()),
        key,
    )
    .await
}

/// Ends all of them but this one.
pub async fn end_others(api: Api, key: Uuid) -> Result<(), ApiError> {
    api.delete(paths::ACCOUNT_SESSIONS, key).await
}
