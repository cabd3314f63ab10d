//! `POST /api/account/passkeys` and `…/finish`, and `PATCH` and `DELETE` of one of them.

use argus_types::account::PasskeyName;
use argus_types::id::PasskeyId;
use argus_types::paths;
use argus_types::sign_in::{Ceremony, CeremonyAnswer};
use uuid::Uuid;

use super::{Api, ApiError};

/// Asks for the ceremony that makes one.
pub async fn begin(api: Api) -> Result<Ceremony, ApiError> {
    api.obtain(paths::PASSKEYS).await
}

/// Keeps what the authenticator made.
pub async fn finish(api: Api, answer: CeremonyAnswer, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::PASSKEYS_FINISH, &answer, key).await
}

/// Calls one something else.
pub async fn rename(api: Api, id: PasskeyId, name: PasskeyName, key: Uuid) -> Result<(), ApiError> {
    api.patch(&path(id), &name, key).await
}

/// Removes one: it opens nothing any more.
pub async fn remove(api: Api, id: PasskeyId, key: Uuid) -> Result<(), ApiError> {
    api.delete(&path(id), key).await
}

fn path(id: PasskeyId) -> String {
    paths::PASSKEY.replace("{id}", &id.to_string())
}
