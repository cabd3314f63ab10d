//! Forged tokens, each wrong in one way: what every place that takes a token must refuse.
//!
//! All are built like a good token and, unless the forgery is in the signature, signed with the ring's own key, so
//! that nothing but the named defect can be what they are refused for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::key::KeyPair;
use super::{Claims, Reason, Refused, RingKey};

mod content;
mod header;
mod key_id;
mod shape;
mod signature;
mod times;
#[cfg(test)]
pub(super) use times::timed;

/// A token that must be refused.
#[derive(Debug, Clone)]
pub struct Forged {
    /// What is wrong with it.
    pub name: &'static str,
    /// The token. Some can't be put into an HTTP header at all.
    pub token: String,
    /// What [`super::KeyRing::verify`] says to it.
    pub refused: Refused,
}

/// The forged tokens of a ring that has a live key.
///
/// `claims` must be good at `now`. Tokens of a retired key are among them if `ring` has one.
pub fn forged(
    secret: &SecretString,
    ring: &[RingKey],
    claims: &Claims,
    now: OffsetDateTime,
) -> Vec<Forged> {
    let forger = Forger::new(secret, ring, claims, now);
    [
        header::tokens(&forger),
        key_id::tokens(&forger),
        content::tokens(&forger),
        times::tokens(&forger),
        signature::tokens(&forger),
        shape::tokens(&forger),
    ]
    .concat()
}

/// Builds tokens out of a good one's parts.
pub(super) struct Forger {
    kid: Uuid,
    key: KeyPair,
    /// Keys of the ring that verify no more.
    retired: Vec<(Uuid, KeyPair)>,
    /// A key of an installation with another secret.
    foreign: KeyPair,
    claims: Value,
    now: i64,
}

impl Forger {
    pub(super) fn new(
        secret: &SecretString,
        ring: &[RingKey],
        claims: &Claims,
        now: OffsetDateTime,
    ) -> Self {
        let pair = |secret: &SecretString, kid| {
            KeyPair::derive(secret, kid).expect("every seed is an Ed25519 key")
        };
        let (live, retired): (Vec<&RingKey>, Vec<&RingKey>) =
            ring.iter().partition(|key| key.is_live(now));
        let signer = live
            .iter()
            .find(|key| key.signs_from <= now)
            .expect("the ring signs");
        Self {
            kid: signer.kid,
            key: pair(secret, signer.kid),
            retired: retired
                .iter()
                .map(|key| (key.kid, pair(secret, key.kid)))
                .collect(),
            foreign: pair(
                &"another installation's secret".to_owned().into(),
                signer.kid,
            ),
            claims: serde_json::to_value(claims).expect("claims are JSON"),
            now: now.unix_timestamp(),
        }
    }

    /// The good token that the others are made of.
    pub(super) fn good(&self) -> String {
        self.signed(&self.header().to_string(), &self.claims.to_string())
    }

    fn header(&self) -> Value {
        json!({"alg": "EdDSA", "typ": "at+jwt", "kid": self.kid})
    }

    /// A token of this header and these claims, rightly signed.
    fn signed(&self, header: &str, claims: &str) -> String {
        sealed(
            &message(header, claims),
            &self.key.signing,
            Algorithm::EdDSA,
        )
    }

    /// A rightly signed token whose header was changed.
    fn with_header(&self, change: impl FnOnce(&mut Map<String, Value>)) -> String {
        self.signed(&changed(self.header(), change), &self.claims.to_string())
    }

    /// A rightly signed token whose claims were changed.
    fn with_claims(&self, change: impl FnOnce(&mut Map<String, Value>)) -> String {
        self.signed(
            &self.header().to_string(),
            &changed(self.claims.clone(), change),
        )
    }

    /// The public half of the ring's key: what everybody may know.
    fn public(&self) -> &[u8] {
        self.key
            .verifying
            .try_get_as_bytes()
            .expect("an Ed25519 key is bytes")
    }

    /// The good token without its signature.
    fn message(&self) -> String {
        message(&self.header().to_string(), &self.claims.to_string())
    }
}

fn changed(mut value: Value, change: impl FnOnce(&mut Map<String, Value>)) -> String {
    change(
        value
            .as_object_mut()
            .expect("headers and claims are objects"),
    );
    value.to_string()
}

/// Header and claims as they are signed.
fn message(header: &str, claims: &str) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    )
}

/// A message with its signature.
fn sealed(message: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm);
    format!(
        "{message}.{}",
        signature.expect("the key is of the algorithm's kind")
    )
}

fn refused(reason: Reason, tokens: Vec<(&'static str, String)>) -> Vec<Forged> {
    let refused = Refused::Invalid(reason);
    tokens
        .into_iter()
        .map(|(name, token)| Forged {
            name,
            token,
            refused,
        })
        .collect()
}
