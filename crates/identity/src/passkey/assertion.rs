//! What sign-in and step-up have in common once the library has checked the signature.

use uuid::Uuid;
use webauthn_rs::prelude::{AuthenticationResult, PublicKeyCredential};

use super::{Error, StoredPasskey};

/// A passkey that was used.
#[derive(Debug, Clone)]
pub struct Used {
    /// The passkey as it is to be stored now.
    pub passkey: StoredPasskey,
    /// Its counter; 0 if it does not count.
    pub counter: u32,
    /// Whether it differs from what was stored.
    pub changed: bool,
}

/// Compares what an authenticator said with what is stored, and takes it over.
pub(super) fn accept(result: &AuthenticationResult, stored: &StoredPasskey) -> Result<Used, Error> {
    // Asked for as required, and checked by the library; a step-up rests on it, so it is not left to one check.
    if !result.user_verified() {
        return Err(Error::NotVerified);
    }
    // The library compares with what it knew when the ceremony began. Meanwhile the passkey may have been used.
    let (before, counter) = (stored.counter(), result.counter());
    if counter <= before && (counter, before) != (0, 0) {
        return Err(Error::Cloned);
    }
    let mut passkey = stored.clone();
    let changed = passkey
        .passkey
        .update_credential(result)
        .ok_or(Error::UnknownPasskey)?;
    Ok(Used {
        passkey,
        counter,
        changed,
    })
}

/// Whom an answer names; none if it names nobody.
pub(super) fn named_person(answer: &PublicKeyCredential) -> Result<Option<Uuid>, Error> {
    answer
        .get_user_unique_id()
        .map(|handle| Uuid::from_slice(handle).map_err(|_| Error::OtherPerson))
        .transpose()
}
