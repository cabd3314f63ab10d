//! Recovery codes, as their hashes.

use argus_types::Timestamp;
use argus_types::account::IdentityView;
use argus_types::id::PersonId;
use argus_types::person::Person;

use crate::convert;
use crate::{Error, Store, Tx};

/// Whom a recovery code let in.
#[derive(Debug, Clone)]
pub struct Recovered {
    /// Who.
    pub person: Person,
    /// Whether the demo profile seeded them.
    pub demo: bool,
    /// Codes that they have left.
    pub left: u32,
}

impl Store {
    /// How many codes of a person were not used yet.
    pub async fn recovery_codes_left(&self, person: PersonId) -> Result<u32, Error> {
        let left = sqlx::query_scalar!(
            r#"SELECT count(*) AS "left!" FROM recovery_code WHERE person = $1 AND used_at IS NULL"#,
            person.0,
        )
        .fetch_one(&self.pool)
        .await?;
        convert::number("number of recovery codes", left)
    }

    /// A person's accounts at OpenID providers.
    pub async fn identities_of(&self, person: PersonId) -> Result<Vec<IdentityView>, Error> {
        let rows = sqlx::query!(
            "SELECT provider, subject, last_sign_in_at FROM external_identity WHERE person = $1
             ORDER BY provider, subject",
            person.0,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| IdentityView {
                provider: row.provider,
                subject: row.subject,
                last_sign_in_at: convert::at(row.last_sign_in_at),
            })
            .collect())
    }
}

impl Tx {
    /// Gives a person these codes; those from before open nothing any more.
    pub async fn replace_recovery_codes(
        &mut self,
        person: PersonId,
        hashes: &[[u8; 32]],
        at: Timestamp,
    ) -> Result<(), Error> {
        self.lock_person(person).await?;
        sqlx::query!("DELETE FROM recovery_code WHERE person = $1", person.0)
            .execute(self.connection())
            .await?;
        let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.to_vec()).collect();
        sqlx::query!(
            "INSERT INTO recovery_code (code_hash, person, created_at)
             SELECT hash, $2, $3 FROM unnest($1::bytea[]) AS codes (hash)",
            &hashes,
            person.0,
            at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Uses a code up. Of any number of callers exactly one gets the person; nobody gets a disabled one.
    pub async fn consume_recovery_code(
        &mut self,
        hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<Recovered>, Error> {
        let row = sqlx::query!(
            "UPDATE recovery_code c SET used_at = $2 FROM person p
             WHERE c.code_hash = $1 AND c.used_at IS NULL AND p.id = c.person AND p.disabled_at IS NULL
             RETURNING p.id, p.name, p.role, p.demo",
            &hash,
            now.get(),
        )
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let left = sqlx::query_scalar!(
            r#"SELECT count(*) AS "left!" FROM recovery_code WHERE person = $1 AND used_at IS NULL"#,
            row.id,
        )
        .fetch_one(self.connection())
        .await?;
        Ok(Some(Recovered {
            person: convert::person(row.id, row.name, &row.role)?,
            demo: row.demo,
            left: convert::number("number of recovery codes", left)?,
        }))
    }
}
