//! `/api/session`: the caller's own session, and tickets for its WebSockets.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Json, Router, extract::FromRef, routing};
use axum_extra::extract::CookieJar;
use http::StatusCode;

use argus_types::paths;
use argus_types::person::{Permission, Session};
use argus_types::problem::Problem;
use argus_types::sign_in::StreamTicket;

use crate::extract::{SignedIn, act};
use crate::problem::ApiProblem;
use crate::service::sign_in::SignIn;
use crate::service::tickets::Tickets;
use crate::session::{ActiveSession, Sessions, without_session};

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    SignIn: FromRef<S>,
    Tickets: FromRef<S>,
{
    Router::new()
        .route(paths::SESSION, routing::get(read).delete(end))
        .route(paths::STREAM_TICKETS, routing::post(ticket))
}

/// The wire form of a session.
pub fn view(sessions: &Sessions, session: &ActiveSession) -> Session {
    let role = session.person.role;
    Session {
        person: session.person.clone(),
        scope: session.reach.role().clone(),
        csrf_token: sessions.keys().csrf_token(session.id),
        access_expires_in_s: sessions.seconds_left(session),
        expires_at: session.expires_at,
        permissions: Permission::ALL
            .iter()
            .copied()
            .filter(|permission| role.may(*permission))
            .collect(),
        has_passkey: session.has_passkey,
        may_break_glass: session.may_break_glass,
    }
}

/// Who is signed in.
#[utoipa::path(get, path = paths::SESSION, tag = "session",
    responses((status = 200, body = Session), (status = 401, body = Problem)))]
pub async fn read(
    State(sessions): State<Arc<Sessions>>,
    caller: SignedIn<act::Read>,
) -> Json<Session> {
    Json(view(&sessions, caller.session()))
}

/// Signs out.
#[utoipa::path(delete, path = paths::SESSION, tag = "session", params(("X-CSRF-Token" = String, Header)),
    responses((status = 204), (status = 401, body = Problem)))]
pub async fn end(
    State(sign_in): State<SignIn>,
    jar: CookieJar,
    caller: SignedIn<act::Read>,
) -> Result<impl IntoResponse, ApiProblem> {
    sign_in.end(caller.session(), caller.session().id).await?;
    Ok((StatusCode::NO_CONTENT, without_session(jar)))
}

/// A ticket for one WebSocket of this session. It goes into the subprotocol `ticket.TICKET` beside `argus`.
#[utoipa::path(post, path = paths::STREAM_TICKETS, tag = "streams", params(("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = StreamTicket), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn ticket(
    State(tickets): State<Tickets>,
    caller: SignedIn<act::Read>,
) -> Result<(StatusCode, Json<StreamTicket>), ApiProblem> {
    let ticket = tickets.make(caller.session()).await?;
    Ok((StatusCode::CREATED, Json(ticket)))
}
