//! A step-up: a fresh passkey assertion of whoever is signed in, for one act about one thing.

use argus_types::account::{StepUpAct, StepUpInput};
use argus_types::id::StepUpId;
use argus_types::sign_in::CeremonyAnswer;
use leptos::prelude::*;
use uuid::Uuid;

use super::attempt::Attempt;
use super::outcome::{Outcome, outcome};
use super::session::{SessionContext, SessionState};
use super::submission::{Submission, new_key};
use crate::api::{self, ApiError};
use crate::passkey::{self, Failure};

/// Has the person confirm with a passkey that `act` about `subject` (a plan's digest, a person's id…) is theirs.
/// What comes back goes into the request for that very act, once, within five minutes.
pub async fn step_up(
    session: SessionContext,
    act: StepUpAct,
    subject: String,
) -> Result<StepUpId, Failure> {
    if untrack(|| !has_passkey(session)) {
        return Err(Failure::NoPasskey);
    }
    if let Some(obstacle) = passkey::obstacle() {
        return Err(Failure::Unavailable(obstacle));
    }
    let input = StepUpInput { act, subject };
    let ceremony = api::step_up::begin(session.api, input, new_key()?).await?;
    let answer = CeremonyAnswer {
        id: ceremony.id,
        credential: passkey::get(&ceremony.options).await?,
        name: None,
    };
    let proof = api::step_up::finish(session.api, answer, new_key()?).await?;
    Ok(proof.id)
}

/// Whether whoever is signed in has a passkey to be asked for; tracked, since one may be added meanwhile.
pub fn has_passkey(session: SessionContext) -> bool {
    session
        .state
        .with(|state| matches!(state, SessionState::SignedIn(held) if held.has_passkey))
}

/// A decision that takes a step-up first: the passkey, then the request with the proof in it.
#[derive(Clone, Copy)]
pub struct SteppedUp {
    /// The passkey's part; shows why it brought nothing.
    pub ceremony: Attempt,
    /// The decision's part.
    pub sending: Submission,
    held: StoredValue<Option<(String, StepUpId)>>,
}

impl Default for SteppedUp {
    fn default() -> Self {
        Self::new()
    }
}

impl SteppedUp {
    /// Nothing decided yet.
    pub fn new() -> Self {
        Self {
            ceremony: Attempt::new(),
            sending: Submission::new(),
            held: StoredValue::new(None),
        }
    }

    /// Whether the person or Argus is being waited for; tracked.
    pub fn is_pending(self) -> bool {
        self.ceremony.pending.get() || self.sending.pending.get()
    }

    /// Asks for the passkey and then sends what `send` makes of the proof and the key; `what` tells one decision
    /// from another. A decision whose answer was lost is sent again as it was, proof and all: it cannot become
    /// two, and nobody is asked for a finger twice.
    pub fn run<T, R>(
        self,
        session: SessionContext,
        (act, subject): (StepUpAct, String),
        what: String,
        send: impl FnOnce(StepUpId, Uuid) -> R + 'static,
        done: impl FnOnce(T) + 'static,
    ) where
        R: Future<Output = Result<T, ApiError>> + 'static,
        T: 'static,
    {
        let send = Box::new(move |proof, key| outcome(send(proof, key), done));
        self.start(session, (act, subject), what, send);
    }

    fn start(
        self,
        session: SessionContext,
        (act, subject): (StepUpAct, String),
        what: String,
        send: Box<dyn FnOnce(StepUpId, Uuid) -> Outcome<ApiError>>,
    ) {
        if self.sending.pending.get_untracked() {
            return;
        }
        let open = untrack(|| self.sending.is_open());
        if let Some((earlier, proof)) = self.held.get_value()
            && open
            && earlier == what
        {
            self.sending
                .start(what, Box::new(move |key| send(proof, key)));
            return;
        }
        self.sending.error.set(None);
        self.ceremony
            .run(step_up(session, act, subject), move |proof| {
                self.held.set_value(Some((what.clone(), proof)));
                self.sending
                    .start(what, Box::new(move |key| send(proof, key)));
            });
    }
}
