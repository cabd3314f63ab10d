//! Who is signed in: from a request's cookie or token to a person with a role.
//!
//! The access token only names a session; its row decides, at once for whatever changes something and within five
//! seconds for what only reads.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use argus_identity::access_token::LEEWAY;
use argus_store::{NewSession, Refresh, SessionLimits, Store, Tx};
use argus_types::Timestamp;
use argus_types::id::{SessionId, TokenId};
use argus_types::person::{Person, TokenMay};
use argus_types::problem::ProblemCode;
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::cookie::refresh_in;
use super::keys::SessionKeys;
use super::presented::{Presented, not_signed_in, refuse_access, refused};
use super::reach::Reach;
use super::ring::Ring;
use super::token_use;
use super::way::{Visit, Way};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;

/// How old a copy of the row may be for a request that only reads.
const COPY_AGE: Duration = Duration::from_secs(5);
/// When a session ends that is for enrolling a passkey only, in seconds.
const MAKESHIFT_S: i64 = 3600;
/// How often the last use is written down, in seconds.
const TOUCH_S: i64 = 60;
/// For how long two tabs that refresh at once are given the same token.
const GRACE: Duration = Duration::from_secs(10);
/// Copies at most; beyond that all are dropped and made again.
const MAX_COPIES: usize = 10_000;
/// How an API token begins.
pub const API_TOKEN_PREFIX: &str = "argus_";

/// When sessions end by themselves, and how long a key signs for them.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// Seconds without use.
    pub idle_s: i64,
    /// Seconds in all.
    pub absolute_s: i64,
    /// Age at which the key that signs access tokens is replaced.
    pub key_age: time::Duration,
}

impl Default for Lifetimes {
    /// An hour without use, half a day in all.
    fn default() -> Self {
        Self {
            idle_s: 3600,
            absolute_s: 12 * 3600,
            key_age: time::Duration::days(30),
        }
    }
}

/// A session that holds.
#[derive(Debug, Clone)]
pub struct ActiveSession {
    /// Its id.
    pub id: SessionId,
    /// Who.
    pub person: Person,
    /// How far they reach.
    pub reach: Reach,
    /// Whether they have a passkey.
    pub has_passkey: bool,
    /// Whether they may break glass.
    pub may_break_glass: bool,
    /// When the access token ends.
    pub access_until: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// An API token that works.
#[derive(Debug, Clone)]
pub struct ActiveToken {
    /// Its id.
    pub id: TokenId,
    /// Whose.
    pub person: Person,
    /// What it may do.
    pub may: TokenMay,
    /// How far it reaches.
    pub reach: Reach,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a request proves. Cheap to clone: a read gets the copy of a moment ago.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A browser's cookie.
    Session(Arc<ActiveSession>),
    /// A script's token.
    Token(Arc<ActiveToken>),
}

/// A session with the two tokens that its browser keeps.
pub struct Opened {
    /// For the next fifteen minutes.
    pub access: SecretString,
    /// For the next access token.
    pub refresh: SecretString,
    /// The session.
    pub session: ActiveSession,
}

/// Opens, finds and ends sessions.
pub struct Sessions {
    store: Store,
    keys: Arc<SessionKeys>,
    ring: Arc<Ring>,
    clock: SharedClock,
    lifetimes: Lifetimes,
    /// Whether people whom the demo profile seeded may be here.
    demo: bool,
    copies: RwLock<HashMap<[u8; 32], (Proof, Instant)>>,
}

impl Sessions {
    /// Sessions in `store`; `demo` lets seeded people in.
    pub fn new(
        store: Store,
        keys: Arc<SessionKeys>,
        ring: Arc<Ring>,
        clock: SharedClock,
        lifetimes: Lifetimes,
        demo: bool,
    ) -> Self {
        Self {
            store,
            keys,
            ring,
            clock,
            lifetimes,
            demo,
            copies: RwLock::default(),
        }
    }

    /// The keys that tokens are made with.
    pub fn keys(&self) -> &SessionKeys {
        &self.keys
    }

