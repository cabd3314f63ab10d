//! People and their rights, as admins see and change them. Changes come one after the other, so that each is judged
//! by what everybody may at that moment.

mod change;
mod invite;
mod rules;
pub mod shell;

use std::sync::Arc;

use argus_store::{PeopleFilter, Store, StoredRights, Tx};
use argus_types::account::{PersonView, StepUpAct};
use argus_types::id::{HumanId, PersonId, StepUpId};
use argus_types::problem::ProblemCode;
use serde_json::json;

use super::rights_record::{self, Change};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::Kind;
use crate::same_origin::PublicOrigin;
use crate::session::{ActiveSession, Sessions};

/// Where rights come from here, in records and metrics.
const SOURCE: &str = "admin";

/// Manages people.
#[derive(Clone)]
pub struct People {
    store: Store,
    sessions: Arc<Sessions>,
    clock: SharedClock,
    origin: PublicOrigin,
    /// Whether seeded people are people here.
    demo: bool,
}

impl People {
    /// The people in `store`; invitations lead to `origin`.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        clock: SharedClock,
        origin: PublicOrigin,
        demo: bool,
    ) -> Self {
        Self {
            store,
            sessions,
            clock,
            origin,
            demo,
        }
    }

    /// Everybody, by name.
    pub async fn list(&self) -> Result<Vec<PersonView>, ApiProblem> {
        Ok(self.store.people_in_full(self.filter(None)).await?)
    }

    /// Ends all sessions of somebody.
    pub async fn end_sessions(
        &self,
        session: &ActiveSession,
        id: PersonId,
    ) -> Result<(), ApiProblem> {
        let mut tx = self.store.begin().await?;
        tx.lock_rights().await?;
        rules::check_caller(self.rights(&mut tx, session.person.id).await?)?;
        if self.rights(&mut tx, id).await?.is_none() {
            return Err(nobody());
        }
        let ended = tx.end_sessions_of(id, None).await?;
        if ended > 0 {
            let body = json!({ "sessions": ended, "by": session.person.id });
            let change = Change::new(Kind::PersonSessionsEnded, id, SOURCE, body);
            let at = self.clock.now();
            rights_record::append(&mut tx, vec![change], at, &session.person.name).await?;
        }
        tx.commit().await?;
        self.sessions.forget_copies();
        Ok(())
    }

    fn filter(&self, only: Option<PersonId>) -> PeopleFilter {
        PeopleFilter {
            only,
            demo: self.demo,
            now: self.clock.now(),
            idle_since: self.sessions.idle_since(),
        }
    }

    /// One person's rights, where they are a person here.
    async fn rights(&self, tx: &mut Tx, id: PersonId) -> Result<Option<StoredRights>, ApiProblem> {
        let found = tx.rights_of(id).await?;
        Ok(found.filter(|rights| self.demo || !rights.demo))
    }

    /// The other account of a human.
    async fn other_account(
        &self,
        tx: &mut Tx,
        id: Option<PersonId>,
    ) -> Result<Option<StoredRights>, ApiProblem> {
        let Some(id) = id else { return Ok(None) };
        match self.rights(tx, id).await? {
            Some(rights) => Ok(Some(rights)),
            None => Err(rules::wrong_other("names nobody")),
        }
    }

    /// Uses the assertion up that allows exactly this.
    async fn use_step_up(
        &self,
        tx: &mut Tx,
        session: &ActiveSession,
        id: Option<StepUpId>,
        subject: &str,
    ) -> Result<(), ApiProblem> {
        let used = match id {
            Some(id) => {
                let (act, now) = (StepUpAct::ManagePeople, self.clock.now());
                tx.consume_step_up(id, session.id, act, subject, now)
                    .await?
            }
            None => false,
        };
        if used {
            return Ok(());
        }
        Err(ApiProblem::new(
            ProblemCode::StepUpNeeded,
            format!(
                "Send `step_up` with a passkey assertion for `manage_people` about `{subject}` that was made within \
                 the last five minutes and not used yet (POST /api/account/step-up)."
            ),
        ))
    }

    /// The human behind an account, who is somebody from now on where nobody was known.
    async fn somebody(&self, tx: &mut Tx, rights: &StoredRights) -> Result<HumanId, ApiProblem> {
        if let Some(human) = rights.human {
            return Ok(human);
        }
        let human = HumanId(self.clock.new_id());
        tx.vouch_for(rights.person.id, human).await?;
        Ok(human)
    }
}

fn nobody() -> ApiProblem {
    ApiProblem::new(ProblemCode::NotFound, "There is no person with this id.")
}
