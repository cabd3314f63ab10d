//! Forgeries of a token's times, and tokens that are not forged but over, or not yet good.

use serde_json::json;

use super::{Forged, Forger, refused};
use crate::access_token::{Reason, Refused};

pub(super) fn tokens(forger: &Forger) -> Vec<Forged> {
    [
        refused(Reason::Lifetime, lifetimes(forger)),
        refused(Reason::Claims, negative(forger)),
        untimely(forger),
    ]
    .concat()
}

/// A token whose `iat`, `nbf` and `exp` are so many seconds from now.
pub(in crate::access_token) fn timed(forger: &Forger, iat: i64, nbf: i64, exp: i64) -> String {
    forger.with_claims(|claims| {
        claims["iat"] = json!(forger.now + iat);
        claims["nbf"] = json!(forger.now + nbf);
        claims["exp"] = json!(forger.now + exp);
    })
}

fn lifetimes(forger: &Forger) -> Vec<(&'static str, String)> {
    vec![
        ("lives an hour", timed(forger, 0, 0, 3600)),
        ("lives a second too long", timed(forger, 0, 0, 901)),
        ("lives an hour, begins late", timed(forger, -3000, 0, 600)),
        (
            "lives for ever",
            forger.with_claims(|claims| claims["exp"] = json!(i64::MAX)),
        ),
        ("ends before it begins", timed(forger, 0, 0, -1)),
        ("ends as it begins", timed(forger, 0, 0, 0)),
        ("begins before it was made", timed(forger, 45, 0, 600)),
        (
            "made in 1969",
            forger.with_claims(|claims| claims["iat"] = json!(-1)),
        ),
        (
            "made at the beginning of time",
            forger.with_claims(|claims| claims["iat"] = json!(i64::MIN)),
        ),
    ]
}

fn negative(forger: &Forger) -> Vec<(&'static str, String)> {
    let negative = |name: &str| forger.with_claims(|claims| claims[name] = json!(-600));
    vec![
        ("exp negative", negative("exp")),
        ("nbf negative", negative("nbf")),
    ]
}

fn untimely(forger: &Forger) -> Vec<Forged> {
    let (over, early) = (Refused::Expired, Refused::NotYet);
    [
        (
            "expired for an hour",
            timed(forger, -4500, -4500, -3600),
            over,
        ),
        (
            "expired for 45 seconds",
            timed(forger, -600, -600, -45),
            over,
        ),
        (
            "expired for 30 seconds",
            timed(forger, -600, -600, -30),
            over,
        ),
        ("begins in 45 seconds", timed(forger, 0, 45, 600), early),
        ("made in 45 seconds", timed(forger, 45, 45, 600), early),
        (
            "made tomorrow",
            timed(forger, 86_400, 86_400, 87_000),
            early,
        ),
    ]
    .into_iter()
    .map(|(name, token, refused)| Forged {
        name,
        token,
        refused,
    })
    .collect()
}
