//! Signing in with a passkey that finds itself.
//!
//! Whoever fails reads one text, whatever was wrong, and waits as long: an unknown passkey is checked against one
//! that nobody has. The true reason stands in the ledger.

use std::sync::Arc;

use argus_identity::passkey::{Error, StoredPasskey, Used};
use argus_store::{CeremonyFor, KnownPasskey, NewCeremony, Store};
use argus_types::id::CeremonyId;
use argus_types::problem::ProblemCode;
use argus_types::sign_in::{Ceremony, CeremonyAnswer};

use super::{CEREMONY_S, RelyingParty, from_json, note_use, raw, to_json, void};
use crate::clock::SharedClock;
use crate::limits::RateLimits;
use crate::problem::ApiProblem;
use crate::service::sign_in::SignIn;
use crate::session::{Opened, Sessions, Visit, Way};

/// Signs people in with passkeys.
#[derive(Clone)]
pub struct PasskeySignIn {
    store: Store,
    sessions: Arc<Sessions>,
    clock: SharedClock,
    party: RelyingParty,
    limits: RateLimits,
    sign_in: SignIn,
}

/// A passkey and its use, both checked; or why not, with the passkey where it is known.
type Checked = Result<(KnownPasskey, Used), (&'static str, Option<KnownPasskey>)>;

impl PasskeySignIn {
    /// Sign-in with the passkeys of `party`.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        clock: SharedClock,
        party: RelyingParty,
        limits: RateLimits,
        sign_in: SignIn,
    ) -> Self {
        Self {
            store,
            sessions,
            clock,
            party,
            limits,
            sign_in,
        }
    }

    /// A ceremony for whoever is there.
    pub async fn begin(&self) -> Result<Ceremony, ApiProblem> {
        let begun = self.party.passkeys()?.begin_sign_in();
        let (options, state) = begun.map_err(ApiProblem::internal)?;
        let id = CeremonyId(self.clock.new_id());
        let at = self.clock.now();
        self.store
            .create_ceremony(NewCeremony {
                id,
                purpose: CeremonyFor::SignIn,
                state: &to_json(&state)?,
                at,
                expires_at: at.plus_seconds(CEREMONY_S),
            })
            .await?;
        Ok(Ceremony {
            id,
            options,
            statement: None,
        })
    }

    /// Opens a session for the person whose passkey answered.
    pub async fn finish(
        &self,
        answer: &CeremonyAnswer,
        visit: &Visit,
    ) -> Result<Opened, ApiProblem> {
        let (reason, known) = match self.check(answer).await? {
            Ok((known, used)) => match self.open(&known, &used, visit).await? {
                Some(opened) => return Ok(opened),
                None => ("used_meanwhile", Some(known)),
            },
            Err(refusal) => refusal,
        };
        if let Some(known) = known.as_ref().filter(|_| reason == "cloned") {
            void(&self.store, known, self.clock.now()).await?;
            self.sessions.forget_copies();
        }
        let detail = known.map(|known| format!("passkey {} of {}", known.id, known.person.id));
        self.sign_in
            .refuse(&Way::Passkey, reason, detail.as_deref())
            .await?;
        Err(ApiProblem::new(
            ProblemCode::SignInRefused,
            "This passkey does not open a session here. Try again, use another one, or ask an admin.",
        ))
    }

    /// The session of somebody whose passkey was checked; nothing where the passkey was used or changed meanwhile.
    async fn open(
        &self,
        known: &KnownPasskey,
        used: &Used,
        visit: &Visit,
    ) -> Result<Option<Opened>, ApiProblem> {
        let mut tx = self.store.begin().await?;
        let pending = self
            .sign_in
            .open(&mut tx, &known.person, &Way::Passkey, visit)
            .await?;
        if !note_use(&mut tx, known, used, self.clock.now()).await? {
            return Ok(None);
        }
        tx.commit().await?;
        self.sessions.opened(pending).await.map(Some)
    }

    async fn check(&self, answer: &CeremonyAnswer) -> Result<Checked, ApiProblem> {
        let passkeys = self.party.passkeys()?;
        let taken = self.store.take_sign_in(answer.id, self.clock.now()).await?;
        let Some(state) = taken else {
            return Ok(Err(("ceremony_over", None)));
        };
        let ceremony = from_json(state)?;
        let credential = raw(&answer.credential)?;
        let (person, id) = match passkeys.identify(&credential) {
            Ok(named) => named,
            Err(error) => return Ok(Err((error.reason(), None))),
        };
        self.limits.account(&id)?;
        let known = self.store.passkey_by_credential(&id).await?;
        let stored = match &known {
            Some(known) => from_json(known.credential.clone())?,
            None => StoredPasskey::decoy(person, &id).map_err(ApiProblem::internal)?,
        };
        let used = passkeys.finish_sign_in(ceremony, &credential, &stored);
        Ok(judge(known, used, &self.sign_in))
    }
}

/// What the check of an answer comes to once it is known whose it is.
fn judge(known: Option<KnownPasskey>, used: Result<Used, Error>, sign_in: &SignIn) -> Checked {
    let Some(known) = known else {
        return Err((Error::UnknownPasskey.reason(), None));
    };
    match used {
        Err(error) => Err((error.reason(), Some(known))),
        Ok(_) if known.cloned => Err(("void", Some(known))),
        Ok(_) if known.disabled || !sign_in.may_enter(known.demo) => Err(("disabled", Some(known))),
        Ok(used) => Ok((known, used)),
    }
}
