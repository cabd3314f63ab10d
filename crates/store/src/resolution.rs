//! What people said became of steps that Argus could not decide.

use argus_types::Timestamp;
use argus_types::execution::ExecutionState;
use argus_types::id::{ExecutionId, PersonId, PlanDigest, ProposalId};
use argus_types::resolution::{ExecutionEvidence, Found, Outcome, Resolution};

use crate::convert;
use crate::notification::Notification;
use crate::{Error, Store, Tx};

/// What a person says.
#[derive(Debug, Clone, Copy)]
pub struct NewResolution<'a> {
    /// Who.
    pub by: PersonId,
    /// The step; absent where none is undecided.
    pub step: Option<u16>,
    /// What became of it.
    pub verdict: Outcome,
    /// What they saw.
    pub note: &'a str,
    /// What they looked at.
    pub evidence: &'a ExecutionEvidence,
    /// Now.
    pub at: Timestamp,
}

/// What becomes of a resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// It is kept, and what the execution kept is given back: the names of its resources.
    Now(Vec<String>),
    /// Somebody was faster.
    Before,
    /// The execution does not need a person.
    NotNeeded,
    /// There is no such execution.
    Unknown,
}

impl Store {
    /// What was said about an execution.
    pub async fn resolution(&self, id: ExecutionId) -> Result<Option<Resolution>, Error> {
        let row = sqlx::query!(
            "SELECT s.step, s.verdict, s.note, s.at, p.id, p.name, p.role
             FROM execution_resolution s JOIN person p ON p.id = s.person WHERE s.execution = $1",
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(Resolution {
                by: convert::person(row.id, row.name, &row.role)?,
                at: convert::at(row.at),
                step: row
                    .step
                    .map(|step| convert::number("step", step))
                    .transpose()?,
                verdict: convert::parse("verdict", &row.verdict)?,
                note: row.note,
            })
        })
        .transpose()
    }

    /// What whoever resolved an execution had looked at.
    pub async fn resolved_by_evidence(
        &self,
        id: ExecutionId,
    ) -> Result<Option<ExecutionEvidence>, Error> {
        let row = sqlx::query!(
            "SELECT evidence, looked_at, found FROM execution_resolution WHERE execution = $1",
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(ExecutionEvidence {
                execution: id,
                digest: convert::parse::<PlanDigest>("digest of evidence", &row.evidence)?,
                looked_at: convert::at(row.looked_at),
                found: convert::from_json::<Found>("evidence", row.found)?,
            })
        })
        .transpose()
    }

    /// The names of the resources that an execution has for itself.
    pub async fn held_resources(&self, id: ExecutionId) -> Result<Vec<String>, Error> {
        let rows = sqlx::query!(
            "SELECT resource FROM resource_lease WHERE execution = $1 ORDER BY cluster, resource",
            id.0,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| row.resource).collect())
    }

    /// How many executions wait for a person to look.
    pub async fn executions_needing_attention(&self) -> Result<u64, Error> {
        let row = sqlx::query!(
            r#"SELECT count(*) AS "count!" FROM execution e WHERE e.state = 'needs_attention'
               AND NOT EXISTS (SELECT FROM execution_resolution s WHERE s.execution = e.id)"#
        )
        .fetch_one(&self.pool)
        .await?;
        convert::number("number of rows", row.count)
    }
}

impl Tx {
    /// Keeps what a person said, gives back what the execution kept, and tells everybody. The ledger record is the
    /// caller's, in the same transaction.
    pub async fn resolve_execution(
        &mut self,
        id: ExecutionId,
        new: NewResolution<'_>,
    ) -> Result<Resolved, Error> {
        let row = sqlx::query!(
            "SELECT proposal, state, last_seq FROM execution WHERE id = $1 FOR UPDATE",
            id.0,
        )
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else {
            return Ok(Resolved::Unknown);
        };
        let state: ExecutionState = convert::parse("execution state", &row.state)?;
        if state != ExecutionState::NeedsAttention {
            return Ok(Resolved::NotNeeded);
        }
        let done = sqlx::query!(
            "INSERT INTO execution_resolution (execution, step, verdict, note, person, at, evidence, looked_at, found)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (execution) DO NOTHING",
            id.0,
            new.step.map(i32::from),
            new.verdict.as_str(),
            new.note,
            new.by.0,
            new.at.get(),
            new.evidence.digest.to_string(),
            new.evidence.looked_at.get(),
            convert::to_json("evidence", &new.evidence.found)?,
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(Resolved::Before);
        }
        let given_back = sqlx::query!(
            "DELETE FROM resource_lease WHERE execution = $1 RETURNING resource",
            id.0,
        )
        .fetch_all(self.connection())
        .await?;
        self.notify(&Notification::Execution {
            id,
            proposal: ProposalId(row.proposal),
            state,
            last_seq: convert::number("journal position", row.last_seq)?,
        })
        .await?;
        let mut given_back: Vec<_> = given_back.into_iter().map(|row| row.resource).collect();
        given_back.sort_unstable();
        Ok(Resolved::Now(given_back))
    }
}
