//! Starts that were put off.

use argus_types::Timestamp;
use argus_types::id::{PersonId, PlanDigest, ProposalId, ScheduleId};
use argus_types::proposal::ProposalState;
use argus_types::schedule::{Schedule, ScheduleState};
use argus_types::text::PlainText;
use sqlx::PgConnection;

use crate::convert;
use crate::{Error, Store, Tx};

/// A start to put off.
#[derive(Debug, Clone, Copy)]
pub struct NewSchedule<'a> {
    /// Its id.
    pub id: ScheduleId,
    /// Of what.
    pub proposal: ProposalId,
    /// The plan that was read.
    pub digest: PlanDigest,
    /// Who wants it.
    pub person: PersonId,
    /// Why no snapshot is taken first.
    pub without_snapshot: Option<&'a str>,
    /// Whether a passkey proved that they were there.
    pub proven: bool,
    /// Now.
    pub made_at: Timestamp,
    /// Nothing starts before.
    pub not_before: Timestamp,
    /// Nothing starts after.
    pub not_after: Timestamp,
}

/// A start whose time has come.
#[derive(Debug, Clone)]
pub struct DueStart {
    /// Its id.
    pub id: ScheduleId,
    /// Of what.
    pub proposal: ProposalId,
    /// See [`NewSchedule::digest`].
    pub digest: PlanDigest,
    /// See [`NewSchedule::person`].
    pub person: PersonId,
    /// See [`NewSchedule::without_snapshot`].
    pub without_snapshot: Option<PlainText<500>>,
    /// See [`NewSchedule::proven`].
    pub proven: bool,
    /// See [`NewSchedule::not_after`].
    pub not_after: Timestamp,
    /// What stood in its way when it was tried last.
    pub said: Option<String>,
    /// Whether its proposal can still be decided on, and is of the same plan.
    pub is_open: bool,
}

impl Store {
    /// Starts that wait and whose time has come, and those whose proposal was decided otherwise; the oldest first.
    pub async fn due_starts(&self, now: Timestamp) -> Result<Vec<DueStart>, Error> {
        sqlx::query!(
            r#"SELECT s.id, s.proposal, s.digest, s.person, s.without_snapshot, s.proven, s.not_after, s.said,
                      (p.state = 'in_review' AND r.digest = s.digest) AS "is_open!"
               FROM scheduled_start s
               JOIN proposal p ON p.id = s.proposal
               JOIN proposal_revision r ON r.proposal = p.id AND r.revision = p.revision
               WHERE s.state = 'waiting' AND (s.not_before <= $1 OR p.state <> 'in_review' OR r.digest <> s.digest)
               ORDER BY s.not_before, s.id LIMIT 100"#,
            now.get(),
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| {
            Ok(DueStart {
                id: ScheduleId(row.id),
                proposal: ProposalId(row.proposal),
                digest: convert::parse("plan digest", &row.digest)?,
                person: PersonId(row.person),
                without_snapshot: row
                    .without_snapshot
                    .map(PlainText::new)
                    .transpose()
                    .map_err(|_| Error::Corrupt {
                        what: "reason for no snapshot",
                    })?,
                proven: row.proven,
                not_after: convert::at(row.not_after),
                said: row.said,
                is_open: row.is_open,
            })
        })
        .collect()
    }
}

impl Tx {
    /// Puts a start off. `false`, and nothing done, where one of the same proposal waits already.
    pub async fn insert_schedule(&mut self, new: NewSchedule<'_>) -> Result<bool, Error> {
        let done = sqlx::query!(
            "INSERT INTO scheduled_start (id, proposal, digest, person, without_snapshot, proven, made_at, not_before,
                                          not_after, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting')
             ON CONFLICT (proposal) WHERE state = 'waiting' DO NOTHING",
            new.id.0,
            new.proposal.0,
            new.digest.to_string(),
            new.person.0,
            new.without_snapshot,
            new.proven,
            new.made_at.get(),
            new.not_before.get(),
            new.not_after.get(),
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        self.notify_proposal(new.proposal, ProposalState::InReview)
            .await?;
        Ok(true)
    }

    /// Takes the start back that waits. `false`, and nothing done, where none does.
    pub async fn cancel_schedule(
        &mut self,
        proposal: ProposalId,
        at: Timestamp,
        said: &str,
    ) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE scheduled_start SET state = 'cancelled', ended_at = $2, said = $3
             WHERE proposal = $1 AND state = 'waiting'",
            proposal.0,
            at.get(),
            said,
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        self.notify_proposal(proposal, ProposalState::InReview)
            .await?;
        Ok(true)
    }

    /// Says what became of a start that waits. `false`, and nothing done, where it no longer does.
    pub async fn end_schedule(
        &mut self,
        id: ScheduleId,
        state: ScheduleState,
        at: Timestamp,
        said: Option<&str>,
    ) -> Result<bool, Error> {
        let row = sqlx::query!(
            "UPDATE scheduled_start s SET state = $2, ended_at = $3, said = $4
             FROM proposal p WHERE s.id = $1 AND s.state = 'waiting' AND p.id = s.proposal
             RETURNING p.id, p.state AS proposal_state",
            id.0,
            state.as_str(),
            at.get(),
            said,
        )
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(false) };
        let state = convert::parse("proposal state", &row.proposal_state)?;
        self.notify_proposal(ProposalId(row.id), state).await?;
        Ok(true)
    }

    /// Says what stands in the way of a start that waits.
    pub async fn delay_schedule(&mut self, due: &DueStart, said: &str) -> Result<(), Error> {
        let done = sqlx::query!(
            "UPDATE scheduled_start SET said = $2 WHERE id = $1 AND state = 'waiting'",
            due.id.0,
            said,
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() == 1 {
            self.notify_proposal(due.proposal, ProposalState::InReview)
                .await?;
        }
        Ok(())
    }
}

/// The start of a proposal that was put off last.
pub(crate) async fn last_of(
    connection: &mut PgConnection,
    proposal: ProposalId,
) -> Result<Option<Schedule>, Error> {
    let row = sqlx::query!(
        "SELECT s.digest, s.made_at, s.not_before, s.not_after, s.state, s.ended_at, s.said,
                p.id AS person, p.name, p.role
         FROM scheduled_start s JOIN person p ON p.id = s.person
         WHERE s.proposal = $1 ORDER BY s.made_at DESC, s.id DESC LIMIT 1",
        proposal.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Schedule {
            by: convert::person(row.person, row.name, &row.role)?,
            digest: convert::parse("plan digest", &row.digest)?,
            made_at: convert::at(row.made_at),
            not_before: convert::at(row.not_before),
            not_after: convert::at(row.not_after),
            state: convert::parse("state of a start", &row.state)?,
            ended_at: row.ended_at.map(convert::at),
            said: row.said,
        })
    })
    .transpose()
}
