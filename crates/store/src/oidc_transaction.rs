//! Single sign-on under way: what was begun, kept until the browser that began it comes back.

use argus_types::Timestamp;
use serde_json::Value;

use crate::{Error, Store};

/// A sign-in that was begun.
#[derive(Debug, Clone, Copy)]
pub struct NewOidcTransaction<'a> {
    /// Hash of the cookie of the browser that began it.
    pub browser_hash: [u8; 32],
    /// With which provider, by its id in the configuration.
    pub provider: &'a str,
    /// `argus_identity::oidc::Pending`
    pub pending: &'a Value,
    /// Now.
    pub at: Timestamp,
    /// After this it is worth nothing.
    pub expires_at: Timestamp,
}

/// A sign-in that was taken out, so nobody else can end it.
#[derive(Clone)]
pub struct OidcTransaction {
    /// With which provider.
    pub provider: String,
    /// `argus_identity::oidc::Pending`
    pub pending: Value,
}

impl Store {
    /// Keeps a sign-in that was begun, and clears away the ones that have expired.
    pub async fn keep_oidc_transaction(&self, begun: NewOidcTransaction<'_>) -> Result<(), Error> {
        sqlx::query!(
            "DELETE FROM oidc_transaction WHERE expires_at <= $1",
            begun.at.get()
        )
        .execute(&self.pool)
        .await?;
        sqlx::query!(
            "INSERT INTO oidc_transaction (browser_hash, provider, pending, expires_at) VALUES ($1, $2, $3, $4)",
            &begun.browser_hash,
            begun.provider,
            begun.pending,
            begun.expires_at.get(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes a sign-in out. Of any number of callers exactly one gets it; an expired one nobody gets.
    pub async fn take_oidc_transaction(
        &self,
        browser_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<OidcTransaction>, Error> {
        let taken = sqlx::query!(
            "DELETE FROM oidc_transaction WHERE browser_hash = $1 RETURNING provider, pending, expires_at",
            &browser_hash,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(taken
            .filter(|row| row.expires_at > now.get())
            .map(|row| OidcTransaction {
                provider: row.provider,
                pending: row.pending,
            }))
    }
}
