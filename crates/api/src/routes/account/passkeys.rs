//! One's own passkeys and recovery codes.

use argus_types::account::{PasskeyName, PasskeyView, RecoveryCodes};
use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::sign_in::{Ceremony, CeremonyAnswer};
use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;

use crate::extract::{Checked, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes::id;
use crate::service::passkeys::OwnPasskeys;
use crate::service::recovery::Recovery;

/// Begins enrolling a passkey; the body is empty. The ceremony can be ended once, by this session, within five
/// minutes.
#[utoipa::path(post, path = paths::PASSKEYS, tag = "account", params(("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = Ceremony), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem)))]
pub async fn begin(
    State(passkeys): State<OwnPasskeys>,
    caller: SignedIn<act::ManageOwn>,
) -> Result<(StatusCode, Json<Ceremony>), ApiProblem> {
    let ceremony = passkeys.begin(caller.session()).await?;
    Ok((StatusCode::CREATED, Json(ceremony)))
}

/// Ends enrolling a passkey.
#[utoipa::path(post, path = paths::PASSKEYS_FINISH, tag = "account", request_body = CeremonyAnswer,
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = PasskeyView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn finish(
    State(passkeys): State<OwnPasskeys>,
    caller: SignedIn<act::ManageOwn>,
    body: Checked<CeremonyAnswer>,
) -> Result<(StatusCode, Json<PasskeyView>), ApiProblem> {
    let made = passkeys.finish(caller.session(), &body.value).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Gives a passkey another name.
#[utoipa::path(patch, path = paths::PASSKEY, tag = "account", request_body = PasskeyName,
    params(("id" = String, Path), ("X-CSRF-Token" = String, Header)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn rename(
    State(passkeys): State<OwnPasskeys>,
    caller: SignedIn<act::ManageOwn>,
    Path(passkey): Path<String>,
    body: Checked<PasskeyName>,
) -> Result<StatusCode, ApiProblem> {
    let name = body.value.name.as_str();
    passkeys
        .rename(caller.person(), id(&passkey)?, name)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a passkey away. The last one of somebody whom nothing else lets in stays.
#[utoipa::path(delete, path = paths::PASSKEY, tag = "account",
    params(("id" = String, Path), ("X-CSRF-Token" = String, Header)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn remove(
    State(passkeys): State<OwnPasskeys>,
    caller: SignedIn<act::ManageOwn>,
    Path(passkey): Path<String>,
) -> Result<StatusCode, ApiProblem> {
    passkeys.remove(caller.person(), id(&passkey)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes recovery codes anew and shows them this once; the body is empty.
#[utoipa::path(post, path = paths::RECOVERY_CODES, tag = "account", params(("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = RecoveryCodes), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn recovery_codes(
    State(recovery): State<Recovery>,
    caller: SignedIn<act::ManageOwn>,
) -> Result<(StatusCode, Json<RecoveryCodes>), ApiProblem> {
    let codes = recovery.make(caller.session()).await?;
    Ok((StatusCode::CREATED, Json(codes)))
}
