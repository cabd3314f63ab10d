//! `POST /api/auth/refresh`: a new access token for the refresh cookie, which no script can read.

use argus_types::paths;

use super::ApiError;
use super::answer::{patiently, refuse};
use super::call::Call;

/// Renews the access. The cookie is all it needs; that this page asks for it, the browser says by itself. Not by
/// way of [`super::Api`], which would renew first where this is refused.
pub async fn refresh() -> Result<(), ApiError> {
    let request = Call::obtain(paths::REFRESH).build(None)?;
    refuse(patiently(request.send()).await?).await.map(|_| ())
}
