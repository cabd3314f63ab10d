//! Fresh passkey assertions: each for one session, one act and one subject, used once.

use argus_ledger::approval::SignedApproval;
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::id::{SessionId, StepUpId};

use crate::{Error, Tx, convert};

/// An assertion to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewStepUp<'a> {
    /// Its id.
    pub id: StepUpId,
    /// Whose.
    pub session: SessionId,
    /// What for.
    pub act: StepUpAct,
    /// About what.
    pub subject: &'a str,
    /// After this it is worth nothing.
    pub expires_at: Timestamp,
}

/// What a passkey signed beside showing who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedStepUp {
    /// The statement and its signature.
    pub approval: SignedApproval,
    /// What the passkey's owner calls it.
    pub passkey: String,
}

impl Tx {
    /// Keeps an assertion.
    pub async fn create_step_up(&mut self, step_up: NewStepUp<'_>) -> Result<(), Error> {
        sqlx::query!(
            "INSERT INTO step_up (id, session, act, subject, expires_at) VALUES ($1, $2, $3, $4, $5)",
            step_up.id.0,
            step_up.session.0,
            step_up.act.as_str(),
            step_up.subject,
            step_up.expires_at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Keeps what was signed by an assertion of this transaction.
    pub async fn sign_step_up(&mut self, id: StepUpId, signed: &SignedStepUp) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE step_up SET signed = $2, passkey = $3 WHERE id = $1 AND used_at IS NULL",
            id.0,
            convert::to_json("signed approval", &signed.approval)?,
            signed.passkey,
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Uses an assertion up. `true` exactly once, and only for the session, act and subject that it was made for.
    /// Comes after the idempotency key and before everything else in the order of locks.
    pub async fn consume_step_up(
        &mut self,
        id: StepUpId,
        session: SessionId,
        act: StepUpAct,
        subject: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE step_up SET used_at = $5
             WHERE id = $1 AND session = $2 AND act = $3 AND subject = $4 AND expires_at > $5 AND used_at IS NULL",
            id.0,
            session.0,
            act.as_str(),
            subject,
            now.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The same for one by which something was signed; with that.
    pub async fn consume_signed_step_up(
        &mut self,
        id: StepUpId,
        session: SessionId,
        act: StepUpAct,
        subject: &str,
        now: Timestamp,
    ) -> Result<Option<SignedStepUp>, Error> {
        let row = sqlx::query!(
            r#"UPDATE step_up SET used_at = $5
             WHERE id = $1 AND session = $2 AND act = $3 AND subject = $4 AND expires_at > $5 AND used_at IS NULL
               AND signed IS NOT NULL
             RETURNING signed AS "signed!", passkey AS "passkey!""#,
            id.0,
            session.0,
            act.as_str(),
            subject,
            now.get(),
        )
        .fetch_optional(self.connection())
        .await?;
        row.map(|row| {
            Ok(SignedStepUp {
                approval: convert::from_json("signed approval", row.signed)?,
                passkey: row.passkey,
            })
        })
        .transpose()
    }
}
