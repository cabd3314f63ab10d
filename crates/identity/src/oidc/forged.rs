//! Forged tokens, one by one, through everything that reads a token; none of them may pass.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openidconnect::{
    PrivateSigningKey,
    core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{
    claims::{self, Checked, Expected},
    error::Error,
    id_token::IdToken,
    keys::{Document, Keys},
};

const NOW: i64 = 1_800_000_000;

/// The provider: its private key, and the keys that it publishes.
struct Signer {
    key: CoreEdDsaPrivateSigningKey,
    published: Keys,
}

impl Signer {
    fn new() -> Self {
        let key = key();
        let mut public =
            serde_json::to_value(key.as_verification_key()).expect("a key can be published");
        public["kid"] = json!("k1");
        public["use"] = json!("sig");
        // What else a provider may publish: keys for other uses, of other kinds, too short, and nonsense.
        let mut for_encryption = public.clone();
        for_encryption["use"] = json!("enc");
        for_encryption["kid"] = json!("k2");
        let short = json!({"kty": "RSA", "kid": "k3", "n": BASE64_URL_SAFE_NO_PAD.encode([0xff; 128]), "e": "AQAB"});
        let symmetric = json!({"kty": "oct", "kid": "k4", "k": "c2VjcmV0"});
        let unknown = json!({"kty": "AKP", "kid": "k5", "alg": "ML-DSA-44", "pub": "AAAA"});
        Self {
            key,
            published: published(&json!([
                public,
                for_encryption,
                short,
                symmetric,
                unknown,
                7,
                null
            ])),
        }
    }

    fn signs(&self, header: &Value, payload: &str) -> String {
        let signed = format!(
            "{}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(header.to_string()),
            BASE64_URL_SAFE_NO_PAD.encode(payload)
        );
        let signature = self
            .key
            .sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes())
            .expect("it signs");
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    fn honest(&self) -> String {
        self.signs(&header(), &payload().to_string())
    }

    fn with_claim(&self, name: &str, value: Value) -> String {
        let mut payload = payload();
        payload[name] = value;
        self.signs(&header(), &payload.to_string())
    }

    fn with_header(&self, name: &str, value: Value) -> String {
        let mut header = header();
        header[name] = value;
        self.signs(&header, &payload().to_string())
    }

    /// What `Provider::finish` does with a token.
    fn read(&self, token: &str) -> Result<Checked, Error> {
        let token = IdToken::parse(token)?;
        token.verify(&self.published)?;
        claims::check(
            &token.claims()?,
            &Expected {
                issuer: "https://idp.lan",
                client_id: "argus",
                nonce: "n-1",
                access_token_hash: &token.algorithm.half_digest("the access token"),
                now: at(0),
            },
        )
    }
}

fn key() -> CoreEdDsaPrivateSigningKey {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pair.serialize_pem(), None).expect("a key")
}

fn published(keys: &Value) -> Keys {
    let document: Document =
        serde_json::from_value(json!({ "keys": keys })).expect("a document of keys");
    Keys::new(document)
}

fn header() -> Value {
    json!({"alg": "EdDSA", "kid": "k1", "typ": "JWT"})
}

fn payload() -> Value {
    json!({"iss": "https://idp.lan", "aud": "argus", "sub": "ada", "nonce": "n-1", "iat": NOW, "exp": NOW + 300})
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(NOW + seconds)
}

#[test]
fn an_honest_token_passes() {
    let signer = Signer::new();
    let checked = signer.read(&signer.honest()).unwrap();
    assert_eq!(checked.subject, "ada");
    assert_eq!(checked.expires_at, at(300));
}

