//! Sign-in with a passkey that finds itself.

use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;
use webauthn_rs::prelude::PublicKeyCredential;

use super::assertion::{Used, accept, named_person};
use super::ceremony::{Ceremony, Kind};
use super::{Error, Passkeys, StoredPasskey, answer, options_json};

impl Passkeys {
    /// What to ask a browser for (`navigator.credentials.get`). It is the same for everybody.
    pub fn begin_sign_in(&self) -> Result<(Value, Ceremony), Error> {
        let (mut options, state) = self.webauthn.start_discoverable_authentication()?;
        // Whether the browser asks at once or in a field's suggestions is the page's choice.
        options.mediation = None;
        Ok((
            options_json(&options)?,
            Ceremony(Kind::SignIn {
                state: Box::new(state),
            }),
        ))
    }

    /// Who the answer says it is, and with which passkey: what to look up, and nothing to rely on yet.
    pub fn identify(&self, answer: &RawValue) -> Result<(Uuid, Vec<u8>), Error> {
        let answer: PublicKeyCredential = answer::read(answer)?;
        let person = named_person(&answer)?.ok_or(Error::OtherPerson)?;
        Ok((person, answer.get_credential_id().to_vec()))
    }

    /// Checks the answer with the passkey that it named.
    pub fn finish_sign_in(
        &self,
        ceremony: Ceremony,
        answer: &RawValue,
        passkey: &StoredPasskey,
    ) -> Result<Used, Error> {
        let Kind::SignIn { state } = ceremony.0 else {
            return Err(Error::OtherCeremony);
        };
        let answer: PublicKeyCredential = answer::read(answer)?;
        if named_person(&answer)? != Some(passkey.person) {
            return Err(Error::OtherPerson);
        }
        answer::not_embedded(&answer.response.client_data_json)?;
        let result = self.webauthn.finish_discoverable_authentication_v2(
            &answer,
            *state,
            &passkey.passkey,
        )?;
        accept(&result, passkey)
    }
}
