//! Forgeries of algorithm and type, and of parameters that choose a key.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::{Forged, Forger, message, refused, sealed};
use crate::access_token::Reason;

pub(super) fn tokens(forger: &Forger) -> Vec<Forged> {
    [
        refused(Reason::Algorithm, algorithms(forger)),
        refused(Reason::Algorithm, public_key_as_secret(forger)),
        refused(Reason::Type, types(forger)),
        refused(Reason::Header, parameters(forger)),
        refused(Reason::Header, malformed(forger)),
    ]
    .concat()
}

fn algorithms(forger: &Forger) -> Vec<(&'static str, String)> {
    let named = |name: &str| forger.with_header(|header| header["alg"] = name.into());
    let unsigned = |name: &str| {
        let token = named(name);
        token[..=token.rfind('.').expect("a token has dots")].to_owned()
    };
    vec![
        ("alg none without a signature", unsigned("none")),
        ("alg NoNe without a signature", unsigned("NoNe")),
        ("alg NONE without a signature", unsigned("NONE")),
        ("alg none with a signature", named("none")),
        ("alg empty", named("")),
        ("alg in lower case", named("eddsa")),
        ("alg with a space", named("EdDSA ")),
        ("alg Ed25519", named("Ed25519")),
        ("alg ES256 over an Ed25519 signature", named("ES256")),
        ("alg RS256 over an Ed25519 signature", named("RS256")),
        ("alg PS256 over an Ed25519 signature", named("PS256")),
        ("alg HS256 over an Ed25519 signature", named("HS256")),
    ]
}

/// The public key, which is no secret, taken for the secret of an HMAC.
fn public_key_as_secret(forger: &Forger) -> Vec<(&'static str, String)> {
    // SubjectPublicKeyInfo (RFC 8410, section 4) up to the key.
    let mut der = vec![
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    der.extend_from_slice(forger.public());
    let base64 = STANDARD.encode(&der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----\n");
    let with = |secret: &[u8], algorithm: Algorithm, name: &str| {
        let mut header = forger.header();
        header["alg"] = name.into();
        let message = message(&header.to_string(), &forger.claims.to_string());
        sealed(&message, &EncodingKey::from_secret(secret), algorithm)
    };
    vec![
        (
            "HS256 keyed with the public key",
            with(forger.public(), Algorithm::HS256, "HS256"),
        ),
        (
            "HS384 keyed with the public key",
            with(forger.public(), Algorithm::HS384, "HS384"),
        ),
        (
            "HS512 keyed with the public key",
            with(forger.public(), Algorithm::HS512, "HS512"),
        ),
        (
            "HS256 keyed with the public key's DER",
            with(&der, Algorithm::HS256, "HS256"),
        ),
        (
            "HS384 keyed with the public key's DER",
            with(&der, Algorithm::HS384, "HS384"),
        ),
        (
            "HS512 keyed with the public key's DER",
            with(&der, Algorithm::HS512, "HS512"),
        ),
        (
            "HS256 keyed with the public key's PEM",
            with(pem.as_bytes(), Algorithm::HS256, "HS256"),
        ),
        (
            "HS384 keyed with the public key's PEM",
            with(pem.as_bytes(), Algorithm::HS384, "HS384"),
        ),
        (
            "HS512 keyed with the public key's PEM",
            with(pem.as_bytes(), Algorithm::HS512, "HS512"),
        ),
    ]
}

fn types(forger: &Forger) -> Vec<(&'static str, String)> {
    let named = |name: &str| forger.with_header(|header| header["typ"] = name.into());
    vec![
        ("typ JWT", named("JWT")),
        ("typ id_token", named("id_token")),
        ("typ empty", named("")),
        ("typ in upper case", named("AT+JWT")),
        ("typ as a media type", named("application/at+jwt")),
        ("typ of a logout token", named("logout+jwt")),
    ]
}

/// Parameters that bring or fetch a key, or change what is signed.
fn parameters(forger: &Forger) -> Vec<(&'static str, String)> {
    let with = |name: &str, value: Value| {
        forger.with_header(|header| {
            header.insert(name.to_owned(), value);
        })
    };
    let foreign = forger
        .foreign
        .verifying
        .try_get_as_bytes()
        .expect("an Ed25519 key is bytes");
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(foreign)});
    let mut own_key = forger.header();
    own_key["jwk"] = jwk.clone();
    let own_key = message(&own_key.to_string(), &forger.claims.to_string());
    vec![
        (
            "jwk of the forger",
            sealed(&own_key, &forger.foreign.signing, Algorithm::EdDSA),
        ),
        ("jwk beside a right signature", with("jwk", jwk)),
        ("jku", with("jku", json!("https://forger.example/keys"))),
        (
            "x5u",
            with("x5u", json!("https://forger.example/chain.pem")),
        ),
        ("x5c", with("x5c", json!([STANDARD.encode(foreign)]))),
        ("x5t", with("x5t", json!("AAAA"))),
        ("x5t#S256", with("x5t#S256", json!("AAAA"))),
        ("crit", with("crit", json!(["exp"]))),
        ("crit empty", with("crit", json!([]))),
        ("b64 false", with("b64", json!(false))),
        ("zip", with("zip", json!("DEF"))),
        ("cty", with("cty", json!("JWT"))),
        ("enc", with("enc", json!("A256GCM"))),
        ("unknown header parameter", with("role", json!("admin"))),
    ]
}

fn malformed(forger: &Forger) -> Vec<(&'static str, String)> {
    let without = |name: &str| {
        forger.with_header(|header| {
            header.remove(name);
        })
    };
    let with = |name: &str, value: Value| forger.with_header(|header| header[name] = value);
    let raw = |header: &str| forger.signed(header, &forger.claims.to_string());
    let kid = forger.kid;
    let nested = format!("{}{}", "[".repeat(400), "]".repeat(400));
    vec![
        ("alg missing", without("alg")),
        ("alg as a number", with("alg", json!(8))),
        ("alg as a list", with("alg", json!(["EdDSA"]))),
        (
            "alg twice",
            raw(&format!(
                r#"{{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"{kid}"}}"#
            )),
        ),
        ("typ missing", without("typ")),
        ("typ null", with("typ", Value::Null)),
        ("kid missing", without("kid")),
        ("kid as a number", with("kid", json!(1))),
        ("kid as a list", with("kid", json!([kid]))),
        (
            "kid twice",
            raw(&format!(
                r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"x","kid":"{kid}"}}"#
            )),
        ),
        (
            "header as a list",
            raw(&json!(["EdDSA", "at+jwt", kid]).to_string()),
        ),
        ("header empty object", raw("{}")),
        ("header not JSON", raw("EdDSA")),
        ("header deeply nested", raw(&nested)),
        (
            "header after a byte order mark",
            raw(&format!("\u{feff}{}", forger.header())),
        ),
        (
            "header before more",
            raw(&format!("{}{{}}", forger.header())),
        ),
    ]
}
