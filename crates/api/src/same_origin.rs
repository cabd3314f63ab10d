//! The first guard against cross-site requests: an unsafe request of a browser must say that it comes from our own
//! page.
//!
//! `Origin` and `Sec-Fetch-Site` have to be right where they are, and one of them has to be there with every cookie,
//! which would travel with a foreign page's request all the same. A request with none of the three is a program's;
//! it proves itself by a token or not at all. The CSRF token is checked besides, with the session.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, header};

use argus_types::problem::ProblemCode;

use crate::problem::ApiProblem;

/// The console's own origin, such as `https://argus.lan`.
#[derive(Debug, Clone)]
pub struct PublicOrigin(pub Arc<str>);

/// Refuses unsafe requests from elsewhere.
pub async fn guard(State(origin): State<PublicOrigin>, request: Request, next: Next) -> Response {
    if is_unsafe(request.method()) && !is_own_or_a_programs(request.headers(), &origin) {
        return refusal(&origin).into_response();
    }
    next.run(request).await
}

/// The answer to a request from elsewhere.
pub fn refusal(origin: &PublicOrigin) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::CrossSite,
        format!(
            "Send `Origin: {}`. Where the console has another address, set `public_origin`.",
            origin.0
        ),
    )
}

/// Whether a method can change something.
pub fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether the request is of our own page, or of no page at all.
pub fn is_own_or_a_programs(headers: &HeaderMap, origin: &PublicOrigin) -> bool {
    let of_a_browser = [header::ORIGIN.as_str(), "sec-fetch-site", "cookie"]
        .iter()
        .any(|name| headers.contains_key(*name));
    !of_a_browser || is_own(headers, origin)
}

/// Whether the request names our own origin, and no other one.
pub fn is_own(headers: &HeaderMap, origin: &PublicOrigin) -> bool {
    let given = headers.get(header::ORIGIN);
    let site = headers.get("sec-fetch-site");
    (given.is_some() || site.is_some())
        && given.is_none_or(|given| given == &*origin.0)
        && site.is_none_or(|site| site == "same-origin")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_our_own_origin_passes_and_silence_does_not() {
        let origin = PublicOrigin("https://argus.lan".into());
        for (given, site, own) in [
            (None, None, false),
            (Some("https://argus.lan"), None, true),
            (Some("https://argus.lan"), Some("same-origin"), true),
            (None, Some("same-origin"), true),
            (None, Some("same-site"), false),
            (None, Some("none"), false),
            (Some("https://argus.lan"), Some("cross-site"), false),
            (Some("https://argus.lan:444"), None, false),
            (Some("https://argus.lan.evil.example"), None, false),
            (Some("https://evil.example"), Some("same-origin"), false),
            (Some("http://argus.lan"), None, false),
            (Some("null"), None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(header::ORIGIN, HeaderValue::from_static(given));
            }
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            assert_eq!(is_own(&headers, &origin), own, "{given:?} {site:?}");
        }
    }
}
