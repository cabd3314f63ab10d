//! One's own API tokens.

use argus_types::account::{ApiTokenInput, ApiTokenMade, ApiTokenView};
use argus_types::paths;
use argus_types::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;

use crate::extract::{Checked, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes::id;
use crate::service::api_tokens::ApiTokens;

/// The caller's API tokens, the newest first; ended ones for a month.
#[utoipa::path(get, path = paths::API_TOKENS, tag = "account",
    responses((status = 200, body = [ApiTokenView]), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    State(tokens): State<ApiTokens>,
    caller: SignedIn<act::ManageOwn>,
) -> Result<Json<Vec<ApiTokenView>>, ApiProblem> {
    Ok(Json(tokens.list(caller.person()).await?))
}

/// Makes an API token; its secret is shown this once.
#[utoipa::path(post, path = paths::API_TOKENS, tag = "account", request_body = ApiTokenInput,
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = ApiTokenMade), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn make(
    State(tokens): State<ApiTokens>,
    caller: SignedIn<act::ManageOwn>,
    body: Checked<ApiTokenInput>,
) -> Result<(StatusCode, Json<ApiTokenMade>), ApiProblem> {
    let made = tokens.make(caller.session(), &body.value).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Revokes an API token.
#[utoipa::path(delete, path = paths::API_TOKEN, tag = "account",
    params(("id" = String, Path), ("X-CSRF-Token" = String, Header)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn revoke(
    State(tokens): State<ApiTokens>,
    caller: SignedIn<act::ManageOwn>,
    Path(token): Path<String>,
) -> Result<StatusCode, ApiProblem> {
    tokens.revoke(caller.person(), id(&token)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
