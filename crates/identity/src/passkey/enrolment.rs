//! A new passkey.

use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::RegisterPublicKeyCredential;

use super::ceremony::{Ceremony, Kind};
use super::{Error, Passkeys, StoredPasskey, answer, options_json};

impl Passkeys {
    /// What to ask a browser for (`navigator.credentials.create`) so that `person` gets a passkey.
    ///
    /// The passkey must be one that finds itself, as sign-in names nobody, and the authenticator must verify the
    /// person. Of which make it is, is not asked. `exclude` are the passkeys the person has.
    pub fn begin_enrolment(
        &self,
        person: Uuid,
        name: &str,
        exclude: &[StoredPasskey],
    ) -> Result<(Value, Ceremony), Error> {
        let exclude = exclude
            .iter()
            .map(|stored| stored.passkey.cred_id().clone())
            .collect();
        let (mut options, state) =
            self.webauthn
                .start_passkey_registration(person, name, name, Some(exclude))?;
        let selection = options
            .public_key
            .authenticator_selection
            .get_or_insert_default();
        selection.require_resident_key = true;
        // By its word, as the library does not export the type.
        selection.resident_key = serde_json::from_value(json!("required"))
            .map_err(|error| Error::Malformed(error.into()))?;
        let ceremony = Ceremony(Kind::Enrolment {
            person,
            state: Box::new(state),
        });
        Ok((options_json(&options)?, ceremony))
    }

    /// The passkey that a browser made.
    pub fn finish_enrolment(
        &self,
        ceremony: Ceremony,
        answer: &RawValue,
    ) -> Result<StoredPasskey, Error> {
        let Kind::Enrolment { person, state } = ceremony.0 else {
            return Err(Error::OtherCeremony);
        };
        let answer: RegisterPublicKeyCredential = answer::read(answer)?;
        answer::not_embedded(&answer.response.client_data_json)?;
        let passkey = self.webauthn.finish_passkey_registration(&answer, &state)?;
        // Nobody signs this, but a browser that says so is believed: the person could never sign in with it.
        let kept = answer
            .extensions
            .cred_props
            .and_then(|properties| properties.rk);
        if kept == Some(false) {
            return Err(Error::NotDiscoverable);
        }
        Ok(StoredPasskey { person, passkey })
    }
}
