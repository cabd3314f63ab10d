//! `/api/auth/oidc`: signing in at an OpenID provider.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, extract::FromRef, routing};
use axum_extra::extract::CookieJar;
use http::HeaderMap;
use secrecy::ExposeSecret;

use argus_types::paths;
use argus_types::person::Session;
use argus_types::problem::Problem;
use argus_types::sign_in::{OidcBegin, OidcFinish, OidcRedirect};

use crate::address::TrustedProxies;
use crate::extract::Checked;
use crate::problem::ApiProblem;
use crate::routes::sign_in::signed_in;
use crate::service::single_sign_on::SingleSignOn;
use crate::session::{Sessions, Visit, removal, strict, value_in};

/// Binds a sign-in to the browser that began it. The page itself posts the provider's answer, so the cookie needs not
/// come along with the provider's redirect and can be as strict as the others.
const COOKIE: &str = "__Host-argus_oidc";

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    SingleSignOn: FromRef<S>,
    TrustedProxies: FromRef<S>,
{
    Router::new()
        .route(paths::OIDC_BEGIN, routing::post(begin))
        .route(paths::OIDC_FINISH, routing::post(finish))
}

/// Begins: the browser goes to the address in the answer, and comes back to `/sign-in/callback/{provider}`.
#[utoipa::path(post, path = paths::OIDC_BEGIN, tag = "session", request_body = OidcBegin,
    responses((status = 200, body = OidcRedirect), (status = 404, body = Problem), (status = 502, body = Problem)))]
pub async fn begin(
    State(service): State<SingleSignOn>,
    jar: CookieJar,
    body: Checked<OidcBegin>,
) -> Result<(CookieJar, Json<OidcRedirect>), ApiProblem> {
    let begun = service.begin(&body.value.provider).await?;
    let jar = jar.add(strict(COOKIE, begun.browser.expose_secret()));
    Ok((jar, Json(OidcRedirect { url: begun.url })))
}

/// Ends: what the provider put into the address of its redirect opens a session, once.
#[utoipa::path(post, path = paths::OIDC_FINISH, tag = "session", request_body = OidcFinish,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 502, body = Problem)))]
pub async fn finish(
    State(service): State<SingleSignOn>,
    State(sessions): State<Arc<Sessions>>,
    jar: CookieJar,
    headers: HeaderMap,
    visit: Visit,
    body: Checked<OidcFinish>,
) -> Response {
    let browser = value_in(&headers, COOKIE);
    let jar = jar.add(removal(COOKIE));
    match service.finish(browser.as_ref(), body.value, &visit).await {
        Ok(opened) => signed_in(&sessions, jar, &opened),
        Err(problem) => (jar, problem).into_response(),
    }
}
