//! `POST /api/auth/passkey` and `…/finish`: signing in with a passkey.

use argus_types::paths;
use argus_types::sign_in::{Ceremony, CeremonyAnswer};
use uuid::Uuid;

use super::{Api, ApiError};

/// Asks for the ceremony. Nobody is named in it: the passkey says whose it is.
pub async fn begin(api: Api) -> Result<Ceremony, ApiError> {
    api.obtain(paths::PASSKEY_SIGN_IN).await
}

/// Signs in with the authenticator's answer.
pub async fn finish(api: Api, answer: CeremonyAnswer, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::PASSKEY_SIGN_IN_FINISH, &answer, key).await
}
