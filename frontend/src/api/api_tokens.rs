//! `GET` and `POST /api/account/tokens`, and `DELETE` of one of them.

use argus_types::account::{ApiTokenInput, ApiTokenMade, ApiTokenView};
use argus_types::id::TokenId;
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// The caller's API tokens, without their secrets.
pub async fn api_tokens(api: Api) -> Result<Vec<ApiTokenView>, ApiError> {
    api.get(paths::API_TOKENS).await
}

/// Makes one; its secret is in the answer and nowhere else.
pub async fn make(api: Api, input: ApiTokenInput, key: Uuid) -> Result<ApiTokenMade, ApiError> {
    api.post(paths::API_TOKENS, &input, key).await
}

/// Revokes one.
pub async fn revoke(api: Api, id: TokenId, key: Uuid) -> Result<(), ApiError> {
    api.delete(&paths::API_TOKEN.replace("{id}", &id.to_string()), key)
        .await
}
