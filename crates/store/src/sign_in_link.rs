//! One-time links: from the server's own shell, or as an invitation.

use argus_types::Timestamp;
use argus_types::id::PersonId;
use argus_types::person::Person;

use crate::convert;
use crate::{Error, Tx};

/// A one-time link to make.
#[derive(Debug, Clone, Copy)]
pub struct NewSignInLink {
    /// Hash of the link's secret part.
    pub token_hash: [u8; 32],
    /// Whom it lets in.
    pub person: PersonId,
    /// The admin who made it as an invitation; none for the shell's.
    pub invited_by: Option<PersonId>,
    /// Now.
    pub at: Timestamp,
    /// After this it opens nothing.
    pub expires_at: Timestamp,
}

impl Tx {
    /// Makes a one-time link, and clears away the ones that have expired.
    pub async fn create_sign_in_link(&mut self, link: NewSignInLink) -> Result<(), Error> {
        sqlx::query!(
            "DELETE FROM sign_in_link WHERE expires_at <= $1",
            link.at.get()
        )
        .execute(self.connection())
        .await?;
        sqlx::query!(
            "INSERT INTO sign_in_link (token_hash, person, invited_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
            &link.token_hash,
            link.person.0,
            link.invited_by.map(|by| by.0),
            link.at.get(),
            link.expires_at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Uses a link up. Of any number of callers exactly one gets the person; nobody gets a disabled one.
    pub async fn consume_sign_in_link(
        &mut self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<Person>, Error> {
        sqlx::query!(
            "UPDATE sign_in_link l SET used_at = $2 FROM person p
             WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND p.id = l.person
               AND p.disabled_at IS NULL
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
