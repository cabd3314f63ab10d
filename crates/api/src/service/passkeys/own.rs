//! Looking after one's own passkeys: enrolling, naming and removing them, and what else one has to get in with.

use std::sync::Arc;

use argus_identity::passkey::StoredPasskey;
use argus_store::{CeremonyFor, NewCeremony, NewPasskey, Store};
use argus_types::account::{Account, PasskeyView};
use argus_types::id::{CeremonyId, PasskeyId};
use argus_types::person::Person;
use argus_types::problem::ProblemCode;
use argus_types::sign_in::{Ceremony, CeremonyAnswer};
use serde_json::json;

use super::{CEREMONY_S, RelyingParty, from_json, raw, statement, to_json};
use crate::auth_event;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::session::{ActiveSession, Sessions};

/// Passkeys at most, for each person.
const MOST: usize = 20;

/// Enrols, names and removes passkeys.
#[derive(Clone)]
pub struct OwnPasskeys {
    store: Store,
    sessions: Arc<Sessions>,
    clock: SharedClock,
    party: RelyingParty,
}

impl OwnPasskeys {
    /// Passkeys of `party`.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        clock: SharedClock,
        party: RelyingParty,
    ) -> Self {
        Self {
            store,
            sessions,
            clock,
            party,
        }
    }

    /// What a person has to get in with.
    pub async fn account(&self, person: &Person) -> Result<Account, ApiProblem> {
        Ok(Account {
            passkeys: self.store.passkeys_of(person.id).await?,
            recovery_codes: self.store.recovery_codes_left(person.id).await?,
            identities: self.store.identities_of(person.id).await?,
        })
    }

    /// A ceremony for a new passkey of the session's person.
    pub async fn begin(&self, session: &ActiveSession) -> Result<Ceremony, ApiProblem> {
        let passkeys = self.party.passkeys()?;
        let person = &session.person;
        let own = self.store.credentials_of(person.id, true).await?;
        if own.len() >= MOST {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                format!("You have {MOST} passkeys. Remove one that you do not use."),
            ));
        }
        let own = own
            .into_iter()
            .map(from_json)
            .collect::<Result<Vec<StoredPasskey>, _>>()?;
        let (options, state) = passkeys
            .begin_enrolment(person.id.0, &person.name, &own)
            .map_err(ApiProblem::internal)?;
        let id = CeremonyId(self.clock.new_id());
        let at = self.clock.now();
        self.store
            .create_ceremony(NewCeremony {
                id,
                purpose: CeremonyFor::Enrolment(session.id),
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

    /// Keeps the passkey that the browser made.
    pub async fn finish(
        &self,
        session: &ActiveSession,
        answer: &CeremonyAnswer,
    ) -> Result<PasskeyView, ApiProblem> {
        let at = self.clock.now();
        let taken = self
            .store
            .take_enrolment(answer.id, session.id, at)
            .await?
            .ok_or_else(|| refused("the ceremony is over or belongs to another session"))?;
        let stored = self
            .party
            .passkeys()?
            .finish_enrolment(from_json(taken)?, &raw(&answer.credential)?)
            .map_err(|error| refused(&error.to_string()))?;
        let given = answer.name.as_ref().map_or("", |name| name.as_str());
        let view = PasskeyView {
            id: PasskeyId(self.clock.new_id()),
            name: name_of(given).unwrap_or_else(|| "Passkey".to_owned()),
            created_at: at,
            last_used_at: None,
            cloned_at: None,
        };
        let mut tx = self.store.begin().await?;
        let person = &session.person;
        tx.lock_person(person.id).await?;
        let made = tx
            .create_passkey(NewPasskey {
                id: view.id,
                person: person.id,
                credential_id: stored.id(),
                name: &view.name,
                credential: &to_json(&stored)?,
                at,
            })
            .await?;
        if !made {
            return Err(refused("the passkey is enrolled already"));
        }
        let body = json!({
            "passkey": view.id,
            "name": view.name,
            "can_be_copied": stored.can_be_backed_up(),
            "key_sha256": statement::key_sha256(&stored),
            "session": session.id,
        });
        tx.append_ledger(record::of_person(at, person, Kind::PasskeyAdded, body))
            .await?;
        tx.commit().await?;
        auth_event::count(Kind::PasskeyAdded, "own");
        self.sessions.forget_copies();
        Ok(view)
    }

    /// Gives a passkey of the person's another name.
    pub async fn rename(
        &self,
        person: &Person,
        id: PasskeyId,
        name: &str,
    ) -> Result<(), ApiProblem> {
        let name = name_of(name).ok_or_else(|| {
            ApiProblem::new(
                ProblemCode::SchemaViolation,
                "Give the passkey a name that can be read.",
            )
        })?;
        let mut tx = self.store.begin().await?;
        let before = tx.rename_passkey(id, person.id, &name).await?;
        let before = before.ok_or_else(unknown)?;
        let at = self.clock.now();
        let body = json!({ "passkey": id, "before": before, "after": name });
        tx.append_ledger(record::of_person(at, person, Kind::PasskeyRenamed, body))
            .await?;
        tx.commit().await?;
        auth_event::count(Kind::PasskeyRenamed, "own");
        Ok(())
    }

    /// Takes a passkey of the person's away, unless nothing else would let them in.
    pub async fn remove(&self, person: &Person, id: PasskeyId) -> Result<(), ApiProblem> {
        let mut tx = self.store.begin().await?;
        tx.lock_person(person.id).await?;
        let had_a_way_in = tx.has_a_way_in(person.id).await?;
        let name = tx.remove_passkey(id, person.id).await?;
        let name = name.ok_or_else(unknown)?;
        if had_a_way_in && !tx.has_a_way_in(person.id).await? {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                "This is your last passkey, and nothing else lets you in. Add another one first, then remove this.",
            ));
        }
        let at = self.clock.now();
        let body = json!({ "passkey": id, "name": name });
        tx.append_ledger(record::of_person(at, person, Kind::PasskeyRemoved, body))
            .await?;
        tx.commit().await?;
        auth_event::count(Kind::PasskeyRemoved, "own");
        self.sessions.forget_copies();
        Ok(())
    }
}

/// A name on one line; nothing where there is nothing to read.
fn name_of(given: &str) -> Option<String> {
    let words: Vec<&str> = given.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn refused(why: &str) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::WrongState,
        format!("The passkey was not enrolled: {why}. Begin again."),
    )
}

fn unknown() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::NotFound,
        "You have no passkey with this id; it may have been removed before.",
    )
}
