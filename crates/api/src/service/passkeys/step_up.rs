//! Fresh passkey assertions: a person who is signed in shows once more who they are, for one act about one thing. An
//! approval is more than shown: the passkey signs it, see [`statement`].

use argus_identity::passkey::{Error, StoredPasskey, Used};
use argus_store::{
    CeremonyFor, KnownPasskey, NewCeremony, NewStepUp, SignedStepUp, Store, TakenStepUp,
};
use argus_types::account::{StepUp, StepUpInput};
use argus_types::id::{CeremonyId, StepUpId};
use argus_types::problem::ProblemCode;
use argus_types::sign_in::{Ceremony, CeremonyAnswer};
use serde_json::{Value, json};

use super::statement::{self, Place};
use super::{CEREMONY_S, RelyingParty, from_json, note_use, raw, to_json, void};
use crate::auth_event;
use crate::clock::SharedClock;
use crate::limits::RateLimits;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::session::ActiveSession;

/// Seconds for which an assertion can be used.
const STEP_UP_S: i64 = 300;

/// Takes fresh assertions.
#[derive(Clone)]
pub struct StepUps {
    store: Store,
    clock: SharedClock,
    party: RelyingParty,
    limits: RateLimits,
}

/// A passkey and its use, both checked; or why not, with the passkey where it is the person's.
type Checked = Result<(KnownPasskey, Used), (Error, Option<KnownPasskey>)>;

impl StepUps {
    /// Assertions by the passkeys of `party`.
    pub fn new(store: Store, clock: SharedClock, party: RelyingParty, limits: RateLimits) -> Self {
        Self {
            store,
            clock,
            party,
            limits,
        }
    }