#[test]
fn claims_that_are_wrong_missing_or_of_another_type_are_refused() {
    let signer = Signer::new();
    for (claim, value, reason) in [
        ("iss", json!("https://idp.lan/"), "token_issuer_mismatch"),
        ("iss", json!("HTTPS://idp.lan"), "token_issuer_mismatch"),
        ("iss", json!(["https://idp.lan"]), "claim_unusable"),
        ("aud", json!("Argus"), "audience_mismatch"),
        ("aud", json!("argus "), "audience_mismatch"),
        ("aud", json!(["argus", "other"]), "audience_mismatch"),
        ("aud", json!(["argus", 7]), "claim_unusable"),
        ("aud", json!([]), "claim_unusable"),
        ("aud", json!({"argus": true}), "claim_unusable"),
        ("aud", json!(null), "claim_unusable"),
        ("azp", json!("other"), "authorized_party_mismatch"),
        ("azp", json!(null), "claim_unusable"),
        ("nonce", json!("n-2"), "nonce_mismatch"),
        ("nonce", json!(""), "nonce_mismatch"),
        ("nonce", json!(["n-1"]), "claim_unusable"),
        ("at_hash", json!("x"), "access_token_hash_mismatch"),
        ("at_hash", json!(7), "claim_unusable"),
        ("exp", json!(NOW - 30), "id_token_expired"),
        ("exp", json!(0), "id_token_expired"),
        ("exp", json!(NOW.to_string()), "claim_unusable"),
        ("exp", json!(1e300), "claim_unusable"),
        ("exp", json!(i64::MAX), "claim_unusable"),
        ("exp", json!(u64::MAX), "claim_unusable"),
        ("iat", json!(NOW + 31), "clock_behind"),
        ("iat", json!(NOW - 601), "id_token_too_old"),
        ("iat", json!(i64::MIN), "claim_unusable"),
        ("iat", json!(true), "claim_unusable"),
        ("nbf", json!(NOW + 31), "clock_behind"),
        ("nbf", json!("soon"), "claim_unusable"),
        ("sub", json!(""), "claim_unusable"),
        ("sub", json!("  "), "claim_unusable"),
        ("sub", json!("a\u{0}b"), "claim_unusable"),
        ("sub", json!("x".repeat(256)), "claim_unusable"),
        ("sub", json!(7), "claim_unusable"),
        ("sub", json!(null), "claim_unusable"),
    ] {
        let error = signer
            .read(&signer.with_claim(claim, value.clone()))
            .expect_err("a forged claim passed");
        assert_eq!(error.reason(), reason, "{claim} {value}: {error}");
    }
    for claim in ["iss", "aud", "sub", "nonce", "iat", "exp"] {
        let mut payload = payload();
        payload.as_object_mut().unwrap().remove(claim);
        let token = signer.signs(&header(), &payload.to_string());
        assert_eq!(
            signer.read(&token),
            Err(Error::ClaimMissing { claim }),
            "{claim}"
        );
    }
}

#[test]
fn claims_at_the_edge_of_what_is_allowed_pass() {
    let signer = Signer::new();
    let half = super::keys::Algorithm::EdDsa.half_digest("the access token");
    for (claim, value) in [
        ("aud", json!(["argus"])),
        ("azp", json!("argus")),
        ("at_hash", json!(half)),
        ("exp", json!(NOW - 29)),
        ("iat", json!(NOW + 30)),
        ("iat", json!(NOW - 600)),
        ("sub", json!("x".repeat(255))),
        ("address", json!([])),
    ] {
        let token = signer.with_claim(claim, value.clone());
        signer
            .read(&token)
            .unwrap_or_else(|error| panic!("{claim} {value}: {error}"));
    }
}

#[test]
fn headers_that_ask_for_another_way_are_refused() {
    let signer = Signer::new();
    for (name, value, reason) in [
        ("alg", json!("none"), "algorithm_refused"),
        ("alg", json!("None"), "algorithm_refused"),
        ("alg", json!(""), "algorithm_refused"),
        ("alg", json!("HS256"), "algorithm_refused"),
        ("alg", json!("HS512"), "algorithm_refused"),
        ("alg", json!("RS384"), "algorithm_refused"),
        ("alg", json!("ES512"), "algorithm_refused"),
        ("alg", json!("eddsa"), "algorithm_refused"),
        ("alg", json!("RSA-OAEP"), "algorithm_refused"),
        ("alg", json!(null), "id_token_malformed"),
        ("alg", json!(["EdDSA"]), "id_token_malformed"),
        ("alg", json!("RS256"), "key_unknown"),
        ("alg", json!("ES256"), "key_unknown"),
        ("kid", json!("k9"), "key_unknown"),
        ("kid", json!("K1"), "key_unknown"),
        ("kid", json!(""), "key_unknown"),
        ("kid", json!("../../k1"), "key_unknown"),
        ("kid", json!("k2"), "key_unknown"),
        ("kid", json!("k4"), "key_unknown"),
        ("kid", json!(1), "id_token_malformed"),
        ("crit", json!(["b64"]), "id_token_malformed"),
        ("b64", json!(false), "id_token_malformed"),
        ("enc", json!("A256GCM"), "id_token_malformed"),
        ("typ", json!("at+jwt"), "id_token_malformed"),
        ("typ", json!("logout+jwt"), "id_token_malformed"),
        ("typ", json!("JOSE"), "id_token_malformed"),
    ] {
        let error = signer
            .read(&signer.with_header(name, value.clone()))
            .expect_err("a forged header passed");
        assert_eq!(error.reason(), reason, "{name} {value}: {error}");
    }
}

