//! `POST /api/account/recovery-codes`.

use argus_types::account::RecoveryCodes;
use argus_types::paths;

use super::{Api, ApiError};

/// Fresh recovery codes; those made before open nothing any more.
pub async fn make(api: Api) -> Result<RecoveryCodes, ApiError> {
    api.obtain(paths::RECOVERY_CODES).await
}
