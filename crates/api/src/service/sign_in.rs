//! Opening, refreshing and ending sessions: what all ways in have in common, and the two that need no proof of
//! their own: a one-time link, and the demo profile's seeded people. Outside the demo profile these do not exist,
//! neither as a route nor as an account.

use std::sync::Arc;

use argus_ledger::Entry;
use argus_store::{NewSignInLink, Refresh, Store, Tx};
use argus_types::account::RoleSource;
use argus_types::account::SessionView;
use argus_types::id::{PersonId, SessionId};
use argus_types::person::{Person, Role};
use argus_types::problem::ProblemCode;
use argus_types::sign_in::{ProviderButton, SignInWays};
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use crate::auth_event::{self, Alert};
use crate::clock::SharedClock;
use crate::limits::RateLimits;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::session::{ActiveSession, Opened, Pending, SessionKeys, Sessions, Visit, Way};

/// Minutes for which a one-time link opens a session.
pub const LINK_TTL_MIN: i64 = 15;

/// Signs people in and out.
#[derive(Clone)]
pub struct SignIn {
    store: Store,
    sessions: Arc<Sessions>,
    clock: SharedClock,
    limits: RateLimits,
    doors: Doors,
}

/// Which ways in there are here.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    /// OpenID providers, in the order of the configuration.
    pub providers: Vec<ProviderButton>,
    /// Whether passkeys work here.
    pub passkey: bool,
    /// Whether the seeded people are let in.
    pub demo: bool,
    /// Whether Proxmox's certificate is not verified.
    pub insecure_tls: bool,
}

impl SignIn {
    /// Sign-in by these doors.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        clock: SharedClock,
        limits: RateLimits,
        doors: Doors,
    ) -> Self {
        Self {
            store,
            sessions,
            clock,
            limits,
            doors,
        }
    }

    /// What the sign-in page can offer.
    pub async fn ways(&self) -> Result<SignInWays, ApiProblem> {
        let demo_people = if self.doors.demo {
            self.store.demo_people().await?
        } else {
            Vec::new()
        };
        Ok(SignInWays {
            providers: self.doors.providers.clone(),
            demo_people,
            passkey: self.doors.passkey,
            insecure_tls: self.doors.insecure_tls,
        })
    }

    /// Whether a person may come in here at all: those whom the demo profile seeded, in no other profile.
    pub fn may_enter(&self, demo: bool) -> bool {
        self.doors.demo || !demo
    }

    /// Opens a session for a seeded person.
    pub async fn as_demo_person(&self, id: PersonId, visit: &Visit) -> Result<Opened, ApiProblem> {
        let people = self.ways().await?.demo_people;
        let Some(person) = people.into_iter().find(|person| person.id == id) else {
            return Err(refused("There is no such person to sign in as here."));
        };
        let mut tx = self.store.begin().await?;
        let pending = self.open(&mut tx, &person, &Way::Demo, visit).await?;
        tx.commit().await?;
        self.sessions.opened(pending).await
    }

    /// Uses a one-time link up and opens a session.
    pub async fn by_link(&self, token: &str, visit: &Visit) -> Result<Opened, ApiProblem> {
        let mut tx = self.store.begin().await?;
        let hash = self.sessions.keys().hash(token);
        if let Some(person) = tx.consume_sign_in_link(hash, self.clock.now()).await? {
            let pending = self.open(&mut tx, &person, &Way::Link, visit).await?;
            tx.commit().await?;
            return self.sessions.opened(pending).await;
        }
        drop(tx);
        self.refuse(&Way::Link, "link_unknown", None).await?;
        Err(refused(
            "The link was used before, has expired or was never made. Ask an admin for a new one, or make one on \
             the server: argus-api sign-in-link --name NAME",
        ))
    }

    /// Opens a session in `tx` for somebody who has proven who they are, and records it.
    pub async fn open(
        &self,
        tx: &mut Tx,
        person: &Person,
        way: &Way,
        visit: &Visit,
    ) -> Result<Pending, ApiProblem> {
        self.open_after(tx, Vec::new(), person, way, visit).await
    }

    /// The same, with the entries of what led to it before its own. Entries come after every other write.
    pub async fn open_after(
        &self,
        tx: &mut Tx,
        entries: Vec<Entry>,
        person: &Person,
        way: &Way,
        visit: &Visit,
    ) -> Result<Pending, ApiProblem> {
        let pending = self.sessions.open(tx, person, way, visit).await?;
        for entry in entries {
            tx.append_ledger(entry).await?;
        }
        let body = json!({
            "session": pending.id(),
            "way": way.label(),
            "role": person.role,
            "device": visit.device,
            "address": visit.address,
        });
        if !self.doors.providers.is_empty() && !matches!(way, Way::Oidc(_)) {
            self.append(tx, person, Kind::FallbackUsed, body.clone(), way.class())
                .await?;
            auth_event::alert(Alert::FallbackUsed);
        }
        self.append(tx, person, Kind::SignedIn, body, way.class())
            .await?;
        Ok(pending)
    }

    /// Records a sign-in that was refused, with its reason out of a closed list.
    pub async fn refuse(
        &self,
        way: &Way,
        reason: &'static str,
        detail: Option<&str>,
    ) -> Result<(), ApiProblem> {
        let body = json!({ "way": way.label(), "reason": reason, "detail": detail });
        let subject = "session".to_owned();
        let at = self.clock.now();
        let entry = record::entry(at, record::ARGUS, Kind::SignInRefused, subject, body);
        let mut tx = self.store.begin().await?;
        tx.append_ledger(entry).await?;
        tx.commit().await?;
        auth_event::count(Kind::SignInRefused, reason);
        Ok(())
    }

    /// Gives the next tokens for the refresh token in `headers`. One that was used before ends its session.
    pub async fn refresh(&self, headers: &HeaderMap) -> Result<Opened, ApiProblem> {
        let mut tx = self.store.begin().await?;
        let (refresh, successor) = self.sessions.refresh(&mut tx, headers).await?;
        match (refresh, successor) {
            (Refresh::Successor(id), Some(successor)) => {
                self.limits.session(id)?;
                tx.commit().await?;
                self.sessions
                    .opened(Pending::refreshed(id, successor))
                    .await
            }
            (Refresh::Reused(id, person), _) => {
                let body = json!({ "session": id });
                let subject = format!("person/{person}");
                let at = self.clock.now();
                let entry = record::entry(at, record::ARGUS, Kind::RefreshReused, subject, body);
                tx.append_ledger(entry).await?;
                tx.commit().await?;
                self.sessions.forget_copies();
                auth_event::count(Kind::RefreshReused, "reused");
                auth_event::alert(Alert::RefreshTokenReused);
                Err(ended())
            }
            (Refresh::Unknown | Refresh::Successor(_), _) => Err(ended()),
        }
    }

    /// The caller's open sessions, the one used last first.
    pub async fn sessions(&self, session: &ActiveSession) -> Result<Vec<SessionView>, ApiProblem> {
        let idle_since = self.sessions.idle_since();
        Ok(self
            .store
            .sessions_of(
                session.person.id,
                Some(session.id),
                self.clock.now(),
                idle_since,
            )
            .await?)
    }

    /// Ends a session of the caller's own.
    pub async fn end(&self, session: &ActiveSession, id: SessionId) -> Result<bool, ApiProblem> {
        let person = &session.person;
        let mut tx = self.store.begin().await?;
        let found = tx.end_session(id, person.id).await?;
        if found {
            let own = if id == session.id { "own" } else { "other" };
            let body = json!({ "session": id, "by_session": session.id });
            self.append(&mut tx, person, Kind::SignedOut, body, own)
                .await?;
        }
        tx.commit().await?;
        self.sessions.forget_copies();
        Ok(found)
    }

    /// Ends all of the caller's sessions but the one that asks.
    pub async fn end_others(&self, session: &ActiveSession) -> Result<(), ApiProblem> {
        let mut tx = self.store.begin().await?;
        let ended = tx
            .end_sessions_of(session.person.id, Some(session.id))
            .await?;
        if ended > 0 {
            let body = json!({ "sessions": ended, "by_session": session.id });
            self.append(&mut tx, &session.person, Kind::SignedOut, body, "others")
                .await?;
        }
        tx.commit().await?;
        self.sessions.forget_copies();
        Ok(())
    }

    async fn append(
        &self,
        tx: &mut Tx,
        person: &Person,
        kind: Kind,
        body: serde_json::Value,
        class: &'static str,
    ) -> Result<(), ApiProblem> {
        let subject = format!("person/{}", person.id);
        tx.append_ledger(record::entry(
            self.clock.now(),
            &person.name,
            kind,
            subject,
            body,
        ))
        .await?;
        auth_event::count(kind, class);
        Ok(())
    }
}