    /// Since when a session that nobody uses is over.
    pub fn idle_since(&self) -> Timestamp {
        self.clock.now().plus_seconds(-self.lifetimes.idle_s)
    }

    /// Seconds until an access token ends.
    pub fn seconds_left(&self, session: &ActiveSession) -> u32 {
        let left = session.access_until.get() - self.clock.now().get();
        u32::try_from(left.whole_seconds()).unwrap_or_default()
    }

    /// What a request that only reads proves; may be up to five seconds behind the row.
    pub async fn of_read(&self, headers: &HeaderMap) -> Result<Proof, ApiProblem> {
        let token = Presented::of(headers)?;
        let key: [u8; 32] = Sha256::digest(token.secret()).into();
        if let Some(proof) = self.copy(&key) {
            return Ok(proof);
        }
        let proof = self.find(token, headers).await?;
        let mut copies = self.copies.write().unwrap_or_else(PoisonError::into_inner);
        if copies.len() >= MAX_COPIES {
            copies.clear();
        }
        copies.insert(key, (proof.clone(), Instant::now()));
        Ok(proof)
    }

    /// What a request that changes something proves: the row itself decides.
    pub async fn of_write(&self, headers: &HeaderMap) -> Result<Proof, ApiProblem> {
        self.find(Presented::of(headers)?, headers).await
    }

    /// How far those of these sessions reach that still hold; for connections that outlive a request. Their tokens need
    /// not.
    pub async fn still_hold(
        &self,
        ids: &[SessionId],
    ) -> Result<HashMap<SessionId, Reach>, ApiProblem> {
        let now = self.clock.now();
        let mut stored = self
            .store
            .open_sessions(ids, now, self.idle_since())
            .await?;
        stored.retain(|stored| self.demo || !stored.demo);
        let quiet: Vec<SessionId> = stored
            .iter()
            .filter(|stored| stored.last_seen_at.plus_seconds(TOUCH_S) < now)
            .map(|stored| stored.id)
            .collect();
        if !quiet.is_empty() {
            self.store.touch_sessions(&quiet, now).await?;
        }
        let reaches = stored
            .into_iter()
            .map(|stored| (stored.id, Reach::of_role(stored.scope)));
        Ok(reaches.collect())
    }

    /// Opens a session; the tokens go into cookies and are kept nowhere.
    pub async fn open(
        &self,
        tx: &mut Tx,
        person: &Person,
        way: &Way,
        visit: &Visit,
    ) -> Result<Pending, ApiProblem> {
        let refresh = SessionKeys::new_token();
        let at = self.clock.now();
        let id = SessionId(self.clock.new_id());
        let lifetime_s = if way.is_makeshift() {
            self.lifetimes.absolute_s.min(MAKESHIFT_S)
        } else {
            self.lifetimes.absolute_s
        };
        tx.create_session(NewSession {
            id,
            person: person.id,
            way: &way.label(),
            device: &visit.device,
            address: &visit.address.to_string(),
            refresh_hash: self.keys.hash(refresh.expose_secret()),
            at,
            expires_at: at.plus_seconds(lifetime_s),
        })
        .await?;
        Ok(Pending { id, refresh })
    }

    /// The tokens of a session whose opening was committed.
    pub async fn opened(&self, pending: Pending) -> Result<Opened, ApiProblem> {
        let mut session = self.row(pending.id, self.clock.now()).await?;
        let (access, until) = self.ring.sign(session.person.id, session.id)?;
        session.access_until = until;
        Ok(Opened {
            access,
            refresh: pending.refresh,
            session,
        })
    }

    /// Uses the refresh token of a request. The caller commits `tx` before it hands out anything.
    pub async fn refresh(
        &self,
        tx: &mut Tx,
        headers: &HeaderMap,
    ) -> Result<(Refresh, Option<SecretString>), ApiProblem> {
        let Some(token) = refresh_in(headers) else {
            return Ok((Refresh::Unknown, None));
        };
        let token = token.expose_secret();
        let successor = self.keys.successor(token);
        let limits = SessionLimits {
            idle_s: self.lifetimes.idle_s,
            grace: GRACE,
        };
        let refresh = tx
            .refresh_session(
                self.keys.hash(token),
                self.keys.hash(successor.expose_secret()),
                self.clock.now(),
                limits,
            )
            .await?;
        Ok((refresh, Some(successor)))
    }

