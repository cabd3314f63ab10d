//! API tokens, as their hashes.

use argus_types::Timestamp;
use argus_types::id::TokenId;
use argus_types::person::{Person, TokenMay};
use argus_types::scope::Scope;

use crate::convert;
use crate::{Error, Store};

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
}
