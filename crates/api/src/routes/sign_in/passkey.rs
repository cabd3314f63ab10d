//! Ways in without the single sign-on: a passkey, a recovery code.

use std::sync::Arc;

use argus_types::paths;
use argus_types::person::Session;
use argus_types::problem::Problem;
use argus_types::sign_in::{Ceremony, CeremonyAnswer, RecoverySignIn};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use http::StatusCode;

use super::signed_in;
use crate::extract::Checked;
use crate::problem::ApiProblem;
use crate::service::passkeys::PasskeySignIn;
use crate::service::recovery::Recovery;
use crate::session::{Sessions, Visit};

/// Begins signing in with a passkey; the body is empty. The ceremony can be ended once, within five minutes.
#[utoipa::path(post, path = paths::PASSKEY_SIGN_IN, tag = "session",
    responses((status = 201, body = Ceremony), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn begin(
    State(passkeys): State<PasskeySignIn>,
) -> Result<(StatusCode, Json<Ceremony>), ApiProblem> {
    Ok((StatusCode::CREATED, Json(passkeys.begin().await?)))
}

/// Signs in with a passkey.
#[utoipa::path(post, path = paths::PASSKEY_SIGN_IN_FINISH, tag = "session", request_body = CeremonyAnswer,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn finish(
    State(passkeys): State<PasskeySignIn>,
    State(sessions): State<Arc<Sessions>>,
    jar: CookieJar,
    visit: Visit,
    body: Checked<CeremonyAnswer>,
) -> Result<Response, ApiProblem> {
    let opened = passkeys.finish(&body.value, &visit).await?;
    Ok(signed_in(&sessions, jar, &opened))
}

/// Signs in with a recovery code, which is used up. The session lasts an hour at most: for a new passkey.
#[utoipa::path(post, path = paths::RECOVERY, tag = "session", request_body = RecoverySignIn,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub async fn recover(
    State(recovery): State<Recovery>,
    State(sessions): State<Arc<Sessions>>,
    jar: CookieJar,
    visit: Visit,
    body: Checked<RecoverySignIn>,
) -> Result<Response, ApiProblem> {
    let opened = recovery.sign_in(&body.value.code, &visit).await?;
    Ok(signed_in(&sessions, jar, &opened))
}