    /// Forgets all copies: somebody's rights or sessions changed here.
    pub fn forget_copies(&self) {
        let mut copies = self.copies.write().unwrap_or_else(PoisonError::into_inner);
        copies.clear();
    }

    fn copy(&self, key: &[u8; 32]) -> Option<Proof> {
        let copies = self.copies.read().unwrap_or_else(PoisonError::into_inner);
        let (proof, at) = copies.get(key)?;
        let now = self.clock.now();
        let holds = match proof {
            Proof::Session(session) => {
                session.access_until.get() + LEEWAY > now.get() && session.expires_at > now
            }
            Proof::Token(token) => token.expires_at > now,
        };
        (holds && at.elapsed() < COPY_AGE).then(|| proof.clone())
    }

    /// In a box of its own: it is rarely taken, and every handler's future would have to be as large as this one.
    fn find<'a>(
        &'a self,
        token: Presented<'a>,
        headers: &'a HeaderMap,
    ) -> Pin<Box<dyn Future<Output = Result<Proof, ApiProblem>> + Send + 'a>> {
        Box::pin(self.look_up(token, headers))
    }

    async fn look_up(
        &self,
        token: Presented<'_>,
        headers: &HeaderMap,
    ) -> Result<Proof, ApiProblem> {
        match token {
            Presented::Access(token) => {
                let claims = match self.ring.verify(token).await {
                    Ok(claims) => claims,
                    Err(refused) => return Err(refuse_access(refused, headers)),
                };
                let until = Timestamp::from_unix(claims.exp).ok_or_else(not_signed_in)?;
                let session = self.row(SessionId(claims.sid), until).await?;
                if session.person.id.0 != claims.sub {
                    return Err(not_signed_in());
                }
                Ok(Proof::Session(Arc::new(session)))
            }
            Presented::Bearer(token) => Ok(Proof::Token(Arc::new(self.token(token).await?))),
        }
    }

    async fn row(
        &self,
        id: SessionId,
        access_until: Timestamp,
    ) -> Result<ActiveSession, ApiProblem> {
        let now = self.clock.now();
        let stored = self
            .store
            .session(id, now, self.idle_since())
            .await?
            .filter(|stored| self.demo || !stored.demo)
            .ok_or_else(not_signed_in)?;
        if stored.last_seen_at.plus_seconds(TOUCH_S) < now {
            self.store.touch_session(id, now).await?;
        }
        Ok(ActiveSession {
            id,
            person: stored.person,
            reach: Reach::of_role(stored.scope),
            has_passkey: stored.has_passkey,
            may_break_glass: stored.break_glass,
            access_until,
            expires_at: stored.expires_at,
        })
    }

    async fn token(&self, token: &str) -> Result<ActiveToken, ApiProblem> {
        let hash = self.keys.hash(token);
        let stored = self.store.api_token(hash, self.clock.now()).await?;
        let stored = stored
            .filter(|stored| self.demo || !stored.demo)
            .ok_or_else(|| {
                refused("api_token", "unknown");
                ApiProblem::new(
                    ProblemCode::NotSignedIn,
                    "The API token is not known, has expired or was revoked. Make a new one in the console.",
                )
            })?;
        token_use::note(&self.store, &stored, self.clock.now()).await?;
        Ok(ActiveToken {
            id: stored.id,
            person: stored.person,
            may: stored.may,
            reach: Reach::of_token(stored.person_scope, stored.scope),
            expires_at: stored.expires_at,
        })
    }
}

/// A session that is being opened.
pub struct Pending {
    id: SessionId,
    refresh: SecretString,
}

impl Pending {
    /// The session that was refreshed, with its next token.
    pub fn refreshed(id: SessionId, refresh: SecretString) -> Self {
        Self { id, refresh }
    }

    /// Its id.
    pub fn id(&self) -> SessionId {
        self.id
    }
}