fn ended() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::NotSignedIn,
        "The session has ended. Sign in again.",
    )
}

fn refused(detail: &str) -> ApiProblem {
    ApiProblem::new(ProblemCode::SignInRefused, detail)
}

/// Makes a one-time link for a person of this name and role, who is added where there is none and let in again where
/// they are shut out. Whose role comes from groups keeps it: the link is another way in, not another role.
/// Only the server's own shell gets here.
pub async fn make_link(
    store: &Store,
    keys: &SessionKeys,
    clock: &SharedClock,
    name: &str,
    role: Role,
) -> Result<SecretString, argus_store::Error> {
    let at = clock.now();
    let token = SessionKeys::new_token();
    let mut tx = store.begin().await?;
    tx.lock_rights().await?;
    let everybody = tx.everybodys_rights().await?;
    let known = everybody
        .into_iter()
        .find(|rights| rights.person.name == name);
    let of_groups = known
        .as_ref()
        .is_some_and(|rights| rights.role_source == RoleSource::Groups);
    let mut person = known.map_or_else(
        || Person {
            id: PersonId(clock.new_id()),
            name: name.to_owned(),
            role,
        },
        |rights| rights.person,
    );
    if !of_groups {
        person.role = role;
        tx.upsert_person(&person, false, at).await?;
    }
    tx.create_sign_in_link(NewSignInLink {
        token_hash: keys.hash(token.expose_secret()),
        person: person.id,
        invited_by: None,
        at,
        expires_at: at.plus_seconds(LINK_TTL_MIN * 60),
    })
    .await?;
    let body = json!({ "person": person.id, "name": name, "role": person.role });
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
        (0xa4, "Alan", Role::Admin),
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
