//! What the authenticator says of a ceremony (WebAuthn Level 3, section 6.1).

use sha2::{Digest, Sha256};

use super::Flaw;

/// SHA-256 of the host, flags, counter.
const LEAST: usize = 32 + 1 + 4;
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
/// A new key follows, as only in an enrolment.
const HAS_KEY: u8 = 0x40;
const HAS_EXTENSIONS: u8 = 0x80;

/// Whether the authenticator verified somebody who was there, for the host `rp_id`.
pub(super) fn check(data: &[u8], rp_id: &str) -> Result<(), Flaw> {
    let (host, rest) = data.split_at_checked(32).ok_or(Flaw::AuthenticatorData)?;
    let flags = *rest.first().ok_or(Flaw::AuthenticatorData)?;
    let has_more = data.len() > LEAST;
    if data.len() < LEAST || flags & HAS_KEY != 0 || has_more != (flags & HAS_EXTENSIONS != 0) {
        return Err(Flaw::AuthenticatorData);
    }
    if host != Sha256::digest(rp_id.as_bytes()).as_slice() {
        return Err(Flaw::RelyingParty);
    }
    if flags & USER_PRESENT == 0 {
        return Err(Flaw::NotPresent);
    }
    if flags & USER_VERIFIED == 0 {
        return Err(Flaw::NotVerified);
    }
    Ok(())
}
