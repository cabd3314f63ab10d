//! `GET /api/break-glass`.

use argus_types::approval::BrokenGlass;
use argus_types::paths;

use super::{Api, ApiError};

/// Every time that glass was broken, those that nobody looked at first.
pub async fn broken_glass(api: Api) -> Result<Vec<BrokenGlass>, ApiError> {
    api.get(paths::BROKEN_GLASS).await
}
