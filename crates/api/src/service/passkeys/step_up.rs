//! Fresh passkey assertions: a person who is signed in shows once more who they are, for one act about one thing.

use argus_identity::passkey::{Error, StoredPasskey, Used};
use argus_store::{CeremonyFor, KnownPasskey, NewCeremony, NewStepUp, Store};
use argus_types::account::{StepUp, StepUpInput};
use argus_types::id::{CeremonyId, StepUpId};
use argus_types::problem::ProblemCode;
use argus_types::sign_in::{Ceremony, CeremonyAnswer};
use serde_json::{Value, json};

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
        let (options, state) = match passkeys.begin_step_up(&own) {
            Ok(begun) => begun,
            Err(Error::NoPasskey) => {
                return Err(ApiProblem::new(
                    ProblemCode::WrongState,
                    "You have no passkey to confirm with: enrol one under Account first.",
                ));
            }
            Err(error) => return Err(ApiProblem::internal(error)),
        };
        let id = CeremonyId(self.clock.new_id());
        let at = self.clock.now();
        self.store
            .create_ceremony(NewCeremony {
                id,
                purpose: CeremonyFor::StepUp {
                    session: session.id,
                    act: input.act,
                    subject: &input.subject,
                },
                state: &to_json(&state)?,
                at,
                expires_at: at.plus_seconds(CEREMONY_S),
            })
            .await?;
        Ok(Ceremony { id, options })
    }

    /// Keeps the assertion that a passkey of the session's person made.
    pub async fn finish(
        &self,
        session: &ActiveSession,
        answer: &CeremonyAnswer,
    ) -> Result<StepUp, ApiProblem> {
        let at = self.clock.now();
        let Some((act, subject, state)) =
            self.store.take_step_up(answer.id, session.id, at).await?
        else {
            return Err(needed("the ceremony is over or belongs to another session"));
        };
        self.limits.account(session.person.id.0.as_bytes())?;
        let about = json!({ "act": act, "subject": subject, "session": session.id });
        let (known, used) = match self.check(session, state, answer).await? {
            Ok(checked) => checked,
            Err((error, known)) => return self.refuse(session, about, error, known).await,
        };
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
