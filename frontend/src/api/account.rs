//! `GET /api/account`.

use argus_types::account::Account;
use argus_types::paths;

use super::{Api, ApiError};

/// What the caller has to get in with.
pub async fn account(api: Api) -> Result<Account, ApiError> {
    api.get(paths::ACCOUNT).await
}
