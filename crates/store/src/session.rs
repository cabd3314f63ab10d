//! Sessions, their refresh tokens, and tickets for WebSockets. Secrets come as hashes; the store never sees one.
//!
//! A session has one refresh token that is good now. Using it gives the next one; the one before gets that same
//! next one again for a short grace, because two tabs may refresh at once. Whoever shows an older one ends the
//! session: either they or its owner have a stolen token, and nobody can tell which.

use std::time::Duration;

use argus_types::Timestamp;
use argus_types::account::SessionView;
use argus_types::id::{PersonId, SessionId};
use argus_types::person::Person;
use argus_types::scope::Scope;

use crate::convert;
use crate::{Error, Store, Tx};

/// A session to open.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub person: PersonId,
    /// How, as in [`SessionView::way`].
    pub way: &'a str,
    /// The browser, as far as it says.
    pub device: &'a str,
    /// The network address.
    pub address: &'a str,
    /// Hash of the first refresh token.
    pub refresh_hash: [u8; 32],
    /// Now.
    pub at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// A session that holds.
#[derive(Debug, Clone)]
pub struct StoredSession {
    /// Its id.
    pub id: SessionId,
    /// Who is signed in, with the role of this moment.
    pub person: Person,
    /// How far the role reaches.
    pub scope: Scope,
    /// Whether the demo profile seeded this person.
    pub demo: bool,
    /// Whether they may break glass.
    pub break_glass: bool,
    /// Whether they have a passkey.
    pub has_passkey: bool,
    /// When it was last used, as [`Store::touch_session`] noted it.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// What became of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// It was the good one, or the one before within the grace: the successor is good now.
    Successor(SessionId),
    /// It was used before. The session is over.
    Reused(SessionId, PersonId),
    /// No open session knows it.
    Unknown,
}

/// When sessions count as over.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Seconds without use.
    pub idle_s: i64,
    /// For how long the refresh token before the good one gets the same successor.
    pub grace: Duration,
}

impl Store {
    /// The session, unless it is over, idle since before `idle_since`, or its person is disabled.
    pub async fn session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Option<StoredSession>, Error> {
        sqlx::query!(
            r#"SELECT p.id AS person, p.name, p.role, p.scope, p.demo, p.break_glass, s.last_seen_at, s.expires_at,
                      EXISTS (SELECT FROM passkey k WHERE k.person = p.id AND k.cloned_at IS NULL) AS "has_passkey!"
               FROM session s JOIN person p ON p.id = s.person
               WHERE s.id = $1 AND s.expires_at > $2 AND s.last_seen_at >= $3 AND p.disabled_at IS NULL"#,
            id.0,
            now.get(),
            idle_since.get(),
        )
        .fetch_optional(&self.pool)
        .await?
        .map(|row| {
            Ok(StoredSession {
                id,
                person: convert::person(row.person, row.name, &row.role)?,
                scope: convert::from_json("scope", row.scope)?,
                demo: row.demo,
                break_glass: row.break_glass,
                has_passkey: row.has_passkey,
                last_seen_at: convert::at(row.last_seen_at),
                expires_at: convert::at(row.expires_at),
            })
        })
        .transpose()
    }

