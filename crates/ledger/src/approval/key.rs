//! Public keys as authenticators write them: COSE keys (RFC 9052, RFC 9053, RFC 8230) in deterministic CBOR.
//!
//! A key has one spelling here, so it is read by comparing with that spelling instead of by a CBOR reader: what does
//! not fit to the byte is no key.

use p256::ecdsa::signature::Verifier;
use rsa::{BigUint, RsaPublicKey};
use sha2::{Digest, Sha256};

use super::Flaw;

/// `{1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}` up to the first coordinate: ECDSA with SHA-256 on P-256.
const ES256: &[u8] = &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
/// `{1: 2, 3: -35, -1: 2, -2: bytes(48), -3: bytes(48)}`: ECDSA with SHA-384 on P-384.
const ES384: &[u8] = &[0xa5, 1, 2, 3, 0x38, 0x22, 0x20, 2, 0x21, 0x58, 48];
/// `{1: 3, 3: -257, -1: bytes(n), -2: bytes(3)}` up to the modulus' length in two bytes: RSA with SHA-256.
const RS256: &[u8] = &[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59];
/// Before the exponent.
const EXPONENT: &[u8] = &[0x21, 0x43];
/// Fewest and most bytes of an RSA modulus: 2048 to 4096 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=512;
/// What precedes a SHA-256 in a PKCS #1 v1.5 signature (RFC 8017, section 9.2).
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// A passkey's public half: the kinds that can be enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// ECDSA with SHA-256 on P-256.
    Es256 {
        /// One coordinate.
        x: [u8; 32],
        /// The other.
        y: [u8; 32],
    },
    /// ECDSA with SHA-384 on P-384.
    Es384 {
        /// One coordinate.
        x: [u8; 48],
        /// The other.
        y: [u8; 48],
    },
    /// RSA with PKCS #1 v1.5 and SHA-256.
    Rs256 {
        /// The modulus, without leading zeros.
        n: Vec<u8>,
        /// The exponent.
        e: [u8; 3],
    },
}

impl PublicKey {
    /// As a COSE key.
    pub fn to_cose(&self) -> Vec<u8> {
        match self {
            Self::Es256 { x, y } => [ES256, x, &[0x22, 0x58, 32], y].concat(),
            Self::Es384 { x, y } => [ES384, x, &[0x22, 0x58, 48], y].concat(),
            Self::Rs256 { n, e } => {
                let length = u16::try_from(n.len()).unwrap_or(u16::MAX).to_be_bytes();
                [RS256, &length, n, EXPONENT, e].concat()
            }
        }
    }

    /// The key that a COSE key is.
    pub fn from_cose(cose: &[u8]) -> Result<Self, Flaw> {
        let key = if let Some(rest) = cose.strip_prefix(ES256) {
            let (x, y) = coordinates(rest)?;
            Self::Es256 { x, y }
        } else if let Some(rest) = cose.strip_prefix(ES384) {
            let (x, y) = coordinates(rest)?;
            Self::Es384 { x, y }
        } else {
            let rest = cose.strip_prefix(RS256).ok_or(Flaw::Key)?;
            let (length, rest) = rest.split_first_chunk::<2>().ok_or(Flaw::Key)?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (n, rest) = rest.split_at_checked(length).ok_or(Flaw::Key)?;
            let e = rest.strip_prefix(EXPONENT).ok_or(Flaw::Key)?;
            Self::Rs256 {
                n: n.to_vec(),
                e: e.try_into().map_err(|_| Flaw::Key)?,
            }
        };
        // One spelling: what differs in a length byte that was skipped above is found here.
        if key.to_cose() == cose {
            Ok(key)
        } else {
            Err(Flaw::Key)
        }
    }

    /// What the key's algorithm is called in COSE.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Es256 { .. } => "ES256",
            Self::Es384 { .. } => "ES384",
            Self::Rs256 { .. } => "RS256",
        }
    }

    /// Whether `signature` over `message` is this key's.
    pub(super) fn check(&self, message: &[u8], signature: &[u8]) -> Result<(), Flaw> {
        match self {
            Self::Es256 { x, y } => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&sec1(x, y));
                let signature = p256::ecdsa::Signature::from_der(signature);
                let (key, signature) = (key.map_err(bad_key)?, signature.map_err(bad_signature)?);
                key.verify(message, &signature).map_err(bad_signature)
            }
            Self::Es384 { x, y } => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(&sec1(x, y));
                let signature = p384::ecdsa::Signature::from_der(signature);
                let (key, signature) = (key.map_err(bad_key)?, signature.map_err(bad_signature)?);
                key.verify(message, &signature).map_err(bad_signature)
            }
            Self::Rs256 { n, e } => {
                if !MODULUS.contains(&n.len()) || n.first() == Some(&0) {
                    return Err(Flaw::Key);
                }
                let [n, e] = [n.as_slice(), e].map(BigUint::from_bytes_be);
                let key = RsaPublicKey::new(n, e).map_err(bad_key)?;
                let scheme = rsa::Pkcs1v15Sign {
                    hash_len: Some(32),
                    prefix: SHA256_PREFIX.into(),
                };
                key.verify(scheme, &Sha256::digest(message), signature)
                    .map_err(bad_signature)
            }
        }
    }
}

/// Two coordinates of `N` bytes, with the second one's label and length between them.
fn coordinates<const N: usize>(rest: &[u8]) -> Result<([u8; N], [u8; N]), Flaw> {
    let (x, rest) = rest.split_first_chunk::<N>().ok_or(Flaw::Key)?;
    let (_, y) = rest.split_first_chunk::<3>().ok_or(Flaw::Key)?;
    Ok((*x, y.try_into().map_err(|_| Flaw::Key)?))
}

/// An uncompressed point.
fn sec1(x: &[u8], y: &[u8]) -> Vec<u8> {
    [&[4], x, y].concat()
}

fn bad_key<E>(_: E) -> Flaw {
    Flaw::Key
}

fn bad_signature<E>(_: E) -> Flaw {
    Flaw::Signature
}
