//! API tokens, as their hashes.

use argus_types::Timestamp;
use argus_types::account::ApiTokenView;
use argus_types::id::{PersonId, TokenId};
use argus_types::person::{Person, TokenMay};
use argus_types::scope::Scope;

use crate::convert;
use crate::{Error, Store, Tx};

/// An API token to make.
#[derive(Debug, Clone, Copy)]
pub struct NewApiToken<'a> {
    /// Whose.
    pub person: PersonId,
    /// Hash of its secret.
    pub token_hash: [u8; 32],
    /// What its owner will see of it.
    pub view: &'a ApiTokenView,
}

/// An API token that works, with its person as they are now.
#[derive(Debug, Clone)]
pub struct StoredApiToken {
    /// Its id.
    pub id: TokenId,
    /// What it may do.
    pub may: TokenMay,
    /// Where.
    pub scope: Scope,
    /// Whose.
    pub person: Person,
    /// How far their role reaches.
    pub person_scope: Scope,
    /// Whether the demo profile seeded this person.
    pub demo: bool,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

impl Store {
    /// The token with this hash, unless it has expired, was revoked, or its person is disabled.
    pub async fn api_token(
        &self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<StoredApiToken>, Error> {
        sqlx::query!(
            "SELECT t.id, t.may, t.scope, t.expires_at, t.last_used_at,
                    p.id AS person, p.name, p.role, p.scope AS person_scope, p.demo
             FROM api_token t JOIN person p ON p.id = t.person
             WHERE t.token_hash = $1 AND t.expires_at > $2 AND t.revoked_at IS NULL AND p.disabled_at IS NULL",
            &token_hash,
            now.get(),
        )
        .fetch_optional(&self.pool)
        .await?
        .map(|row| {
            Ok(StoredApiToken {
                id: TokenId(row.id),
                may: convert::parse("token kind", &row.may)?,
                scope: convert::from_json("scope", row.scope)?,
                person: convert::person(row.person, row.name, &row.role)?,
                person_scope: convert::from_json("scope", row.person_scope)?,
                demo: row.demo,
                expires_at: convert::at(row.expires_at),
                last_used_at: row.last_used_at.map(convert::at),
            })
        })
        .transpose()
    }

    /// A person's tokens, the newest first; those that are long over are not among them.
    pub async fn api_tokens_of(
        &self,
        person: PersonId,
        ended_after: Timestamp,
    ) -> Result<Vec<ApiTokenView>, Error> {
        sqlx::query!(
            "SELECT id, name, may, scope, created_at, expires_at, last_used_at, revoked_at FROM api_token
             WHERE person = $1 AND expires_at > $2 AND (revoked_at IS NULL OR revoked_at > $2)
             ORDER BY created_at DESC, id",
            person.0,
            ended_after.get(),
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| {
            Ok(ApiTokenView {
                id: TokenId(row.id),
                name: row.name,
                may: convert::parse("token kind", &row.may)?,
                scope: convert::from_json("scope", row.scope)?,
                created_at: convert::at(row.created_at),
                expires_at: convert::at(row.expires_at),
                last_used_at: row.last_used_at.map(convert::at),
                revoked_at: row.revoked_at.map(convert::at),
            })
        })
        .collect()
    }

    /// Notes that a token was used again. One statement, no transaction: call it once a minute, not per request.
    pub async fn touch_api_token(&self, id: TokenId, at: Timestamp) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE api_token SET last_used_at = greatest(last_used_at, $2) WHERE id = $1",
            id.0,
            at.get(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

impl Tx {
    /// Makes a token, unless its person has `most` of them that work already.
    pub async fn create_api_token(
        &mut self,
        token: NewApiToken<'_>,
        most: u32,
    ) -> Result<bool, Error> {
        self.lock_person(token.person).await?;
        let view = token.view;
        let done = sqlx::query!(
            "INSERT INTO api_token (id, person, token_hash, name, may, scope, created_at, expires_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8
             WHERE (SELECT count(*) FROM api_token
                    WHERE person = $2 AND revoked_at IS NULL AND expires_at > $7) < $9",
            view.id.0,
            token.person.0,
            &token.token_hash,
            view.name,
            view.may.as_str(),
            convert::to_json("scope", &view.scope)?,
            view.created_at.get(),
            view.expires_at.get(),
            i64::from(most),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Notes that a token was used for the first time; `true` for one of any number of callers.
    pub async fn note_first_use(&mut self, id: TokenId, at: Timestamp) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE api_token SET last_used_at = $2 WHERE id = $1 AND last_used_at IS NULL",
            id.0,
            at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Revokes a person's token and gives its name; nothing where they have no such token that works.
    pub async fn revoke_api_token(
        &mut self,
        id: TokenId,
        person: PersonId,
        at: Timestamp,
    ) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar!(
            "UPDATE api_token SET revoked_at = $3
             WHERE id = $1 AND person = $2 AND revoked_at IS NULL AND expires_at > $3 RETURNING name",
            id.0,
            person.0,
            at.get(),
        )
        .fetch_optional(self.connection())
        .await?)
    }
}
