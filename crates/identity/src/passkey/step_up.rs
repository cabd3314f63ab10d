//! A fresh assertion of somebody who is signed in, for one act.

use serde_json::Value;
use serde_json::value::RawValue;
use webauthn_rs::prelude::PublicKeyCredential;

use super::assertion::{Used, accept, named_person};
use super::ceremony::{Ceremony, Kind};
use super::{Error, Passkeys, StoredPasskey, answer, options_json};

impl Passkeys {
    /// What to ask a browser for: an assertion of one of these passkeys, which must all be one person's.
    pub fn begin_step_up(&self, passkeys: &[StoredPasskey]) -> Result<(Value, Ceremony), Error> {
        let person = passkeys.first().ok_or(Error::NoPasskey)?.person;
        if passkeys.iter().any(|stored| stored.person != person) {
            return Err(Error::OtherPerson);
        }
        let allowed: Vec<_> = passkeys
            .iter()
            .map(|stored| stored.passkey.clone())
            .collect();
        let (options, state) = self.webauthn.start_passkey_authentication(&allowed)?;
        let ceremony = Ceremony(Kind::StepUp {
            person,
            state: Box::new(state),
        });
        Ok((options_json(&options)?, ceremony))
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
}
