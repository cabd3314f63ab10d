//! The keys that a replica knows, and what it signs and accepts with them.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::key::KeyPair;
use super::verified::{Verified, VerifiedTokens};
use super::{
    ALGORITHM, AUDIENCE, Claims, ISSUER, LEEWAY, MAX_LENGTH, Reason, Refused, RingKey, TYPE,
};

/// Signs and verifies tokens.
pub struct KeyRing {
    /// By the name as a header has it, so that no other spelling of a name finds a key.
    keys: HashMap<String, Member>,
    validation: Validation,
    verified: VerifiedTokens,
}

struct Member {
    row: RingKey,
    pair: KeyPair,
}

/// Why there is no ring.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    /// Two rows have one name.
    #[error("two access token keys have the same id")]
    DoubleKey,
    /// A key could not be derived.
    #[error("an access token key could not be derived from SESSION_SECRET")]
    Derive(#[source] jsonwebtoken::errors::Error),
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No key signs now.
    #[error("the key ring has no key that signs now")]
    NoKey,
    /// The claims are such as [`KeyRing::verify`] would refuse.
    #[error("the claims of the access token are not ones that Argus accepts")]
    Claims,
    /// The library failed.
    #[error("the access token could not be signed")]
    Sign(#[source] jsonwebtoken::errors::Error),
}

/// The whole header of a token. Whatever else a header may say (`jwk`, `jku`, `x5u`, `x5c`, `crit`, `b64`, `zip`,
/// `cty`) would be a way to choose the key or the meaning, so it is refused instead of ignored.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExactHeader {
    alg: String,
    typ: String,
    kid: String,
}

impl KeyRing {
    /// The ring of these rows.
    pub fn new(secret: &SecretString, keys: Vec<RingKey>) -> Result<Self, RingError> {
        // The library panics at first use where it can't tell which implementation is meant, which another crate's
        // choice of features could bring about. An error says that one was chosen before, which is as good.
        let _chosen_before = DEFAULT_PROVIDER.install_default();
        let mut members = HashMap::with_capacity(keys.len());
        for row in keys {
            let pair = KeyPair::derive(secret, row.kid).map_err(RingError::Derive)?;
            if members
                .insert(row.kid.to_string(), Member { row, pair })
                .is_some()
            {
                return Err(RingError::DoubleKey);
            }
        }
        Ok(Self {
            keys: members,
            validation: validation(),
            verified: VerifiedTokens::default(),
        })
    }

    /// Signs claims with the newest key that signs at `now`.
    pub fn sign(&self, claims: &Claims, now: OffsetDateTime) -> Result<SecretString, SignError> {
        if !claims.has_bounded_lifetime() || claims.iss != ISSUER || claims.aud != AUDIENCE {
            return Err(SignError::Claims);
        }
        let (kid, key) = self.signing_key(claims, now).ok_or(SignError::NoKey)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(kid.clone());
        let token = jsonwebtoken::encode(&header, claims, &key.pair.signing);
        Ok(token.map_err(SignError::Sign)?.into())
    }

    /// What a token says, if it is one of ours and holds at `now`.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Result<Claims, Refused> {
        if token.len() > MAX_LENGTH {
            return Err(Refused::Invalid(Reason::Length));
        }
        let known = self.verified.get(token);
        let is_new = known.is_none();
        let verified = match known {
            Some(verified) if verified.key.is_live(now) => verified,
            Some(_) => return Err(Refused::Invalid(Reason::UnknownKey)),
            None => self.check(token, now).map_err(Refused::Invalid)?,
        };
        check_times(&verified.claims, now)?;
        let claims = verified.claims.clone();
        if is_new {
            self.verified.insert(token, verified, now.unix_timestamp());
        }
        Ok(claims)
    }

    /// Whose signature a token has and what it says: all of it but whether that holds now.
    fn check(&self, token: &str, now: OffsetDateTime) -> Result<Verified, Reason> {
        let key = self.key_of(token, now)?;
        let decoded =
            jsonwebtoken::decode::<Box<RawValue>>(token, &key.pair.verifying, &self.validation)
                .map_err(|error| reason_of(error.kind()))?;
        let claims: Claims = exact_object(decoded.claims.get().as_bytes()).ok_or(Reason::Claims)?;
        if !claims.has_bounded_lifetime() {
            return Err(Reason::Lifetime);
        }
        Ok(Verified {
            key: key.row,
            claims,
        })
    }

    /// The newest key that signs now and will verify these claims for as long as they hold.
    fn signing_key(&self, claims: &Claims, now: OffsetDateTime) -> Option<(&String, &Member)> {
        let outlives = |until: OffsetDateTime| {
            until.unix_timestamp() >= claims.exp.saturating_add(LEEWAY.whole_seconds())
        };
        self.keys
            .iter()
            .filter(|(_, key)| key.row.signs_from <= now)
            .filter(|(_, key)| key.row.verifies_until.is_none_or(outlives))
            .max_by_key(|(_, key)| (key.row.signs_from, key.row.kid))
    }

    /// The key that a token names: everything that can be told before any cryptography.
    fn key_of(&self, token: &str, now: OffsetDateTime) -> Result<&Member, Reason> {
        let mut parts = token.split('.');
        let (Some(header), Some(_claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Reason::Shape);
        };
        let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| Reason::Shape)?;
        let header: ExactHeader = exact_object(&header).ok_or(Reason::Header)?;
        if header.alg != ALGORITHM {
            return Err(Reason::Algorithm);
        }
        if header.typ != TYPE {
            return Err(Reason::Type);
        }
        if signature.is_empty() {
            return Err(Reason::Signature);
        }
        let key = self.keys.get(&header.kid).ok_or(Reason::UnknownKey)?;
        if key.row.is_live(now) {
            Ok(key)
        } else {
            Err(Reason::UnknownKey)
        }
    }
}

fn check_times(claims: &Claims, now: OffsetDateTime) -> Result<(), Refused> {
    let (now, leeway) = (now.unix_timestamp(), LEEWAY.whole_seconds());
    if claims.iat.max(claims.nbf) > now.saturating_add(leeway) {
        return Err(Refused::NotYet);
    }
    if claims.exp <= now.saturating_sub(leeway) {
        return Err(Refused::Expired);
    }
    Ok(())
}

/// What the library checks besides the signature. The times are checked here, as it would ask the machine's clock.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

/// A JSON object as a struct. Serde would read a list as one too, and we never write one.
fn exact_object<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Option<T> {
    if json.first() != Some(&b'{') {
        return None;
    }
    serde_json::from_slice(json).ok()
}

fn reason_of(kind: &ErrorKind) -> Reason {
    match kind {
        ErrorKind::InvalidToken | ErrorKind::Base64(_) => Reason::Shape,
        ErrorKind::InvalidAlgorithm => Reason::Algorithm,
        ErrorKind::InvalidIssuer => Reason::Issuer,
        ErrorKind::InvalidAudience => Reason::Audience,
        ErrorKind::MissingRequiredClaim(_)
        | ErrorKind::InvalidClaimFormat(_)
        | ErrorKind::InvalidSubject
        | ErrorKind::Json(_)
        | ErrorKind::Utf8(_) => Reason::Claims,
        // Whatever else goes wrong: it was not shown to be ours.
        _ => Reason::Signature,
    }
}
