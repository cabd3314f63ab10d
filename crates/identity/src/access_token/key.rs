//! One key: the row that names it, and how it comes out of the secret.

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::jwk::EllipticCurve;
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use time::OffsetDateTime;
use uuid::Uuid;

/// What is stored of a key: its name and its times, never the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RingKey {
    /// Its name, in the header of each token it signs.
    pub kid: Uuid,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From when on it signs. It verifies as soon as it is known: another replica's clock may be ahead.
    pub signs_from: OffsetDateTime,
    /// Until when it verifies; none while no newer key stands ready.
    pub verifies_until: Option<OffsetDateTime>,
}

impl RingKey {
    /// Whether a token of this key may be good.
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        self.verifies_until.is_none_or(|until| until > now)
    }
}

/// Both halves of a key.
pub(super) struct KeyPair {
    pub(super) signing: EncodingKey,
    pub(super) verifying: DecodingKey,
}

/// An Ed25519 private key in PKCS#8 (RFC 8410, section 7) up to its seed: `SEQUENCE { INTEGER 0, SEQUENCE { OID
/// 1.3.101.112 }, OCTET STRING { OCTET STRING (32 bytes) } }`.
const PKCS8_BEFORE_SEED: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

impl KeyPair {
    /// The key called `kid`: the same wherever the secret is the same, so that nothing but names need be stored.
    pub(super) fn derive(secret: &SecretString, kid: Uuid) -> jsonwebtoken::errors::Result<Self> {
        let mut pkcs8 = PKCS8_BEFORE_SEED.to_vec();
        pkcs8.extend_from_slice(&seed(secret, kid));
        let public_of = DEFAULT_PROVIDER
            .key_utils
            .ed_pub_components_from_private_key;
        let public = public_of(&pkcs8, &EllipticCurve::Ed25519)?;
        Ok(Self {
            signing: EncodingKey::from_ed_der(&pkcs8),
            verifying: DecodingKey::from_ed_der(&public),
        })
    }
}

fn seed(secret: &SecretString, kid: Uuid) -> [u8; 32] {
    let key = secret.expose_secret().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(b"argus\0access-token-key\0");
    mac.update(kid.to_string().as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public_half(secret: &str, kid: u128) -> Vec<u8> {
        let pair = KeyPair::derive(&secret.to_owned().into(), Uuid::from_u128(kid)).unwrap();
        pair.verifying.try_get_as_bytes().unwrap().to_vec()
    }

    #[test]
    fn a_key_is_made_of_the_secret_and_its_name_and_nothing_else() {
        assert_eq!(public_half("one", 1), public_half("one", 1));
        assert_ne!(public_half("one", 1), public_half("one", 2));
        assert_ne!(public_half("one", 1), public_half("two", 1));
        assert_eq!(public_half("one", 1).len(), 32);
    }
}
