//! Who is signed in: from a request's cookie to a person with a role.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argus_store::{NewSession, Store};
use argus_types::Timestamp;
use argus_types::person::Person;
use argus_types::problem::ProblemCode;
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};

use super::keys::{SessionKeys, TokenHash};
use super::token_in;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;

/// How old a copy of the row may be for a request that only reads.
const COPY_AGE: Duration = Duration::from_secs(5);
/// When a session ends whatever happens, in seconds.
const ABSOLUTE_S: i64 = 12 * 3600;
/// When a session ends that nobody uses, in seconds.
const IDLE_S: i64 = 3600;
/// How often the last use is written down, in seconds.
const TOUCH_S: i64 = 60;
/// Copies at most; beyond that all are dropped and made again.
const MAX_COPIES: usize = 10_000;

/// A session that holds.
#[derive(Debug, Clone)]
pub struct ActiveSession {
    /// Who.
    pub person: Person,
    /// The hash of its token.
    pub token_hash: TokenHash,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// Opens, finds and ends sessions.
pub struct Sessions {
    store: Store,
    keys: Arc<SessionKeys>,
    clock: SharedClock,
    /// Whether people whom the demo profile seeded may be here.
    demo: bool,
    copies: Mutex<HashMap<TokenHash, (ActiveSession, Instant)>>,
}

impl Sessions {
    /// Sessions in `store`; `demo` lets seeded people in.
    pub fn new(store: Store, keys: Arc<SessionKeys>, clock: SharedClock, demo: bool) -> Self {
        Self {
            store,
            keys,
            clock,
            demo,
            copies: Mutex::default(),
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The keys that sessions are made with.
    pub fn keys(&self) -> &SessionKeys {
        &self.keys
    }

    /// The session of a request that only reads; may be up to five seconds behind the row.
    pub async fn of_read(&self, headers: &HeaderMap) -> Result<ActiveSession, ApiProblem> {
        let token_hash = self.token_hash(headers)?;
        if let Some(session) = self.copy(&token_hash) {
            return Ok(session);
        }
        let session = self.find(token_hash).await?;
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        if copies.len() >= MAX_COPIES {
            copies.clear();
        }
        copies.insert(token_hash, (session.clone(), Instant::now()));
        Ok(session)
    }

    /// The session of a request that changes something: the row itself decides.
    pub async fn of_write(&self, headers: &HeaderMap) -> Result<ActiveSession, ApiProblem> {
        self.find(self.token_hash(headers)?).await
    }

    /// Whether a session still holds; for connections that outlive a request.
    pub async fn still_holds(&self, session: &ActiveSession) -> Result<ActiveSession, ApiProblem> {
        self.find(session.token_hash).await
    }

    /// Opens a session; the token goes into the cookie and is kept nowhere.
    pub async fn open(
        &self,
        tx: &mut argus_store::Tx,
        person: &Person,
    ) -> Result<(SecretString, ActiveSession), ApiProblem> {
        let token = SessionKeys::new_token();
        let token_hash = self.keys.hash(token.expose_secret());
        let at = self.clock.now();
        let session = ActiveSession {
            person: person.clone(),
            token_hash,
            expires_at: at.plus_seconds(ABSOLUTE_S),
        };
        tx.create_session(NewSession {
            token_hash,
            person: person.id,
            csrf_token: &self.keys.csrf_token(&token_hash),
            at,
            expires_at: session.expires_at,
        })
        .await?;
        Ok((token, session))
    }

    /// Forgets the copy of a session that was ended.
    pub fn forget(&self, session: &ActiveSession) {
        self.copies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&session.token_hash);
    }

    fn token_hash(&self, headers: &HeaderMap) -> Result<TokenHash, ApiProblem> {
        let token = token_in(headers).ok_or_else(not_signed_in)?;
        Ok(self.keys.hash(token.expose_secret()))
    }

    fn copy(&self, token_hash: &TokenHash) -> Option<ActiveSession> {
        let copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        let (session, at) = copies.get(token_hash)?;
        (at.elapsed() < COPY_AGE && session.expires_at > self.clock.now()).then(|| session.clone())
    }

    async fn find(&self, token_hash: TokenHash) -> Result<ActiveSession, ApiProblem> {
        let now = self.clock.now();
        let stored = self
            .store
            .session(token_hash, now, now.plus_seconds(-IDLE_S))
            .await?
            .filter(|stored| self.demo || !stored.demo)
            .ok_or_else(not_signed_in)?;
        if stored.last_seen_at.plus_seconds(TOUCH_S) < now {
            self.store.touch_session(token_hash, now).await?;
        }
        Ok(ActiveSession {
            person: stored.person,
            token_hash,
            expires_at: stored.expires_at,
        })
    }
}

fn not_signed_in() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::NotSignedIn,
        "There is no session, or it has ended. Sign in and try again.",
    )
}
