//! Opening and ending sessions.
//!
//! Two ways in exist today: the demo profile's seeded people, and a one-time link from the server's own shell.
//! Outside the demo profile the first one does not exist, neither as a route nor as an account.

use std::sync::Arc;

use argus_store::{NewSignInLink, Store};
use argus_types::id::PersonId;
use argus_types::person::{Person, Role};
use argus_types::problem::ProblemCode;
use argus_types::sign_in::SignInWays;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::session::{ActiveSession, SessionKeys, Sessions};

/// Minutes for which a one-time link opens a session.
pub const LINK_TTL_MIN: i64 = 15;

/// Signs people in and out.
#[derive(Clone)]
pub struct SignIn {
    store: Store,
    sessions: Arc<Sessions>,
    clock: SharedClock,
    demo: bool,
    insecure_tls: bool,
}

impl SignIn {
    /// Sign-in for one profile; `demo` offers the seeded people.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        clock: SharedClock,
        demo: bool,
        insecure_tls: bool,
    ) -> Self {
        Self {
            store,
            sessions,
            clock,
            demo,
            insecure_tls,
        }
    }

    /// What the sign-in page can offer.
    pub async fn ways(&self) -> Result<SignInWays, ApiProblem> {
        let demo_people = if self.demo {
            self.store.demo_people().await?
        } else {
            Vec::new()
        };
        Ok(SignInWays {
            demo_people,
            providers: Vec::new(),
            insecure_tls: self.insecure_tls,
        })
    }

    /// Opens a session for a seeded person.
    pub async fn as_demo_person(
        &self,
        id: PersonId,
    ) -> Result<(SecretString, ActiveSession), ApiProblem> {
        let people = self.ways().await?.demo_people;
        let Some(person) = people.into_iter().find(|person| person.id == id) else {
            return Err(refused("There is no such person to sign in as here."));
        };
        let mut tx = self.store.begin().await?;
        let opened = self.open(&mut tx, &person, "demo").await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// Uses a one-time link up and opens a session.
    pub async fn by_link(&self, token: &str) -> Result<(SecretString, ActiveSession), ApiProblem> {
        let mut tx = self.store.begin().await?;
        let hash = self.sessions.keys().hash(token);
        let now = self.clock.now();
        if let Some(person) = tx.consume_sign_in_link(hash, now).await? {
            let opened = self.open(&mut tx, &person, "link").await?;
            tx.commit().await?;
            return Ok(opened);
        }
        let body = json!({ "way": "link" });
        let subject = "session".to_owned();
        tx.append_ledger(record::entry(
            now,
            record::ARGUS,
            Kind::SignInRefused,
            subject,
            body,
        ))
        .await?;
        tx.commit().await?;
        Err(refused(
            "The link was used before, has expired or was never made. \
             Make a new one on the server: argus-api sign-in-link --name NAME",
        ))
    }

    /// Ends a session.
    pub async fn out(&self, session: &ActiveSession) -> Result<(), ApiProblem> {
        let mut tx = self.store.begin().await?;
        if tx.end_session(session.token_hash).await? {
            let entry = self.entry(&session.person, Kind::SignedOut, json!({}));
            tx.append_ledger(entry).await?;
        }
        tx.commit().await?;
        self.sessions.forget(session);
        Ok(())
    }

    async fn open(
        &self,
        tx: &mut argus_store::Tx,
        person: &Person,
        way: &str,
    ) -> Result<(SecretString, ActiveSession), ApiProblem> {
        let opened = self.sessions.open(tx, person).await?;
        let body = json!({ "way": way, "role": person.role });
        tx.append_ledger(self.entry(person, Kind::SignedIn, body))
            .await?;
        Ok(opened)
    }

    fn entry(&self, person: &Person, kind: Kind, body: serde_json::Value) -> argus_ledger::Entry {
        let subject = format!("person/{}", person.id);
        record::entry(self.clock.now(), &person.name, kind, subject, body)
    }
}

fn refused(detail: &str) -> ApiProblem {
    ApiProblem::new(ProblemCode::SignInRefused, detail)
}

/// Makes a one-time link for a person of this name and role, who is added where there is none.
/// Only the server's own shell gets here.
pub async fn make_link(
    store: &Store,
    keys: &SessionKeys,
    clock: &SharedClock,
    name: &str,
    role: Role,
) -> Result<SecretString, argus_store::Error> {
    let at = clock.now();
    let people = store.people().await?;
    let known = people.into_iter().find(|person| person.name == name);
    let person = Person {
        id: known.map_or_else(|| PersonId(clock.new_id()), |person| person.id),
        name: name.to_owned(),
        role,
    };
    let token = SessionKeys::new_token();
    let mut tx = store.begin().await?;
    tx.upsert_person(&person, false, at).await?;
    tx.create_sign_in_link(NewSignInLink {
        token_hash: keys.hash(token.expose_secret()),
        person: person.id,
        at,
        expires_at: at.plus_seconds(LINK_TTL_MIN * 60),
    })
    .await?;
    let body = json!({ "person": person.id, "name": name, "role": role });
    let subject = format!("person/{}", person.id);
    tx.append_ledger(record::entry(
        at,
        record::ARGUS,
        Kind::SignInLinkMade,
        subject,
        body,
    ))
    .await?;
    tx.commit().await?;
    Ok(token)
}

/// The demo profile's people: fixed ids, so that a restart finds them again.
pub async fn seed_demo_people(
    store: &Store,
    clock: &SharedClock,
) -> Result<(), argus_store::Error> {
    let people = [
        (0xa1, "Vera", Role::Viewer),
        (0xa2, "Otto", Role::Operator),
        (0xa3, "Ada", Role::Admin),
    ];
    let mut tx = store.begin().await?;
    for (number, name, role) in people {
        let person = Person {
            id: PersonId(Uuid::from_u128(number)),
            name: name.to_owned(),
            role,
        };
        tx.upsert_person(&person, true, clock.now()).await?;
    }
    tx.commit().await
}
