//! The Proxmox tokens that executions had made for themselves: by name, never with a secret.

use argus_types::Timestamp;
use argus_types::id::ExecutionId;

use crate::journal::{Entry, Lease};
use crate::{Error, Store};

/// A token that Proxmox may still have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanToken {
    /// `user@realm!name`.
    pub token: String,
    /// The epoch of the lease under which it was made.
    pub epoch: i64,
}

impl Store {
    /// Writes down that a token is about to be made, with its ledger record. `false` where the lease is lost: then it
    /// may not be made.
    pub async fn intend_plan_token(
        &self,
        lease: Lease,
        token: &str,
        at: Timestamp,
        entry: Entry,
    ) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let held = sqlx::query!(
            "SELECT FROM execution
             WHERE id = $1 AND lease_epoch = $2 AND lease_until > clock_timestamp() FOR SHARE",
            lease.execution.0,
            lease.epoch,
        )
        .fetch_optional(tx.connection())
        .await?;
        if held.is_none() {
            return Ok(false);
        }
        sqlx::query!(
            "INSERT INTO plan_token (token, execution, epoch, intended_at) VALUES ($1, $2, $3, $4)",
            token,
            lease.execution.0,
            lease.epoch,
            at.get(),
        )
        .execute(tx.connection())
        .await?;
        tx.append_ledger(entry).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Writes a ledger record about a token.
    pub async fn record_plan_token(&self, entry: Entry) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        tx.append_ledger(entry).await?;
        tx.commit().await
    }

    /// Writes down that Proxmox has the token no more. The record is written once, whoever removes it how often.
    pub async fn plan_token_removed(
        &self,
        token: &str,
        at: Timestamp,
        entry: Entry,
    ) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let done = sqlx::query!(
            "UPDATE plan_token SET removed_at = $2 WHERE token = $1 AND removed_at IS NULL",
            token,
            at.get(),
        )
        .execute(tx.connection())
        .await?;
        let first = done.rows_affected() == 1;
        if first {
            tx.append_ledger(entry).await?;
        }
        tx.commit().await?;
        Ok(first)
    }

    /// Writes down that Proxmox did not remove the token. The record is written the first time only: a sweeper tries
    /// again every minute.
    pub async fn plan_token_kept(
        &self,
        token: &str,
        at: Timestamp,
        entry: Entry,
    ) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        let first = sqlx::query_scalar!(
            r#"UPDATE plan_token t SET kept_at = $2 FROM plan_token before
               WHERE t.token = $1 AND before.token = t.token AND t.removed_at IS NULL
               RETURNING before.kept_at IS NULL AS "first!""#,
            token,
            at.get(),
        )
        .fetch_optional(tx.connection())
        .await?;
        if first == Some(true) {
            tx.append_ledger(entry).await?;
        }
        tx.commit().await
    }

    /// An execution's tokens that Proxmox may still have.
    pub async fn plan_tokens_left(&self, execution: ExecutionId) -> Result<Vec<PlanToken>, Error> {
        let rows = sqlx::query!(
            "SELECT token, epoch FROM plan_token WHERE execution = $1 AND removed_at IS NULL ORDER BY token",
            execution.0,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| PlanToken {
                token: row.token,
                epoch: row.epoch,
            })
            .collect())
    }

    /// Every token that Proxmox may still have though nobody may use it any more: its execution has ended, or another
    /// lease than its own drives it.
    pub async fn plan_tokens_overdue(&self) -> Result<Vec<String>, Error> {
        let tokens = sqlx::query_scalar!(
            "SELECT t.token FROM plan_token t JOIN execution e ON e.id = t.execution
             WHERE t.removed_at IS NULL
               AND (e.state NOT IN ('running', 'stopping') OR e.lease_epoch <> t.epoch)
             ORDER BY t.token"
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(tokens)
    }

    /// The epoch of the last lease on an execution that has not ended; none of one that has, or that is not known.
    pub async fn driven_under(&self, execution: ExecutionId) -> Result<Option<i64>, Error> {
        let epoch = sqlx::query_scalar!(
            "SELECT lease_epoch FROM execution WHERE id = $1 AND state IN ('running', 'stopping')",
            execution.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(epoch)
    }
}
