//! A fresh assertion of somebody who is signed in, for one act.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;
use webauthn_rs::prelude::{PasskeyAuthentication, PublicKeyCredential};

use super::assertion::{Used, accept, named_person};
use super::ceremony::{Ceremony, Kind};
use super::{Error, Passkeys, StoredPasskey, answer, options_json};

impl Passkeys {
    /// What to ask a browser for: an assertion of one of these passkeys, which must all be one person's.
    pub fn begin_step_up(&self, passkeys: &[StoredPasskey]) -> Result<(Value, Ceremony), Error> {
        let (person, options, state) = self.start_step_up(passkeys)?;
        Ok((options, ceremony(person, state)))
    }

    /// The same, but what is signed is chosen by the caller: `challenge` makes it out of the random bytes that would
    /// have been signed otherwise, and must make another one of every other bytes.
    ///
    /// The library makes its own challenge, and has no way to be given one. It stands in two places, in the options
    /// and in the state, and both are exchanged; where either is not found as expected, nothing is begun.
    pub fn begin_signed_step_up(
        &self,
        passkeys: &[StoredPasskey],
        challenge: impl FnOnce(&[u8]) -> [u8; 32],
    ) -> Result<(Value, Ceremony), Error> {
        let (person, mut options, state) = self.start_step_up(passkeys)?;
        let mut state = serde_json::to_value(&state).map_err(malformed)?;
        let drawn = state.pointer("/ast/challenge").and_then(Value::as_str);
        let drawn = drawn.ok_or(Error::OtherCeremony)?.to_owned();
        let random = URL_SAFE_NO_PAD.decode(&drawn).map_err(malformed)?;
        let ours = Value::from(URL_SAFE_NO_PAD.encode(challenge(&random)));
        for (place, pointer) in [
            (&mut options, "/publicKey/challenge"),
            (&mut state, "/ast/challenge"),
        ] {
            let there = place.pointer_mut(pointer).ok_or(Error::OtherCeremony)?;
            if there.as_str() != Some(&drawn) {
                return Err(Error::OtherCeremony);
            }
            *there = ours.clone();
        }
        let state: PasskeyAuthentication = serde_json::from_value(state).map_err(malformed)?;
        Ok((options, ceremony(person, state)))
    }

    fn start_step_up(
        &self,
        passkeys: &[StoredPasskey],
    ) -> Result<(Uuid, Value, PasskeyAuthentication), Error> {
        let person = passkeys.first().ok_or(Error::NoPasskey)?.person;
        if passkeys.iter().any(|stored| stored.person != person) {
            return Err(Error::OtherPerson);
        }
        let allowed: Vec<_> = passkeys
            .iter()
            .map(|stored| stored.passkey.clone())
            .collect();
        let (options, state) = self.webauthn.start_passkey_authentication(&allowed)?;
        Ok((person, options_json(&options)?, state))
    }

    /// With which passkey a step-up says it was answered: what to look up, and nothing to rely on yet.
    ///
    /// Authenticators that were told which passkeys to use may leave out whose they are, so
    /// [`Passkeys::identify`] won't do here.
    pub fn passkey_id(&self, answer: &RawValue) -> Result<Vec<u8>, Error> {
        let answer: PublicKeyCredential = answer::read(answer)?;
        Ok(answer.get_credential_id().to_vec())
    }

    /// Checks the answer with the passkey that it named, as it is stored now: one that was removed since the
    /// ceremony began is not found, and one that was used meanwhile has a higher counter.
    pub fn finish_step_up(
        &self,
        ceremony: Ceremony,
        answer: &RawValue,
        passkey: &StoredPasskey,
    ) -> Result<Used, Error> {
        let Kind::StepUp { person, state } = ceremony.0 else {
            return Err(Error::OtherCeremony);
        };
        let answer: PublicKeyCredential = answer::read(answer)?;
        let named = named_person(&answer)?;
        if passkey.person != person || named.is_some_and(|named| named != person) {
            return Err(Error::OtherPerson);
        }
        if answer.get_credential_id() != passkey.id() {
            return Err(Error::UnknownPasskey);
        }
        answer::not_embedded(&answer.response.client_data_json)?;
        let result = self
            .webauthn
            .finish_passkey_authentication(&answer, &state)?;
        accept(&result, passkey)
    }

    /// What a step-up's answer signed, in base64url, to be checked again by somebody else. Says nothing by itself:
    /// [`Passkeys::finish_step_up`] does.
    pub fn signed_parts(&self, answer: &RawValue) -> Result<SignedParts, Error> {
        let answer: PublicKeyCredential = answer::read(answer)?;
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Ok(SignedParts {
            credential_id: text(answer.get_credential_id()),
            authenticator_data: text(&answer.response.authenticator_data),
            client_data_json: text(&answer.response.client_data_json),
            signature: text(&answer.response.signature),
        })
    }
}

/// The parts of an assertion, in base64url without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedParts {
    /// The authenticator's id of the passkey.
    pub credential_id: String,
    /// What the authenticator says.
    pub authenticator_data: String,
    /// What the browser says.
    pub client_data_json: String,
    /// Over both.
    pub signature: String,
}

fn ceremony(person: Uuid, state: PasskeyAuthentication) -> Ceremony {
    Ceremony(Kind::StepUp {
        person,
        state: Box::new(state),
    })
}

fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Malformed(error.into())
}
