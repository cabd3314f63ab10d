//! Who calls: a ticket cookie, or an API token (proxmox.md 3.2).

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use percent_encoding::percent_decode_str;

use crate::failure::Failure;
use crate::routes::Method;
use crate::state::{Caller, Machine};

/// Finds out who calls. A cookie wins over a token.
pub fn caller(machine: &Machine, headers: &HeaderMap, method: Method) -> Result<Caller, Failure> {
    let now = machine.now_s();
    if let Some(ticket) = cookie(headers) {
        let caller = machine
            .access
            .ticket_caller(&ticket, now)
            .ok_or_else(refused)?;
        let csrf = text(headers, "csrfpreventiontoken").unwrap_or_default();
        if method != Method::Get && !machine.access.csrf_holds(&caller.id, csrf, now) {
            return Err(Failure::unauthenticated(
                "Permission denied - invalid csrf token",
            ));
        }
        return Ok(caller);
    }
    let Some(token) = token(headers) else {
        return Err(Failure::unauthenticated("No ticket"));
    };
    let (id, secret) = token.rsplit_once('=').ok_or_else(refused)?;
    machine
        .access
        .token_caller(id, secret, now)
        .ok_or_else(refused)
}

fn refused() -> Failure {
    Failure::unauthenticated("Authentication failed!")
}

/// Whether the request carries an `Authorization` header at all.
pub fn carries_authorization(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("PVEAuthCookie="))
        .map(decoded)
}

fn token(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let rest = value.strip_prefix("PVEAPIToken")?;
    let rest = rest.strip_prefix(['=', ' '])?;
    Some(decoded(rest.split(';').next().unwrap_or_default()))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;
    use http::HeaderValue;

    const TOKEN: &str = "PVEAPIToken=argus@pve!ops=11111111-1111-4111-8111-111111111111";

    fn who(pairs: &[(&'static str, &str)], method: Method) -> Result<String, String> {
        let machine = Machine::new(&Scenario::lab(), 1_700_000_000_000);
        let headers = pairs
            .iter()
            .map(|(name, value)| {
                (
                    http::HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect();
        caller(&machine, &headers, method)
            .map(|c| c.id)
            .map_err(|f| f.message)
    }

    #[test]
    fn a_token_is_known_with_its_secret_only() {
        assert_eq!(
            who(&[("authorization", TOKEN)], Method::Post),
            Ok("argus@pve!ops".into())
        );
        let wrong = TOKEN.replace("=1111", "=2111");
        assert_eq!(
            who(&[("authorization", &wrong)], Method::Get),
            Err("Authentication failed!".into())
        );
        assert_eq!(who(&[], Method::Get), Err("No ticket".into()));
    }

    #[test]
    fn a_token_may_be_percent_encoded_and_stand_after_a_space() {
        let encoded = TOKEN
            .replace("PVEAPIToken=", "PVEAPIToken ")
            .replace('!', "%21");
        assert!(who(&[("authorization", &encoded)], Method::Get).is_ok());
    }

    #[test]
    fn a_cookie_wins_over_a_token_even_when_it_is_wrong() {
        let both = [("authorization", TOKEN), ("cookie", "PVEAuthCookie=old")];
        assert_eq!(
            who(&both, Method::Get),
            Err("Authentication failed!".into())
        );
    }

    #[test]
    fn an_unsafe_call_with_a_ticket_needs_the_csrf_token() {
        let machine = Machine::new(&Scenario::lab(), 1_700_000_000_000);
        let ticket = machine.access.ticket("root@pam", machine.now_s());
        let csrf = machine.access.csrf("root@pam", machine.now_s());
        let cookie = format!("PVEAuthCookie={}", ticket.replace(':', "%3A"));
        assert_eq!(
            who(&[("cookie", &cookie)], Method::Get),
            Ok("root@pam".into())
        );
        assert_eq!(
            who(&[("cookie", &cookie)], Method::Post),
            Err("Permission denied - invalid csrf token".into())
        );
        let with = [("cookie", cookie.as_str()), ("csrfpreventiontoken", &csrf)];
        assert_eq!(who(&with, Method::Post), Ok("root@pam".into()));
    }
}
