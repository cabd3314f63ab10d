//! One effect for one `Idempotency-Key`.
//!
//! The key is claimed in the same transaction as the effect: a second request with the key waits for the
//! first one's end and then reads its answer, or finds the key free because the first one was taken back.

use argus_types::Timestamp;
use argus_types::id::PersonId;

use crate::convert;
use crate::{Error, Store, Tx};

/// What a key turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used it: carry the request out, then [`Tx::complete_idempotency_key`].
    Fresh,
    /// The same request was answered before: answer it the same way.
    Replay {
        /// The HTTP status.
        status: u16,
        /// The body, byte for byte.
        body: String,
    },
    /// The key belongs to another request.
    Mismatch,
}

impl Store {
    /// Whether the key was used before, without claiming it: saves the work of a request that is a replay.
    pub async fn peek_idempotency_key(
        &self,
        person: PersonId,
        key: &str,
        fingerprint: [u8; 32],
    ) -> Result<Claim, Error> {
        let row = sqlx::query!(
            "SELECT fingerprint, status, body FROM idempotency WHERE person = $1 AND key = $2",
            person.0,
            key,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map_or(Ok(Claim::Fresh), |row| {
            read(&row.fingerprint, row.status, row.body, fingerprint)
        })
    }

    /// Forgets keys from before `cutoff`; gives their number.
    pub async fn forget_idempotency_keys(&self, cutoff: Timestamp) -> Result<u64, Error> {
        let done = sqlx::query!(
            "DELETE FROM idempotency WHERE created_at < $1",
            cutoff.get()
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }
}

impl Tx {
    /// Claims the key for the request whose method, path and body have this SHA-256. Waits while another
    /// transaction holds the key. Must be the transaction's first lock.
    pub async fn claim_idempotency_key(
        &mut self,
        person: PersonId,
        key: &str,
        fingerprint: [u8; 32],
        at: Timestamp,
    ) -> Result<Claim, Error> {
        let inserted = sqlx::query!(
            "INSERT INTO idempotency (person, key, fingerprint, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            person.0,
            key,
            &fingerprint,
            at.get(),
        )
        .execute(self.connection())
        .await?;
        if inserted.rows_affected() == 1 {
            return Ok(Claim::Fresh);
        }
        let row = sqlx::query!(
            "SELECT fingerprint, status, body FROM idempotency WHERE person = $1 AND key = $2",
            person.0,
            key,
        )
        .fetch_one(self.connection())
        .await?;
        read(&row.fingerprint, row.status, row.body, fingerprint)
    }

    /// Keeps the answer to a key that this transaction claimed.
    pub async fn complete_idempotency_key(
        &mut self,
        person: PersonId,
        key: &str,
        status: u16,
        body: &str,
    ) -> Result<(), Error> {
        let status: i16 = convert::number("HTTP status", status)?;
        let done = sqlx::query!(
            "UPDATE idempotency SET status = $3, body = $4 WHERE person = $1 AND key = $2 AND status IS NULL",
            person.0,
            key,
            status,
            body,
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(Error::Corrupt {
                what: "idempotency key",
            })
        }
    }
}

fn read(
    stored: &[u8],
    status: Option<i16>,
    body: Option<String>,
    fingerprint: [u8; 32],
) -> Result<Claim, Error> {
    if stored != fingerprint {
        return Ok(Claim::Mismatch);
    }
    match (status, body) {
        (Some(status), Some(body)) => Ok(Claim::Replay {
            status: convert::number("HTTP status", status)?,
            body,
        }),
        // Committed without an answer: a use case forgot to complete its key.
        _ => Err(Error::Corrupt {
            what: "idempotency key",
        }),
    }
}
