//! The ring of access token keys: names and times. The keys themselves are nowhere in the database.

use argus_types::Timestamp;
use uuid::Uuid;

use crate::convert;
use crate::{Error, Store, Tx};

/// Serialises changes of the ring between replicas.
const RING_LOCK: i64 = 0x4172_6775_7352;

/// One key of the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessKey {
    /// Its name in the header of each token that it signs.
    pub kid: Uuid,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it signs; a little later than it was made, so that every replica knows it by then.
    pub signs_from: Timestamp,
    /// Until when its tokens are good, once it signs no more.
    pub verifies_until: Option<Timestamp>,
}

impl Store {
    /// The whole ring, the oldest first.
    pub async fn access_keys(&self) -> Result<Vec<AccessKey>, Error> {
        read(&self.pool).await
    }
}

impl Tx {
    /// The whole ring, and nobody else changes it before this transaction's end. Its first lock.
    pub async fn lock_access_keys(&mut self) -> Result<Vec<AccessKey>, Error> {
        sqlx::query!("SELECT pg_advisory_xact_lock($1)", RING_LOCK)
            .execute(self.connection())
            .await?;
        read(self.connection()).await
    }

    /// Adds a key.
    pub async fn add_access_key(&mut self, key: AccessKey) -> Result<(), Error> {
        sqlx::query!(
            "INSERT INTO access_key (kid, created_at, signs_from, verifies_until) VALUES ($1, $2, $3, $4)",
            key.kid,
            key.created_at.get(),
            key.signs_from.get(),
            key.verifies_until.map(Timestamp::get),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Lets a key's tokens end.
    pub async fn retire_access_key(&mut self, kid: Uuid, until: Timestamp) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE access_key SET verifies_until = $2 WHERE kid = $1",
            kid,
            until.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Forgets a key whose tokens are all over.
    pub async fn forget_access_key(&mut self, kid: Uuid) -> Result<(), Error> {
        sqlx::query!("DELETE FROM access_key WHERE kid = $1", kid)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

async fn read(executor: impl sqlx::PgExecutor<'_>) -> Result<Vec<AccessKey>, Error> {
    let rows = sqlx::query!(
        "SELECT kid, created_at, signs_from, verifies_until FROM access_key ORDER BY signs_from, kid"
    )
    .fetch_all(executor)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| AccessKey {
            kid: row.kid,
            created_at: convert::at(row.created_at),
            signs_from: convert::at(row.signs_from),
            verifies_until: row.verifies_until.map(convert::at),
        })
        .collect())
}
