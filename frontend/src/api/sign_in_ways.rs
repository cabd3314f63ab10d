//! `GET /api/auth/ways`.

use argus_types::paths;
use argus_types::sign_in::SignInWays;

use super::{Api, ApiError};

/// How one can sign in here.
pub async fn sign_in_ways(api: Api) -> Result<SignInWays, ApiError> {
    api.get(paths::SIGN_IN_WAYS).await
}
