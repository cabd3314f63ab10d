//! Sessions and one-time sign-in links. Secrets come as hashes; the store never sees one.

use argus_types::Timestamp;
use argus_types::id::PersonId;
use argus_types::person::Person;

use crate::convert;
use crate::{Error, Store, Tx};

/// A session to open.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    /// Hash of the cookie's token.
    pub token_hash: [u8; 32],
    /// Who signed in.
    pub person: PersonId,
    /// What unsafe requests must carry.
    pub csrf_token: &'a str,
    /// Now.
    pub at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// A session that holds.
#[derive(Debug, Clone)]
pub struct StoredSession {
    /// Who is signed in, with the role of this moment.
    pub person: Person,
    /// Whether the demo profile seeded this person.
    pub demo: bool,
    /// What unsafe requests must carry.
    pub csrf_token: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, as [`Store::touch_session`] noted it.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// A one-time link to make.
#[derive(Debug, Clone, Copy)]
pub struct NewSignInLink {
    /// Hash of the link's secret part.
    pub token_hash: [u8; 32],
    /// Whom it lets in.
    pub person: PersonId,
    /// Now.
    pub at: Timestamp,
    /// After this it opens nothing.
    pub expires_at: Timestamp,
}

impl Store {
    /// The session with this token's hash, unless it has expired or was last seen before `idle_since`.
    pub async fn session(
        &self,
        token_hash: [u8; 32],
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Option<StoredSession>, Error> {
        sqlx::query!(
            "SELECT p.id, p.name, p.role, p.demo, s.csrf_token, s.created_at, s.last_seen_at, s.expires_at
             FROM session s JOIN person p ON p.id = s.person
             WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.last_seen_at >= $3",
            &token_hash,
            now.get(),
            idle_since.get(),
        )
        .fetch_optional(&self.pool)
        .await?
        .map(|row| {
            Ok(StoredSession {
                person: convert::person(row.id, row.name, &row.role)?,
                demo: row.demo,
                csrf_token: row.csrf_token,
                created_at: convert::at(row.created_at),
                last_seen_at: convert::at(row.last_seen_at),
                expires_at: convert::at(row.expires_at),
            })
        })
        .transpose()
    }

    /// Notes that a session was used. One statement, no transaction: call it once a minute, not per request.
    pub async fn touch_session(&self, token_hash: [u8; 32], at: Timestamp) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE session SET last_seen_at = greatest(last_seen_at, $2) WHERE token_hash = $1",
            &token_hash,
            at.get(),
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
            "INSERT INTO session (token_hash, person, csrf_token, created_at, last_seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $4, $5)",
            &session.token_hash,
            session.person.0,
            session.csrf_token,
            session.at.get(),
            session.expires_at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Ends a session; `false` where there was none.
    pub async fn end_session(&mut self, token_hash: [u8; 32]) -> Result<bool, Error> {
        let done = sqlx::query!("DELETE FROM session WHERE token_hash = $1", &token_hash)
            .execute(self.connection())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Makes a one-time link, and clears away the ones that have expired.
    pub async fn create_sign_in_link(&mut self, link: NewSignInLink) -> Result<(), Error> {
        sqlx::query!(
            "DELETE FROM sign_in_link WHERE expires_at <= $1",
            link.at.get()
        )
        .execute(self.connection())
        .await?;
        sqlx::query!(
            "INSERT INTO sign_in_link (token_hash, person, created_at, expires_at) VALUES ($1, $2, $3, $4)",
            &link.token_hash,
            link.person.0,
            link.at.get(),
            link.expires_at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Uses a link up. Of any number of callers exactly one gets the person.
    pub async fn consume_sign_in_link(
        &mut self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<Person>, Error> {
        sqlx::query!(
            "UPDATE sign_in_link l SET used_at = $2 FROM person p
             WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND p.id = l.person
             RETURNING p.id, p.name, p.role",
            &token_hash,
            now.get(),
        )
        .fetch_optional(self.connection())
        .await?
        .map(|row| convert::person(row.id, row.name, &row.role))
        .transpose()
    }
}
