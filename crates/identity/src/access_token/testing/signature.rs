//! Forgeries of the signature.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::json;
use uuid::Uuid;

use super::{Forged, Forger, refused, sealed};
use crate::access_token::Reason;

pub(super) fn tokens(forger: &Forger) -> Vec<Forged> {
    [
        refused(Reason::Signature, wrong(forger)),
        refused(Reason::Shape, misspelt(forger)),
    ]
    .concat()
}

/// Well-formed and not the key's.
fn wrong(forger: &Forger) -> Vec<(&'static str, String)> {
    let message = forger.message();
    let good = signature_of(&forger.good());
    let with = |bytes: &[u8]| format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes));
    let other = forger.with_claims(|claims| claims["jti"] = json!(Uuid::from_u128(1)));
    let other_message = &other[..other.rfind('.').expect("a token has dots")];
    let mut flipped = good.clone();
    flipped[0] ^= 1;
    vec![
        ("signature empty", format!("{message}.")),
        ("signature cut off", with(&good[..32])),
        ("signature a byte short", with(&good[..63])),
        ("signature a byte long", with(&[&good[..], &[0]].concat())),
        ("signature twice", with(&[&good[..], &good[..]].concat())),
        ("signature with a flipped bit", with(&flipped)),
        ("signature of another token", with(&signature_of(&other))),
        (
            "claims of another token",
            format!("{other_message}.{}", URL_SAFE_NO_PAD.encode(&good)),
        ),
        ("signature of all zeros", with(&[0; 64])),
        ("signature of all ones", with(&[0xff; 64])),
        (
            "signature of the identity and zero",
            with(&identity_and_zero()),
        ),
        (
            "signature of a small-order point",
            with(&small_order_and_zero()),
        ),
        ("signature with S + L", with(&malleable(&good))),
        (
            "signature halves swapped",
            with(&[&good[32..], &good[..32]].concat()),
        ),
        (
            "signed with another secret",
            sealed(&message, &forger.foreign.signing, Algorithm::EdDSA),
        ),
        (
            "signature over the claims alone",
            with(&signature_of(&sealed(
                message.split('.').nth(1).expect("two parts"),
                &forger.key.signing,
                Algorithm::EdDSA,
            ))),
        ),
    ]
}

/// Other spellings of a right signature: a token has one spelling, or lists of tokens could be gone around.
fn misspelt(forger: &Forger) -> Vec<(&'static str, String)> {
    let good = forger.good();
    let dashed = token_with_dashes(forger);
    let cut = dashed.rfind('.').expect("a token has dots");
    let standard = dashed[cut..].replace('-', "+").replace('_', "/");
    vec![
        ("signature with padding", format!("{good}==")),
        ("signature with one padding sign", format!("{good}=")),
        (
            "signature cut within a byte",
            good[..good.len() - 1].to_owned(),
        ),
        ("signature with stray last bits", with_stray_bits(&good)),
        (
            "signature in the standard alphabet",
            format!("{}{standard}", &dashed[..cut]),
        ),
        ("signature with a space", format!("{good} ")),
        ("signature with a newline", format!("{good}\n")),
        ("signature with a NUL", format!("{good}\0")),
        ("signature in percent signs", good.replace('.', "%2E")),
    ]
}

fn signature_of(token: &str) -> Vec<u8> {
    let signature = token.rsplit('.').next().expect("a token has parts");
    URL_SAFE_NO_PAD
        .decode(signature)
        .expect("it was just encoded")
}

/// R is the neutral element, S is zero: good under a key of small order, and only there.
fn identity_and_zero() -> [u8; 64] {
    let mut signature = [0; 64];
    signature[0] = 1;
    signature
}

/// R is the point of order two (y = -1), S is zero.
fn small_order_and_zero() -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].fill(0xff);
    signature[0] = 0xec;
    signature[31] = 0x7f;
    signature
}

/// The same signature with the group's order L added to S, which a careless verifier takes (RFC 8032, section 8.4).
fn malleable(signature: &[u8]) -> Vec<u8> {
    const LOW_HALF_OF_L: [u8; 16] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14,
    ];
    let mut order = [0_u8; 32];
    order[..16].copy_from_slice(&LOW_HALF_OF_L);
    order[31] = 0x10;
    let mut changed = signature.to_vec();
    let mut carry = 0_u16;
    for (byte, add) in changed[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    changed
}

/// 64 bytes leave four unused bits in the last character; a strict decoder wants them to be zero.
fn with_stray_bits(token: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = token.split_at(token.len() - 1);
    let at = ALPHABET
        .find(last)
        .expect("base64url has no other characters");
    format!("{rest}{}", &ALPHABET[at + 1..at + 2])
}

/// A good token whose signature has a character that the two alphabets write differently.
fn token_with_dashes(forger: &Forger) -> String {
    (0..1000)
        .map(|id| forger.with_claims(|claims| claims["jti"] = json!(Uuid::from_u128(id))))
        .find(|token| {
            token
                .rsplit('.')
                .next()
                .is_some_and(|part| part.contains(['-', '_']))
        })
        .expect("of a thousand signatures nearly every one has one")
}
