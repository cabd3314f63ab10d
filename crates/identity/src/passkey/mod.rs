//! Passkeys (WebAuthn, user verification required): enrolment, sign-in and step-up.
//!
//! ```text
//! begin_* --options--> browser --answer--> finish_* --> what to store
//!    '-------- Ceremony, in the database --------'
//! ```
//!
//! A [`Ceremony`] holds the challenge that the answer must have signed. Whoever stores it hands it out once and not
//! after [`CEREMONY_LIFETIME`]: that is what makes an answer good for one time only. What a step-up is *for* stands
//! beside its ceremony, in the same row.
//!
//! Sign-in asks for no account name, so there is no name to guess: the authenticator says whose passkey it is
//! ([`Passkeys::identify`]), and the signature shows it. This module knows no accounts, sessions or rights.

use std::time::Duration;

use serde_json::Value;
use url::Url;
use webauthn_rs::{Webauthn, WebauthnBuilder};

mod answer;
mod assertion;
mod ceremony;
mod decoy;
mod enrolment;
mod error;
mod origin;
mod sign_in;
mod step_up;
mod stored;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use assertion::Used;
pub use ceremony::Ceremony;
pub use error::Error;
pub use origin::OriginError;
pub use step_up::SignedParts;
pub use stored::{PublicHalf, StoredPasskey};

/// How long a person may take; also told to the browser.
pub const CEREMONY_LIFETIME: Duration = Duration::from_mins(5);
/// The longest answer that is looked at; real ones have one to three kilobytes.
pub const MAX_ANSWER: usize = 16 * 1024;

/// The console as a relying party.
pub struct Passkeys {
    webauthn: Webauthn,
    host: String,
    origin: String,
}

impl Passkeys {
    /// Passkeys for the console at `origin`, which browsers call `name` when they ask the person.
    ///
    /// A passkey belongs to the origin's host for ever: a console that moves to another host starts without any.
    pub fn new(origin: &Url, name: &str) -> Result<Self, OriginError> {
        let host = origin::passkey_host(origin)?;
        // Only the origin: a path in the configured address is no part of what a browser signs.
        let bare =
            Url::parse(&origin.origin().ascii_serialization()).map_err(|_| OriginError::NoHost)?;
        let webauthn = WebauthnBuilder::new(host, &bare)
            .map(|builder| builder.rp_name(name).timeout(CEREMONY_LIFETIME))
            .and_then(WebauthnBuilder::build)
            .map_err(OriginError::Refused)?;
        Ok(Self {
            webauthn,
            host: host.to_owned(),
            origin: origin.origin().ascii_serialization(),
        })
    }

    /// The host that passkeys belong to.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The origin as browsers sign it.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// Options as the browser gets them.
fn options_json(options: &impl serde::Serialize) -> Result<Value, Error> {
    serde_json::to_value(options).map_err(|error| Error::Malformed(error.into()))
}