    /// Notes that a session was used. One statement, no transaction: call it once a minute, not per request.
    pub async fn touch_session(&self, id: SessionId, at: Timestamp) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE session SET last_seen_at = greatest(last_seen_at, $2) WHERE id = $1",
            id.0,
            at.get(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Those of these sessions that still are open, for connections that outlive a request.
    pub async fn open_sessions(
        &self,
        ids: &[SessionId],
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Vec<StoredSession>, Error> {
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        sqlx::query!(
            r#"SELECT s.id, p.id AS person, p.name, p.role, p.scope, p.demo, p.break_glass, s.last_seen_at, s.expires_at,
                      EXISTS (SELECT FROM passkey k WHERE k.person = p.id AND k.cloned_at IS NULL) AS "has_passkey!"
               FROM session s JOIN person p ON p.id = s.person
               WHERE s.id = ANY($1) AND s.expires_at > $2 AND s.last_seen_at >= $3 AND p.disabled_at IS NULL"#,
            &ids,
            now.get(),
            idle_since.get(),
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| {
            Ok(StoredSession {
                id: SessionId(row.id),
                person: convert::person(row.person, row.name, &row.role)?,
                scope: convert::from_json("scope", row.scope)?,
                demo: row.demo,
                break_glass: row.break_glass,
                has_passkey: row.has_passkey,
                last_seen_at: convert::at(row.last_seen_at),
                expires_at: convert::at(row.expires_at),
            })
        })
        .collect()
    }

    /// Notes that these sessions are in use.
    pub async fn touch_sessions(&self, ids: &[SessionId], at: Timestamp) -> Result<(), Error> {
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        sqlx::query!(
            "UPDATE session SET last_seen_at = greatest(last_seen_at, $2) WHERE id = ANY($1)",
            &ids,
            at.get(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// A person's open sessions, the one used last first; `current` marks the caller's own.
    pub async fn sessions_of(
        &self,
        person: PersonId,
        current: Option<SessionId>,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Vec<SessionView>, Error> {
        let rows = sqlx::query!(
            "SELECT id, way, device, address, created_at, last_seen_at, expires_at FROM session
             WHERE person = $1 AND expires_at > $2 AND last_seen_at >= $3 ORDER BY last_seen_at DESC, id",
            person.0,
            now.get(),
            idle_since.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| SessionView {
                id: SessionId(row.id),
                way: row.way,
                device: row.device,
                address: row.address,
                created_at: convert::at(row.created_at),
                last_seen_at: convert::at(row.last_seen_at),
                expires_at: convert::at(row.expires_at),
                current: current == Some(SessionId(row.id)),
            })
            .collect())
    }

    /// Uses a ticket up. Of any number of callers exactly one gets `true`, and only for the session that asked for it.
    pub async fn consume_stream_ticket(
        &self,
        token_hash: [u8; 32],
        session: SessionId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let done = sqlx::query!(
            "DELETE FROM stream_ticket WHERE token_hash = $1 AND session = $2 AND expires_at > $3",
            &token_hash,
            session.0,
            now.get(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Keeps a ticket, and clears away the ones that have expired.
    pub async fn create_stream_ticket(
        &self,
        token_hash: [u8; 32],
        session: SessionId,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), Error> {
        sqlx::query!("DELETE FROM stream_ticket WHERE expires_at <= $1", at.get())
            .execute(&self.pool)
            .await?;
        sqlx::query!(
            "INSERT INTO stream_ticket (token_hash, session, expires_at) VALUES ($1, $2, $3)",
            &token_hash,
            session.0,
            expires_at.get(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

impl Tx {
    /// Opens a session, and clears away the ones that have expired.
    pub async fn create_session(&mut self, session: NewSession<'_>) -> Result<(), Error> {
        sqlx::query!(
            "DELETE FROM session WHERE expires_at <= $1",
            session.at.get()
        )
        .execute(self.connection())
        .await?;
        sqlx::query!(
            "INSERT INTO session (id, person, way, device, address, refresh_hash, rotated_at, created_at,
                                  last_seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8)",
            session.id.0,
            session.person.0,
            session.way,
            session.device,
            session.address,
            &session.refresh_hash,
            session.at.get(),
            session.expires_at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Uses a refresh token. `successor` is the hash of the token that follows it, which its bearer alone can be
    /// given: it is derived from the token itself.
    pub async fn refresh_session(
        &mut self,
        token: [u8; 32],
        successor: [u8; 32],
        now: Timestamp,
        limits: SessionLimits,
    ) -> Result<Refresh, Error> {
        let open = sqlx::query!(
            r#"SELECT s.id, s.person, s.refresh_hash = $1 AS "is_good!", s.refresh_hash = $2 AS "was_succeeded!",
                      s.rotated_at
               FROM session s JOIN person p ON p.id = s.person
               WHERE (s.refresh_hash = $1 OR s.previous_hash = $1) AND s.expires_at > $3 AND s.last_seen_at >= $4
                 AND p.disabled_at IS NULL
               FOR UPDATE OF s"#,
            &token,
            &successor,
            now.get(),
            now.plus_seconds(-limits.idle_s).get(),
        )
        .fetch_optional(self.connection())
        .await?;
        let Some(open) = open else {
            return self.refresh_by_used_token(token).await;
        };
        if open.is_good {
            sqlx::query!(
                "UPDATE session SET previous_hash = refresh_hash, refresh_hash = $2, rotated_at = $3, last_seen_at = $3
                 WHERE id = $1",
                open.id,
                &successor,
                now.get(),
            )
            .execute(self.connection())
            .await?;
            sqlx::query!(
                "INSERT INTO used_refresh_token (token_hash, session) VALUES ($1, $2)",
                &token,
                open.id,
            )
            .execute(self.connection())
            .await?;
            return Ok(Refresh::Successor(SessionId(open.id)));
        }
        let age = now.get() - open.rotated_at;
        if open.was_succeeded && age <= limits.grace {
            return Ok(Refresh::Successor(SessionId(open.id)));
        }
        self.refresh_by_used_token(token).await
    }

    /// A used token ends its session.
    async fn refresh_by_used_token(&mut self, token: [u8; 32]) -> Result<Refresh, Error> {
        let ended = sqlx::query!(
            "DELETE FROM session WHERE id = (SELECT session FROM used_refresh_token WHERE token_hash = $1)
             RETURNING id, person",
            &token,
        )
        .fetch_optional(self.connection())
        .await?;
        Ok(ended.map_or(Refresh::Unknown, |row| {
            Refresh::Reused(SessionId(row.id), PersonId(row.person))
        }))
    }

    /// Ends one session of a person; `false` where they have none of this id.
    pub async fn end_session(&mut self, id: SessionId, person: PersonId) -> Result<bool, Error> {
        let done = sqlx::query!(
            "DELETE FROM session WHERE id = $1 AND person = $2",
            id.0,
            person.0
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends a person's sessions, all but `keep`, and says how many.
    pub async fn end_sessions_of(
        &mut self,
        person: PersonId,
        keep: Option<SessionId>,
    ) -> Result<u64, Error> {
        let done = sqlx::query!(
            "DELETE FROM session WHERE person = $1 AND ($2::uuid IS NULL OR id <> $2)",
            person.0,
            keep.map(|keep| keep.0),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected())
    }
}