#[test]
fn a_key_that_is_too_short_is_not_even_looked_at() {
    let mut header = header();
    header["alg"] = json!("RS256");
    header["kid"] = json!("k3");
    let signer = Signer::new();
    let token = signer.signs(&header, &payload().to_string());
    assert_eq!(signer.read(&token), Err(Error::UnknownKey));
}

#[test]
fn a_key_that_the_token_brings_along_changes_nothing() {
    let (signer, stranger) = (Signer::new(), Signer::new());
    let own = serde_json::to_value(stranger.key.as_verification_key()).unwrap();
    let mut header = header();
    header["jwk"] = own;
    header["jku"] = json!("https://attacker.lan/keys");
    header["x5u"] = json!("https://attacker.lan/chain");
    let token = stranger.signs(&header, &payload().to_string());
    assert_eq!(signer.read(&token), Err(Error::SignatureWrong));
}

#[test]
fn texts_that_are_no_token_are_refused() {
    let signer = Signer::new();
    let honest = signer.honest();
    let parts: Vec<&str> = honest.split('.').collect();
    for text in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "a.b.c".to_owned(),
        "{}.{}.{}".to_owned(),
        format!("{honest}."),
        format!(".{honest}"),
        format!("{honest}.{}.{}", parts[0], parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
        format!(" {honest}"),
        format!("{honest}\n"),
        format!("Bearer {honest}"),
    ] {
        let error = signer.read(&text).expect_err("no token passed");
        assert!(
            ["id_token_malformed", "signature_wrong"].contains(&error.reason()),
            "{text}: {error}"
        );
    }
}

#[test]
fn a_claim_that_stands_twice_is_refused() {
    let signer = Signer::new();
    let twice = payload().to_string().replacen('{', r#"{"sub":"root","#, 1);
    let error = signer.read(&signer.signs(&header(), &twice)).unwrap_err();
    assert_eq!(error.reason(), "id_token_malformed");
    for other in ["[]", "7", "null", "\"x\"", "{", ""] {
        let error = signer.read(&signer.signs(&header(), other)).unwrap_err();
        assert_eq!(error.reason(), "id_token_malformed", "{other}");
    }
}

#[test]
fn of_two_keys_of_one_name_neither_is_guessed() {
    let signer = Signer::new();
    let mut keys = [&signer.key, &key()]
        .map(|key| serde_json::to_value(key.as_verification_key()).expect("a key"));
    for key in &mut keys {
        key["kid"] = json!("k1");
    }
    let token = signer.honest();
    let token = IdToken::parse(&token).unwrap();
    let error = Error::from(token.verify(&published(&json!(keys))).unwrap_err());
    assert_eq!(error, Error::AmbiguousKey);
    assert!(token.verify(&published(&json!([]))).is_err());
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[ -~]{0,40}(\\.[ -~]{0,40}){0,4}") {
        prop_assert!(Signer::new().read(&text).is_err());
    }

    #[test]
    fn a_token_with_one_character_changed_is_refused(place in any::<prop::sample::Index>(), other in "[A-Za-z0-9_.-]") {
        let signer = Signer::new();
        let honest = signer.honest();
        let place = place.index(honest.len());
        let mut forged = honest.clone();
        forged.replace_range(place..=place, &other);
        prop_assume!(forged != honest);
        prop_assert!(signer.read(&forged).is_err());
    }
}
