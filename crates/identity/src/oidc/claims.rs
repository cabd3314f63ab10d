//! The rules for the claims of an ID token (OpenID Connect Core, section 3.1.3.7). Pure; the time is an argument.

use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

use super::{error::Error, shown::shown};

/// How far two clocks may be apart.
const LEEWAY: Duration = Duration::seconds(30);

/// A token is fetched at once; one that lay somewhere longer is not the answer to this sign-in.
const OLDEST: Duration = Duration::minutes(10);

/// Longest subject (OpenID Connect Core, section 2).
const SUBJECT: usize = 255;

/// What a token must say.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    /// What `at_hash` must be, where there is one.
    pub(crate) access_token_hash: &'a str,
    pub(crate) now: OffsetDateTime,
}

/// What the rules themselves had to read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) subject: String,
    pub(crate) expires_at: OffsetDateTime,
}

/// Applies every rule.
pub(crate) fn check(
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
) -> Result<Checked, Error> {
    issuer(claims, expected)?;
    audience(claims, expected)?;
    let expires_at = times(claims, expected.now)?;
    if text(claims, "nonce")? != expected.nonce {
        return Err(Error::OtherNonce);
    }
    if claims.contains_key("at_hash") && text(claims, "at_hash")? != expected.access_token_hash {
        return Err(Error::OtherAccessToken);
    }
    let subject = text(claims, "sub")?;
    if subject.trim().is_empty() || subject.len() > SUBJECT || subject.chars().any(char::is_control)
    {
        return Err(Error::ClaimUnusable { claim: "sub" });
    }
    Ok(Checked {
        subject: subject.to_owned(),
        expires_at,
    })
}

fn issuer(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Error> {
    let found = text(claims, "iss")?;
    if found == expected.issuer {
        return Ok(());
    }
    Err(Error::TokenOfOtherIssuer {
        expected: expected.issuer.to_owned(),
        found: shown(found),
    })
}

/// We alone are meant. A token that is also for others could be passed on to us by one of them.
fn audience(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Error> {
    let unusable = Error::ClaimUnusable { claim: "aud" };
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several
            .iter()
            .map(Value::as_str)
            .collect::<Option<_>>()
            .ok_or_else(|| unusable.clone())?,
        Some(_) => return Err(unusable),
        None => return Err(Error::ClaimMissing { claim: "aud" }),
    };
    if audiences.is_empty() {
        return Err(unusable);
    }
    if audiences.iter().any(|found| *found != expected.client_id) {
        return Err(Error::OtherAudience {
            expected: expected.client_id.to_owned(),
            found: shown(&audiences.join(", ")),
        });
    }
    if claims.contains_key("azp") && text(claims, "azp")? != expected.client_id {
        return Err(Error::OtherParty {
            found: shown(text(claims, "azp")?),
        });
    }
    Ok(())
}

/// Returns when the token ends.
fn times(claims: &Map<String, Value>, now: OffsetDateTime) -> Result<OffsetDateTime, Error> {
    let issued_at = moment(claims, "iat")?;
    let expires_at = moment(claims, "exp")?;
    let starts_at = if claims.contains_key("nbf") {
        moment(claims, "nbf")?.max(issued_at)
    } else {
        issued_at
    };
    let ahead = starts_at - now;
    if ahead > LEEWAY {
        return Err(Error::FromTheFuture {
            seconds: ahead.whole_seconds(),
        });
    }
    let over = now - expires_at;
    if over >= LEEWAY {
        return Err(Error::Expired {
            seconds: over.whole_seconds(),
        });
    }
    let age = now - issued_at;
    if age > OLDEST {
        return Err(Error::TooOld {
            seconds: age.whole_seconds(),
        });
    }
    Ok(expires_at)
}

fn text<'a>(claims: &'a Map<String, Value>, claim: &'static str) -> Result<&'a str, Error> {
    match claims.get(claim) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Error::ClaimUnusable { claim }),
        None => Err(Error::ClaimMissing { claim }),
    }
}

/// Seconds since 1970; the standard allows fractions, which do not matter here.
fn moment(claims: &Map<String, Value>, claim: &'static str) -> Result<OffsetDateTime, Error> {
    let unusable = || Error::ClaimUnusable { claim };
    let value = claims.get(claim).ok_or(Error::ClaimMissing { claim })?;
    let seconds = match (value.as_i64(), value.as_f64()) {
        (Some(whole), _) => whole,
        // Checked against the range of dates just below.
        #[expect(clippy::cast_possible_truncation)]
        (None, Some(fraction)) => fraction.floor() as i64,
        (None, None) => return Err(unusable()),
    };
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| unusable())
}
