//! A provider's signing keys, and what they may be used for.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openidconnect::{
    JsonWebKey, JsonWebKeyAlgorithm, SignatureVerificationError,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm as Core},
};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};

/// An RSA modulus shorter than 2048 bits is not worth its name any more (RFC 7518, section 3.3).
const LEAST_MODULUS: usize = 2048 / 8;

/// The algorithms we accept. There is no symmetric one, and there is no `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

/// The signing keys as they were last published.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<CoreJsonWebKey>);

/// Why a signature proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadSignature {
    /// No published key fits; newer ones may.
    NoKey,
    /// Several keys fit, and the token does not say which.
    Ambiguous,
    /// The key that fits did not sign this.
    Wrong,
}

/// The document at `jwks_uri`.
#[derive(Deserialize)]
pub(crate) struct Document {
    keys: Vec<Value>,
}

impl Algorithm {
    /// Those of the list, by their exact names.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "PS256" => Self::Ps256,
            "ES256" => Self::Es256,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }

    fn core(self) -> Core {
        match self {
            Self::Rs256 => Core::RsaSsaPkcs1V15Sha256,
            Self::Ps256 => Core::RsaSsaPssSha256,
            Self::Es256 => Core::EcdsaP256Sha256,
            Self::EdDsa => Core::EdDsa,
        }
    }

    /// What `at_hash` must be: the left half of the digest that belongs to the algorithm.
    pub(crate) fn half_digest(self, text: &str) -> String {
        let digest = match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => Sha256::digest(text).to_vec(),
            Self::EdDsa => Sha512::digest(text).to_vec(),
        };
        BASE64_URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2])
    }
}

impl Keys {
    /// Takes the keys that we can use. A provider may publish others beside them; those are left out, not an error.
    pub(crate) fn new(document: Document) -> Self {
        let usable = document
            .keys
            .into_iter()
            .filter(is_long_enough)
            .filter_map(|key| serde_json::from_value(key).ok())
            .collect();
        Self(usable)
    }

    /// Verifies with the one key that fits. Neither the id nor the algorithm is trusted: both come from the token, and
    /// the key itself must be made for the algorithm.
    pub(crate) fn verify(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let core = algorithm.core();
        let mut fitting = self.0.iter().filter(|key| {
            id.is_none_or(|id| key.key_id().is_some_and(|own| own.as_str() == id))
                && fits(key, &core)
        });
        let key = fitting.next().ok_or(BadSignature::NoKey)?;
        if fitting.next().is_some() {
            return Err(BadSignature::Ambiguous);
        }
        key.verify_signature(&core, message, signature)
            .map_err(|error| match error {
                SignatureVerificationError::NoMatchingKey => BadSignature::NoKey,
                _ => BadSignature::Wrong,
            })
    }
}

fn fits(key: &CoreJsonWebKey, algorithm: &Core) -> bool {
    use openidconnect::{JsonWebKeyUse, JwsSigningAlgorithm};
    key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
        && algorithm.key_type().as_ref() == Some(key.key_type())
        && match key.signing_alg() {
            JsonWebKeyAlgorithm::Unspecified => true,
            JsonWebKeyAlgorithm::Algorithm(own) => own == algorithm,
            JsonWebKeyAlgorithm::Unsupported => false,
        }
}

fn is_long_enough(key: &Value) -> bool {
    if key["kty"] != "RSA" {
        return true;
    }
    key["n"]
        .as_str()
        .and_then(|text| BASE64_URL_SAFE_NO_PAD.decode(text).ok())
        .is_some_and(|modulus| {
            modulus.iter().skip_while(|byte| **byte == 0).count() >= LEAST_MODULUS
        })
}
