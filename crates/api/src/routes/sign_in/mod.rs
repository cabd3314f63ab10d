//! `/api/auth`: ways in.

pub mod device;
pub mod passkey;

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, extract::FromRef, routing};
use axum_extra::extract::CookieJar;
use http::HeaderMap;

use argus_types::paths;
use argus_types::person::Session;
use argus_types::problem::ProblemCode;
use argus_types::sign_in::{DemoSignIn, LinkSignIn, SignInWays};

use crate::address::TrustedProxies;
use crate::extract::Checked;
use crate::limits::RateLimits;
use crate::problem::ApiProblem;
use crate::routes::session::view;
use crate::service::devices::Devices;
use crate::service::passkeys::PasskeySignIn;
use crate::service::recovery::Recovery;
use crate::service::sign_in::SignIn;
use crate::session::{Opened, Sessions, Visit, with_session, without_session};

/// The routes; `demo` adds the door for seeded people, which otherwise does not exist.
pub fn router<S>(demo: bool) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    SignIn: FromRef<S>,
    RateLimits: FromRef<S>,
    PasskeySignIn: FromRef<S>,
    Recovery: FromRef<S>,
    Devices: FromRef<S>,
    TrustedProxies: FromRef<S>,
{
    let router = Router::new()
        .route(paths::SIGN_IN_WAYS, routing::get(ways))
        .route(paths::SIGN_IN_LINK, routing::post(by_link))
        .route(paths::REFRESH, routing::post(refresh))
        .route(paths::PASSKEY_SIGN_IN, routing::post(passkey::begin))
        .route(
            paths::PASSKEY_SIGN_IN_FINISH,
            routing::post(passkey::finish),
        )
        .route(paths::RECOVERY, routing::post(passkey::recover))
        .route(paths::DEVICE, routing::post(device::begin))
        .route(paths::DEVICE_TOKEN, routing::post(device::poll));
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
    visit: Visit,
    body: Checked<DemoSignIn>,
) -> Result<Response, ApiProblem> {
    let opened = sign_in.as_demo_person(body.value.person, &visit).await?;
    Ok(signed_in(&sessions, jar, &opened))
}

/// Signs in by a one-time link.
#[utoipa::path(post, path = paths::SIGN_IN_LINK, tag = "session", request_body = LinkSignIn,
    responses((status = 200, body = Session), (status = 401, body = argus_types::problem::Problem)))]
pub async fn by_link(
    State(sign_in): State<SignIn>,
    State(sessions): State<Arc<Sessions>>,
    jar: CookieJar,
    visit: Visit,
    body: Checked<LinkSignIn>,
) -> Result<Response, ApiProblem> {
    let opened = sign_in.by_link(&body.value.token, &visit).await?;
    Ok(signed_in(&sessions, jar, &opened))
}

/// Gives a new access token, and the refresh token that follows the one in the cookie. Two tabs that refresh within
/// ten seconds get the same one; a token that was used before that ends the session.
#[utoipa::path(post, path = paths::REFRESH, tag = "session",
    responses((status = 200, body = Session), (status = 401, body = argus_types::problem::Problem),
        (status = 429, body = argus_types::problem::Problem)))]
pub async fn refresh(
    State(sign_in): State<SignIn>,
    State(sessions): State<Arc<Sessions>>,
    State(limits): State<RateLimits>,
    jar: CookieJar,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    match sign_in.refresh(&headers).await {
        Ok(opened) => signed_in(&sessions, jar, &opened),
        // A browser that keeps what opens nothing would ask again and again.
        Err(problem) if problem.code() == ProblemCode::NotSignedIn => {
            // Whoever has no session guesses: that costs of what the address may do.
            let problem = limits.address(visit.address).err().unwrap_or(problem);
            (without_session(jar), problem).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

/// The answer that opens a session in a browser.
pub fn signed_in(sessions: &Sessions, jar: CookieJar, opened: &Opened) -> Response {
    (
        with_session(jar, &opened.access, &opened.refresh),
        Json(view(sessions, &opened.session)),
    )
        .into_response()
}
