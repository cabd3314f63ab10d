//! Passkeys: the public halves, and what their owners call them.
//!
//! What a credential is made of is the caller's: here it is JSON.

use argus_types::Timestamp;
use argus_types::account::PasskeyView;
use argus_types::id::{PasskeyId, PersonId};
use argus_types::person::Person;
use serde_json::Value;

use crate::convert;
use crate::{Error, Store, Tx};

/// A passkey to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewPasskey<'a> {
    /// Its id.
    pub id: PasskeyId,
    /// Whose.
    pub person: PersonId,
    /// The id that the authenticator gave it.
    pub credential_id: &'a [u8],
    /// What its owner calls it.
    pub name: &'a str,
    /// The public half.
    pub credential: &'a Value,
    /// Now.
    pub at: Timestamp,
}

/// A passkey with its owner as they are now.
#[derive(Debug, Clone)]
pub struct KnownPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// The public half.
    pub credential: Value,
    /// Whether a copy of it was seen.
    pub cloned: bool,
    /// Whose.
    pub person: Person,
    /// Whether its owner's account lets nobody in.
    pub disabled: bool,
    /// Whether the demo profile seeded its owner.
    pub demo: bool,
}

impl Store {
    /// What a person has, the oldest first.
    pub async fn passkeys_of(&self, person: PersonId) -> Result<Vec<PasskeyView>, Error> {
        let rows = sqlx::query!(
            "SELECT id, name, created_at, last_used_at, cloned_at FROM passkey WHERE person = $1
             ORDER BY created_at, id",
            person.0,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| PasskeyView {
                id: PasskeyId(row.id),
                name: row.name,
                created_at: convert::at(row.created_at),
                last_used_at: row.last_used_at.map(convert::at),
                cloned_at: row.cloned_at.map(convert::at),
            })
            .collect())
    }

    /// The public halves of a person's passkeys. Ones of which a copy was seen are among them with `cloned`: nobody
    /// may be asked for those, and nobody may enrol them again.
    pub async fn credentials_of(
        &self,
        person: PersonId,
        cloned: bool,
    ) -> Result<Vec<Value>, Error> {
        Ok(sqlx::query_scalar!(
            "SELECT credential FROM passkey WHERE person = $1 AND ($2 OR cloned_at IS NULL) ORDER BY created_at, id",
            person.0,
            cloned,
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// The passkey that an authenticator calls by this id.
    pub async fn passkey_by_credential(
        &self,
        credential_id: &[u8],
    ) -> Result<Option<KnownPasskey>, Error> {
        sqlx::query!(
            r#"SELECT k.id, k.name AS passkey, k.credential, k.cloned_at IS NOT NULL AS "cloned!",
                      p.id AS person, p.name, p.role, p.demo,
                      p.disabled_at IS NOT NULL AS "disabled!"
               FROM passkey k JOIN person p ON p.id = k.person WHERE k.credential_id = $1"#,
            credential_id,
        )
        .fetch_optional(&self.pool)
        .await?
        .map(|row| {
            Ok(KnownPasskey {
                id: PasskeyId(row.id),
                name: row.passkey,
                credential: row.credential,
                cloned: row.cloned,
                person: convert::person(row.person, row.name, &row.role)?,
                disabled: row.disabled,
                demo: row.demo,
            })
        })
        .transpose()
    }
}

impl Tx {
    /// Keeps a passkey; `false` where somebody has this very one already.
    pub async fn create_passkey(&mut self, passkey: NewPasskey<'_>) -> Result<bool, Error> {
        let done = sqlx::query!(
            "INSERT INTO passkey (id, person, credential_id, name, credential, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential_id) DO NOTHING",
            passkey.id.0,
            passkey.person.0,
            passkey.credential_id,
            passkey.name,
            passkey.credential,
            passkey.at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Notes that a passkey was used, with what its authenticator says of it now: of two answers that were checked
    /// against the same `before` one is taken. `false` for the other one, and where the passkey is gone or void.
    pub async fn use_passkey(
        &mut self,
        id: PasskeyId,
        before: &Value,
        after: &Value,
        at: Timestamp,
    ) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE passkey SET credential = $3, last_used_at = $4
             WHERE id = $1 AND credential::jsonb = $2::json::jsonb AND cloned_at IS NULL",
            id.0,
            before,
            after,
            at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Voids a passkey of which a copy was seen; `false` where it was void before.
    pub async fn void_passkey(&mut self, id: PasskeyId, at: Timestamp) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE passkey SET cloned_at = $2 WHERE id = $1 AND cloned_at IS NULL",
            id.0,
            at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives a person's passkey another name, and says what it was called before.
    pub async fn rename_passkey(
        &mut self,
        id: PasskeyId,
        person: PersonId,
        name: &str,
    ) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar!(
            "UPDATE passkey k SET name = $3 FROM passkey old
             WHERE k.id = $1 AND k.person = $2 AND old.id = k.id RETURNING old.name",
            id.0,
            person.0,
            name,
        )
        .fetch_optional(self.connection())
        .await?)
    }

    /// Takes a person's passkey away, and says what it was called.
    pub async fn remove_passkey(
        &mut self,
        id: PasskeyId,
        person: PersonId,
    ) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar!(
            "DELETE FROM passkey WHERE id = $1 AND person = $2 RETURNING name",
            id.0,
            person.0,
        )
        .fetch_optional(self.connection())
        .await?)
    }

    /// Whether a person could still get in by themself: with a passkey that counts, or at an OpenID provider.
    pub async fn has_a_way_in(&mut self, person: PersonId) -> Result<bool, Error> {
        Ok(sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM passkey WHERE person = $1 AND cloned_at IS NULL)
                   OR EXISTS (SELECT FROM external_identity WHERE person = $1) AS "has!""#,
            person.0,
        )
        .fetch_one(self.connection())
        .await?)
    }

    /// Lets nobody else change what this person gets in with until the end of the transaction.
    pub async fn lock_person(&mut self, person: PersonId) -> Result<(), Error> {
        sqlx::query!(
            "SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE",
            person.0
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
