//! `/api/auth`: ways in.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, extract::FromRef, routing};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;

use argus_types::paths;
use argus_types::person::Session;
use argus_types::sign_in::{DemoSignIn, LinkSignIn, SignInWays};

use crate::extract::Checked;
use crate::problem::ApiProblem;
use crate::routes::session::view;
use crate::service::sign_in::SignIn;
use crate::session::{ActiveSession, Sessions, session_cookie};

/// The routes; `demo` adds the door for seeded people, which otherwise does not exist.
pub fn router<S>(demo: bool) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    SignIn: FromRef<S>,
{
    let router = Router::new()
        .route(paths::SIGN_IN_WAYS, routing::get(ways))
        .route(paths::SIGN_IN_LINK, routing::post(by_link));
    if demo {
        router.route(paths::SIGN_IN_DEMO, routing::post(as_demo_person))
    } else {
        router
    }
}

/// How one can sign in here.
#[utoipa::path(get, path = paths::SIGN_IN_WAYS, tag = "session",
    responses((status = 200, body = SignInWays)))]
pub async fn ways(State(sign_in): State<SignIn>) -> Result<Json<SignInWays>, ApiProblem> {
    Ok(Json(sign_in.ways().await?))
}

/// Signs in as a seeded person. The route exists in the demo profile only.
#[utoipa::path(post, path = paths::SIGN_IN_DEMO, tag = "session", request_body = DemoSignIn,
    responses((status = 200, body = Session), (status = 401, body = argus_types::problem::Problem)))]
pub async fn as_demo_person(
    State(sign_in): State<SignIn>,
    State(sessions): State<Arc<Sessions>>,
    jar: CookieJar,
    body: Checked<DemoSignIn>,
) -> Result<Response, ApiProblem> {
    let (token, session) = sign_in.as_demo_person(body.value.person).await?;
    Ok(signed_in(&sessions, jar, &token, &session))
}

/// Signs in by a one-time link.
#[utoipa::path(post, path = paths::SIGN_IN_LINK, tag = "session", request_body = LinkSignIn,
    responses((status = 200, body = Session), (status = 401, body = argus_types::problem::Problem)))]
pub async fn by_link(
    State(sign_in): State<SignIn>,
    State(sessions): State<Arc<Sessions>>,
    jar: CookieJar,
    body: Checked<LinkSignIn>,
) -> Result<Response, ApiProblem> {
    let (token, session) = sign_in.by_link(&body.value.token).await?;
    Ok(signed_in(&sessions, jar, &token, &session))
}

fn signed_in(
    sessions: &Sessions,
    jar: CookieJar,
    token: &SecretString,
    session: &ActiveSession,
) -> Response {
    (
        jar.add(session_cookie(token)),
        Json(view(sessions, session)),
    )
        .into_response()
}
