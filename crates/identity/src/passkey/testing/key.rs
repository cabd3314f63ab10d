//! An authenticator's key: ECDSA on P-256, the algorithm that every authenticator has.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, EncodingKey};
use rand::Rng;

use super::cbor;

#[derive(Clone)]
pub(super) struct Key {
    signing: EncodingKey,
    x: Vec<u8>,
    y: Vec<u8>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// A P-256 private key in PKCS#8 (RFC 5958, with RFC 5915 within) up to its 32 bytes.
const PKCS8_BEFORE_KEY: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01,
    0x01, 0x04, 0x20,
];

impl Key {
    pub(super) fn generate() -> Self {
        let mut secret = [0_u8; 32];
        rand::rng().fill_bytes(&mut secret);
        // Below the group's order, whatever the rest is.
        secret[0] &= 0x7f;
        let mut pkcs8 = PKCS8_BEFORE_KEY.to_vec();
        pkcs8.extend_from_slice(&secret);
        let public_of = DEFAULT_PROVIDER
            .key_utils
            .ec_pub_components_from_private_key;
        let (_, x, y) = public_of(&pkcs8, Algorithm::ES256).expect("a number below the order");
        Self {
            signing: EncodingKey::from_ec_der(&pkcs8),
            x,
            y,
        }
    }

    pub(super) fn cose(&self) -> Vec<u8> {
        cbor::p256_key(&self.x, &self.y)
    }

    /// A signature in DER, as authenticators write it.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature = jsonwebtoken::crypto::sign(message, &self.signing, Algorithm::ES256)
            .expect("the key is on P-256");
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .expect("JWS writes base64url");
        let (r, s) = signature.split_at(32);
        let numbers = [der_integer(r), der_integer(s)].concat();
        let length = u8::try_from(numbers.len()).expect("two numbers of 32 bytes");
        [vec![0x30, length], numbers].concat()
    }
}

/// An unsigned number as a DER INTEGER: no leading zeros, but one where the number would look negative.
fn der_integer(number: &[u8]) -> Vec<u8> {
    let start = number
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(number.len() - 1);
    let number = &number[start..];
    let sign = if number[0] & 0x80 == 0 {
        vec![]
    } else {
        vec![0]
    };
    let length = u8::try_from(sign.len() + number.len()).expect("at most 33 bytes");
    [vec![0x02, length], sign, number.to_vec()].concat()
}
