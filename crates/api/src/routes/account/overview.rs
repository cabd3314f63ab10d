//! What one has to get in with, and one's sessions.

use argus_types::account::{Account, SessionView};
use argus_types::id::SessionId;
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::StatusCode;

use crate::extract::{SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes::id;
use crate::service::passkeys::OwnPasskeys;
use crate::service::sign_in::SignIn;
use crate::session::without_session;

/// What the caller has to get in with.
#[utoipa::path(get, path = paths::ACCOUNT, tag = "account",
    responses((status = 200, body = Account), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn account(
    State(passkeys): State<OwnPasskeys>,
    caller: SignedIn<act::ManageOwn>,
) -> Result<Json<Account>, ApiProblem> {
    Ok(Json(passkeys.account(caller.person()).await?))
}

/// The caller's open sessions, the one used last first.
#[utoipa::path(get, path = paths::ACCOUNT_SESSIONS, tag = "account",
    responses((status = 200, body = [SessionView]), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn sessions(
    State(sign_in): State<SignIn>,
    caller: SignedIn<act::ManageOwn>,
) -> Result<Json<Vec<SessionView>>, ApiProblem> {
    Ok(Json(sign_in.sessions(caller.session()).await?))
}

/// Ends all of the caller's sessions but this one.
#[utoipa::path(delete, path = paths::ACCOUNT_SESSIONS, tag = "account", params(("X-CSRF-Token" = String, Header)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn end_others(
    State(sign_in): State<SignIn>,
    caller: SignedIn<act::ManageOwn>,
) -> Result<StatusCode, ApiProblem> {
    sign_in.end_others(caller.session()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of the caller's sessions.
#[utoipa::path(delete, path = paths::ACCOUNT_SESSION, tag = "account",
    params(("id" = String, Path), ("X-CSRF-Token" = String, Header)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn end(
    State(sign_in): State<SignIn>,
    jar: CookieJar,
    caller: SignedIn<act::ManageOwn>,
    Path(session): Path<String>,
) -> Result<Response, ApiProblem> {
    let session: SessionId = id(&session)?;
    if !sign_in.end(caller.session(), session).await? {
        return Err(ApiProblem::new(
            ProblemCode::NotFound,
            "You have no session with this id; it may have ended by itself.",
        ));
    }
    if session == caller.session().id {
        return Ok((StatusCode::NO_CONTENT, without_session(jar)).into_response());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
