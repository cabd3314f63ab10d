//! What the browser says of a ceremony (WebAuthn Level 3, section 5.8.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::Flaw;

/// The parts that decide. Browsers may add others.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

/// Whether the browser was asked for an assertion over `challenge`, on a page of `origin`.
pub(super) fn check(json: &[u8], challenge: &[u8; 32], origin: &str) -> Result<(), Flaw> {
    let data: ClientData = serde_json::from_slice(json).map_err(|_| Flaw::ClientData)?;
    if data.kind != "webauthn.get" {
        return Err(Flaw::Ceremony);
    }
    if data.challenge != URL_SAFE_NO_PAD.encode(challenge) {
        return Err(Flaw::Challenge);
    }
    if data.origin != origin || data.cross_origin {
        return Err(Flaw::Origin {
            expected: origin.to_owned(),
        });
    }
    Ok(())
}
