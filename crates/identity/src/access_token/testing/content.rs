//! Forgeries of what a token says, but for its times.

use serde_json::{Value, json};

use super::{Forged, Forger, refused};
use crate::access_token::Reason;

pub(super) fn tokens(forger: &Forger) -> Vec<Forged> {
    [
        refused(Reason::Claims, missing(forger)),
        refused(Reason::Claims, of_another_type(forger)),
        refused(Reason::Claims, malformed(forger)),
        refused(Reason::Audience, audiences(forger)),
        refused(Reason::Issuer, issuers(forger)),
    ]
    .concat()
}

fn missing(forger: &Forger) -> Vec<(&'static str, String)> {
    let without = |name: &str| {
        forger.with_claims(|claims| {
            claims.remove(name);
        })
    };
    vec![
        ("iss missing", without("iss")),
        ("aud missing", without("aud")),
        ("sub missing", without("sub")),
        ("sid missing", without("sid")),
        ("jti missing", without("jti")),
        ("iat missing", without("iat")),
        ("nbf missing", without("nbf")),
        ("exp missing", without("exp")),
    ]
}

fn of_another_type(forger: &Forger) -> Vec<(&'static str, String)> {
    let with = |name: &str, value: Value| forger.with_claims(|claims| claims[name] = value);
    let claims = &forger.claims;
    let exp = claims["exp"].as_i64().expect("times are integers");
    vec![
        ("iss as a number", with("iss", json!(1))),
        (
            "iss as a list with ours",
            with("iss", json!([claims["iss"]])),
        ),
        ("aud as a number", with("aud", json!(1))),
        (
            "aud as a list with ours",
            with("aud", json!([claims["aud"]])),
        ),
        (
            "aud as a list with ours and another",
            with("aud", json!([claims["aud"], "other"])),
        ),
        ("sub as a number", with("sub", json!(7))),
        ("sub as a name", with("sub", json!("admin"))),
        ("sub null", with("sub", Value::Null)),
        ("sid as a list", with("sid", json!([claims["sid"]]))),
        (
            "sid as an object",
            with("sid", json!({"id": claims["sid"]})),
        ),
        ("jti as a number", with("jti", json!(1))),
        (
            "iat as a string",
            with("iat", json!(claims["iat"].to_string())),
        ),
        (
            "nbf as a string",
            with("nbf", json!(claims["nbf"].to_string())),
        ),
        ("exp as a string", with("exp", json!(exp.to_string()))),
        (
            "exp as a whole float",
            with("exp", Value::from(f64_of(exp))),
        ),
        (
            "exp as a float",
            with("exp", Value::from(f64_of(exp) + 0.5)),
        ),
        ("exp as 1e20", with("exp", json!(1e20))),
        ("exp beyond 64 bits", with("exp", json!(u64::MAX))),
        ("exp null", with("exp", Value::Null)),
        ("exp as a truth value", with("exp", json!(true))),
    ]
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of this century fit a double"
)]
fn f64_of(seconds: i64) -> f64 {
    seconds as f64
}

fn malformed(forger: &Forger) -> Vec<(&'static str, String)> {
    let raw = |claims: &str| forger.signed(&forger.header().to_string(), claims);
    let with = |name: &str, value: Value| {
        forger.with_claims(|claims| {
            claims.insert(name.to_owned(), value);
        })
    };
    let twice = |name: &str, value: &Value| {
        let claims = forger.claims.to_string();
        raw(&format!(r#"{{"{name}":{value},{}"#, &claims[1..]))
    };
    let list: Vec<&Value> = ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"]
        .into_iter()
        .map(|name| &forger.claims[name])
        .collect();
    let id_token = json!({
        "iss": "https://provider.example", "aud": "argus-client", "sub": "248289761001",
        "nonce": "n-0S6_WzA2Mj", "iat": forger.now, "exp": forger.now + 600, "email": "a@b.example",
    });
    let nested = format!(r#"{{"iss":{}{}}}"#, "[".repeat(400), "]".repeat(400));
    vec![
        ("unknown claim", with("scope", json!("everything"))),
        ("claim of a role", with("role", json!("admin"))),
        (
            "claim in another case",
            with("SUB", forger.claims["sub"].clone()),
        ),
        ("exp twice", twice("exp", &forger.claims["exp"])),
        (
            "sub twice",
            twice("sub", &json!("00000000-0000-0000-0000-000000000000")),
        ),
        ("aud twice", twice("aud", &forger.claims["aud"])),
        ("claims like an id token's", raw(&id_token.to_string())),
        ("claims as a list", raw(&json!(list).to_string())),
        (
            "claims as a string",
            raw(&json!(forger.claims.to_string()).to_string()),
        ),
        ("claims not JSON", raw("sub=admin")),
        ("claims empty", raw("")),
        ("claims empty object", raw("{}")),
        ("claims null", raw("null")),
        ("claims deeply nested", raw(&nested)),
        ("claims before more", raw(&format!("{}{{}}", forger.claims))),
        (
            "claims after a byte order mark",
            raw(&format!("\u{feff}{}", forger.claims)),
        ),
    ]
}

fn audiences(forger: &Forger) -> Vec<(&'static str, String)> {
    let named = |name: &str| forger.with_claims(|claims| claims["aud"] = name.into());
    vec![
        ("aud of another", named("other-api")),
        ("aud empty", named("")),
        ("aud in upper case", named("ARGUS-API")),
    ]
}

fn issuers(forger: &Forger) -> Vec<(&'static str, String)> {
    let named = |name: &str| forger.with_claims(|claims| claims["iss"] = name.into());
    vec![
        ("iss with a trailing slash", named("argus/")),
        ("iss of another", named("https://provider.example")),
        ("iss empty", named("")),
    ]
}
