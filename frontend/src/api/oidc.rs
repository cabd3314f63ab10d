//! `POST /api/auth/oidc/begin` and `…/finish`: single sign-on.

use argus_types::paths;
use argus_types::sign_in::{OidcBegin, OidcFinish, OidcRedirect};
use uuid::Uuid;

use super::{Api, ApiError};

/// Where to go to sign in with a provider.
pub async fn begin(api: Api, provider: String, key: Uuid) -> Result<OidcRedirect, ApiError> {
    api.post(paths::OIDC_BEGIN, &OidcBegin { provider }, key)
        .await
}

/// Signs in with what the provider sent along.
pub async fn finish(api: Api, answer: OidcFinish, key: Uuid) -> Result<(), ApiError> {
    api.tell(paths::OIDC_FINISH, &answer, key).await
}
