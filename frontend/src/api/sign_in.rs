//! `POST /api/auth/demo`, `…/link` and `…/recovery`: each ends in a session.

use argus_types::id::PersonId;
use argus_types::paths;
use argus_types::sign_in::{DemoSignIn, LinkSignIn, RecoverySignIn};
use uuid::Uuid;

use super::{Api, ApiError};

/// Signs in as a seeded person; only the demo profile has this door.
pub async fn demo(api: Api, person: PersonId, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::SIGN_IN_DEMO, &DemoSignIn { person }, key)
        .await
}

/// Uses up a one-time link.
pub async fn link(api: Api, token: String, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::SIGN_IN_LINK, &LinkSignIn { token }, key)
        .await
}

/// Uses up a recovery code.
pub async fn recovery(api: Api, code: String, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::RECOVERY, &RecoverySignIn { code }, key)
        .await
}
