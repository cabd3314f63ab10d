//! `GET` and `DELETE /api/session`.

use argus_types::paths;
use argus_types::person::Session;
use uuid::Uuid;

use super::{Api, ApiError};

/// Who is signed in.
pub async fn session(api: Api) -> Result<Session, ApiError> {
    api.get(paths::SESSION).await
}

/// Ends the session.
pub async fn sign_out(api: Api, key: Uuid) -> Result<(), ApiError> {
    api.delete(paths::SESSION, key).await
}
