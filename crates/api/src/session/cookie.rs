//! The two cookies of a session: the access token for fifteen minutes, the refresh token for the next one.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};

/// `__Host-` binds a cookie to this host, to HTTPS (browsers count `localhost` as such) and to the path `/`.
const ACCESS: &str = "__Host-argus_access";
const REFRESH: &str = "__Host-argus_refresh";

/// What a browser keeps of a session; without an age, so that it ends with the browser.
pub fn with_session(jar: CookieJar, access: &SecretString, refresh: &SecretString) -> CookieJar {
    jar.add(strict(ACCESS, access.expose_secret()))
        .add(strict(REFRESH, refresh.expose_secret()))
}

/// Takes both away again.
pub fn without_session(jar: CookieJar) -> CookieJar {
    jar.add(removal(ACCESS)).add(removal(REFRESH))
}

/// The access token of a request, where it lies: it is looked at with each of them, and mostly for its hash alone.
pub fn access_in(headers: &HeaderMap) -> Option<&str> {
    raw_in(headers, ACCESS)
}

/// The refresh token of a request.
pub fn refresh_in(headers: &HeaderMap) -> Option<SecretString> {
    value_in(headers, REFRESH)
}

/// A cookie that scripts cannot read and that no other site's request carries.
pub fn strict(name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build((name, value.to_owned()))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .build()
}

/// The cookie that takes `name` away.
pub fn removal(name: &'static str) -> Cookie<'static> {
    let mut cookie = strict(name, "");
    cookie.make_removal();
    cookie
}

/// One cookie of a request, as it was sent: nothing that we put into cookies needs to be escaped there.
pub fn value_in(headers: &HeaderMap, name: &str) -> Option<SecretString> {
    raw_in(headers, name).map(|value| value.to_owned().into())
}

fn raw_in<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| cookie.value_raw())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookies_cannot_be_read_by_scripts_or_sent_across_sites() {
        let jar = with_session(
            CookieJar::new(),
            &"a".to_owned().into(),
            &"r".to_owned().into(),
        );
        let texts: Vec<String> = jar.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 2);
        for text in texts {
            assert!(text.starts_with("__Host-argus_"), "{text}");
            for part in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
                assert!(text.contains(part), "{text}");
            }
            assert!(!text.contains("Domain"), "{text}");
        }
    }
}
