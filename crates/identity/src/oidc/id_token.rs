//! An ID token: its three parts, its signature, its claims. Pure, no I/O.
//!
//! The order is fixed: the algorithm before a key is looked for, the signature before a claim is believed. The OpenID
//! library's own verifier is not used, only its keys: it has no leeway, leaves out `azp`, `iat` and `at_hash`, refuses
//! a token for an odd claim that nobody reads, and cannot say what is wrong in a way a person could act on.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{
    error::Error,
    keys::{Algorithm, BadSignature, Keys},
    shown::shown,
};

/// A token whose parts could be read. Nothing in it is believed yet.
pub(crate) struct IdToken<'a> {
    /// How it says it is signed; one of ours.
    pub(crate) algorithm: Algorithm,
    /// Which key it says signed it.
    pub(crate) key_id: Option<String>,
    signed: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// The header. Keys and addresses of keys in it (`jwk`, `jku`, `x5c`, `x5u`) are not even read.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
    enc: Option<IgnoredAny>,
}

impl<'a> IdToken<'a> {
    /// Takes a token apart.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let (signed, signature) = text.rsplit_once('.').ok_or(malformed("its parts"))?;
        let (header, payload) = signed.split_once('.').ok_or(malformed("its parts"))?;
        if payload.contains('.') {
            return Err(malformed("its parts"));
        }
        let header: Header = decode(header)
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or(malformed("its header"))?;
        let algorithm = Algorithm::parse(&header.alg).ok_or_else(|| Error::AlgorithmRefused {
            algorithm: shown(&header.alg),
        })?;
        if header.crit.is_some() || header.b64.is_some() || header.enc.is_some() {
            return Err(malformed("an extension in its header"));
        }
        if header.typ.as_deref().is_some_and(|typ| !is_jwt(typ)) {
            return Err(malformed("its type"));
        }
        Ok(Self {
            algorithm,
            key_id: header.kid,
            signed,
            payload: decode(payload).ok_or(malformed("its claims"))?,
            signature: decode(signature).ok_or(malformed("its signature"))?,
        })
    }

    /// Whether one of these keys signed it.
    pub(crate) fn verify(&self, keys: &Keys) -> Result<(), BadSignature> {
        keys.verify(
            self.key_id.as_deref(),
            self.algorithm,
            self.signed.as_bytes(),
            &self.signature,
        )
    }

    /// What it says. To be called once [`IdToken::verify`] agreed.
    pub(crate) fn claims(&self) -> Result<Map<String, Value>, Error> {
        let Unambiguous(claims) =
            serde_json::from_slice(&self.payload).map_err(|_| malformed("its claims"))?;
        Ok(claims)
    }
}

fn malformed(part: &'static str) -> Error {
    Error::TokenMalformed { part }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

/// A token of another kind, such as an access token (`at+jwt`) or a logout token, must not pass as an ID token.
fn is_jwt(typ: &str) -> bool {
    typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("application/jwt")
}

/// An object in which no name stands twice: two readers could otherwise take it for two different things.
struct Unambiguous(Map<String, Value>);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Unambiguous;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Unambiguous, A::Error> {
                let mut map = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if map.insert(name, value).is_some() {
                        return Err(de::Error::custom("a name stands twice"));
                    }
                }
                Ok(Unambiguous(map))
            }
        }
        deserializer.deserialize_map(Object)
    }
}