    /// A ceremony over the person's own passkeys, for one act about one thing.
    pub async fn begin(
        &self,
        session: &ActiveSession,
        input: &StepUpInput,
    ) -> Result<Ceremony, ApiProblem> {
        let passkeys = self.party.passkeys()?;
        if !input.subject.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiProblem::new(
                ProblemCode::SchemaViolation,
                "/subject is a plan's digest, a person's id, `invitation` or `emergency_stop`.",
            ));
        }
        let own = self
            .store
            .credentials_of(session.person.id, false)
            .await?
            .into_iter()
            .map(from_json)
            .collect::<Result<Vec<StoredPasskey>, _>>()?;
        if own.is_empty() {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                "You have no passkey to confirm with: enrol one under Account first.",
            ));
        }
        let id = CeremonyId(self.clock.new_id());
        let at = self.clock.now();
        let place = Place {
            host: passkeys.host(),
            origin: passkeys.origin(),
        };
        let mut statement = statement::about(&self.store, session, input, place, at).await?;
        let begun = match &mut statement {
            None => passkeys.begin_step_up(&own),
            Some(statement) => passkeys.begin_signed_step_up(&own, |random| {
                statement.nonce = statement::nonce(random);
                statement.challenge()
            }),
        };
        let (options, state) = begun.map_err(ApiProblem::internal)?;
        let statement = statement.map(|statement| statement.canonical());
        self.store
            .create_ceremony(NewCeremony {
                id,
                purpose: CeremonyFor::StepUp {
                    session: session.id,
                    act: input.act,
                    subject: &input.subject,
                    statement: statement.as_deref(),
                },
                state: &to_json(&state)?,
                at,
                expires_at: at.plus_seconds(CEREMONY_S),
            })
            .await?;
        Ok(Ceremony {
            id,
            options,
            statement,
        })
    }

    /// Keeps the assertion that a passkey of the session's person made.
    pub async fn finish(
        &self,
        session: &ActiveSession,
        answer: &CeremonyAnswer,
    ) -> Result<StepUp, ApiProblem> {
        let at = self.clock.now();
        let Some(taken) = self.store.take_step_up(answer.id, session.id, at).await? else {
            return Err(needed("the ceremony is over or belongs to another session"));
        };
        self.limits.account(session.person.id.0.as_bytes())?;
        let TakenStepUp {
            act,
            subject,
            statement,
            state,
        } = taken;
        let about = json!({ "act": act, "subject": subject, "session": session.id });
        let (known, used) = match self.check(session, state, answer).await? {
            Ok(checked) => checked,
            Err((error, known)) => return self.refuse(session, about, error, known).await,
        };
        let signed = statement
            .map(|statement| self.signed(statement, &known, &used, answer))
            .transpose()?;
        let step_up = StepUp {
            id: StepUpId(self.clock.new_id()),
            expires_at: at.plus_seconds(STEP_UP_S),
        };
        let mut tx = self.store.begin().await?;
        tx.create_step_up(NewStepUp {
            id: step_up.id,
            session: session.id,
            act,
            subject: &subject,
            expires_at: step_up.expires_at,
        })
        .await?;
        if let Some(signed) = &signed {
            tx.sign_step_up(step_up.id, signed).await?;
        }
        if !note_use(&mut tx, &known, &used, at).await? {
            return Err(needed("the passkey was used for something else meanwhile"));
        }
        let person = &session.person;
        tx.append_ledger(record::of_person(at, person, Kind::StepUpMade, about))
            .await?;
        tx.commit().await?;
        auth_event::count(Kind::StepUpMade, act.as_str());
        Ok(step_up)
    }

    /// What was signed, as anybody will check it: whatever would not hold for them does not hold here.
    fn signed(
        &self,
        statement: String,
        known: &KnownPasskey,
        used: &Used,
        answer: &CeremonyAnswer,
    ) -> Result<SignedStepUp, ApiProblem> {
        let passkeys = self.party.passkeys()?;
        let parts = passkeys
            .signed_parts(&raw(&answer.credential)?)
            .map_err(|error| needed(&error.to_string()))?;
        let approval = statement::signed(statement, &used.passkey, parts)
            .ok_or_else(|| needed("its key can't be written down"))?;
        argus_ledger::approval::verify(&approval).map_err(|flaw| needed(&flaw.to_string()))?;
        Ok(SignedStepUp {
            approval,
            passkey: known.name.clone(),
        })
    }

    async fn check(
        &self,
        session: &ActiveSession,
        state: Value,
        answer: &CeremonyAnswer,
    ) -> Result<Checked, ApiProblem> {
        let passkeys = self.party.passkeys()?;
        let credential = raw(&answer.credential)?;
        let id = match passkeys.passkey_id(&credential) {
            Ok(id) => id,
            Err(error) => return Ok(Err((error, None))),
        };
        let known = self.store.passkey_by_credential(&id).await?;
        let own = known.filter(|known| known.person.id == session.person.id && !known.cloned);
        let Some(known) = own else {
            return Ok(Err((Error::UnknownPasskey, None)));
        };
        let stored = from_json(known.credential.clone())?;
        Ok(
            match passkeys.finish_step_up(from_json(state)?, &credential, &stored) {
                Ok(used) => Ok((known, used)),
                Err(error) => Err((error, Some(known))),
            },
        )
    }

    async fn refuse(
        &self,
        session: &ActiveSession,
        mut about: Value,
        error: Error,
        known: Option<KnownPasskey>,
    ) -> Result<StepUp, ApiProblem> {
        let at = self.clock.now();
        if let Some(known) = known.filter(|_| matches!(error, Error::Cloned)) {
            void(&self.store, &known, at).await?;
        }
        about["reason"] = error.reason().into();
        let mut tx = self.store.begin().await?;
        let person = &session.person;
        tx.append_ledger(record::of_person(at, person, Kind::StepUpRefused, about))
            .await?;
        tx.commit().await?;
        auth_event::count(Kind::StepUpRefused, error.reason());
        Err(needed(&error.to_string()))
    }
}

fn needed(why: &str) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::StepUpNeeded,
        format!("The passkey did not confirm: {why}. Begin again."),
    )
}
