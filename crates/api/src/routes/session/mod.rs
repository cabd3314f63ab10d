//! `/api/session`: the caller's own session.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Json, Router, extract::FromRef, routing};
use axum_extra::extract::CookieJar;
use http::StatusCode;

use argus_types::paths;
use argus_types::person::{Permission, Session};
use argus_types::scope::Scope;

use crate::extract::{Caller, act};
use crate::problem::ApiProblem;
use crate::service::sign_in::SignIn;
use crate::session::{ActiveSession, Sessions, clear_cookie};

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    SignIn: FromRef<S>,
{
    Router::new().route(paths::SESSION, routing::get(read).delete(end))
}

/// The wire form of a session.
pub fn view(sessions: &Sessions, session: &ActiveSession) -> Session {
    let role = session.person.role;
    let left = session.expires_at.get() - sessions.now().get();
    Session {
        scope: Scope::default(),
        access_expires_in_s: u32::try_from(left.whole_seconds()).unwrap_or_default(),
        has_passkey: false,
        may_break_glass: false,
        person: session.person.clone(),
        csrf_token: sessions.keys().csrf_token(&session.token_hash),
        expires_at: session.expires_at,
        permissions: Permission::ALL
            .iter()
            .copied()
            .filter(|permission| role.may(*permission))
            .collect(),
    }
}

/// Who is signed in.
#[utoipa::path(get, path = paths::SESSION, tag = "session",
    responses((status = 200, body = Session), (status = 401, body = argus_types::problem::Problem)))]
pub async fn read(
    State(sessions): State<Arc<Sessions>>,
    caller: Caller<act::Read>,
) -> Json<Session> {
    Json(view(&sessions, caller.session()))
}

/// Signs out.
#[utoipa::path(delete, path = paths::SESSION, tag = "session",
    responses((status = 204), (status = 401, body = argus_types::problem::Problem)))]
pub async fn end(
    State(sign_in): State<SignIn>,
    jar: CookieJar,
    caller: Caller<act::Read>,
) -> Result<impl IntoResponse, ApiProblem> {
    sign_in.out(caller.session()).await?;
    Ok((StatusCode::NO_CONTENT, jar.add(clear_cookie())))
}
