//! The session cookie.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};

/// `__Host-` binds the cookie to this host, to HTTPS (browsers count `localhost` as such) and to the path `/`.
const NAME: &str = "__Host-argus_session";

/// The cookie that carries `token`; without an age, so that it ends with the browser.
pub fn session_cookie(token: &SecretString) -> Cookie<'static> {
    Cookie::build((NAME, token.expose_secret().to_owned()))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .build()
}

/// The cookie that takes it away again.
pub fn clear_cookie() -> Cookie<'static> {
    let mut cookie = session_cookie(&SecretString::from(String::new()));
    cookie.make_removal();
    cookie
}

/// The session token of a request.
pub fn token_in(headers: &HeaderMap) -> Option<SecretString> {
    CookieJar::from_headers(headers)
        .get(NAME)
        .map(|cookie| cookie.value().to_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_cannot_be_read_by_scripts_or_sent_across_sites() {
        let text = session_cookie(&"token".to_owned().into()).to_string();
        assert!(text.starts_with("__Host-argus_session=token;"), "{text}");
        for part in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains("Domain"), "{text}");
    }
}
