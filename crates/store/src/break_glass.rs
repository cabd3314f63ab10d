//! Broken glass: confirmations without the approvals that were missing, and who looked at them afterwards.

use argus_types::Timestamp;
use argus_types::approval::BrokenGlass;
use argus_types::id::{ExecutionId, HumanId, PersonId, ProposalId};
use argus_types::proposal::ProposalState;

use crate::convert;
use crate::notification::Notification;
use crate::{Error, Store, Tx};

/// Glass to break.
#[derive(Debug, Clone, Copy)]
pub struct NewBrokenGlass<'a> {
    /// What is confirmed, in the same transaction and after this.
    pub proposal: ProposalId,
    /// Who.
    pub person: PersonId,
    /// The human behind that account.
    pub human: HumanId,
    /// Why it cannot wait.
    pub reason: &'a str,
    /// Now.
    pub at: Timestamp,
}

/// A look at broken glass.
#[derive(Debug, Clone, Copy)]
pub struct Review<'a> {
    /// Who looked.
    pub by: PersonId,
    /// What they found.
    pub note: &'a str,
    /// Now.
    pub at: Timestamp,
}

impl Store {
    /// Every time that glass was broken: what nobody looked at first, then the youngest first.
    pub async fn broken_glass(&self, limit: u32) -> Result<Vec<BrokenGlass>, Error> {
        sqlx::query!(
            r#"SELECT b.proposal, b.reason, b.at, b.reviewed_at, b.note, r.title, e.id AS execution,
                      p.id AS person_id, p.name AS person_name, p.role AS person_role,
                      v.id AS "reviewer_id?", v.name AS "reviewer_name?", v.role AS "reviewer_role?"
               FROM break_glass b
               JOIN proposal o ON o.id = b.proposal
               JOIN proposal_revision r ON r.proposal = o.id AND r.revision = o.revision
               JOIN execution e ON e.proposal = b.proposal
               JOIN person p ON p.id = b.person
               LEFT JOIN person v ON v.id = b.reviewed_by
               ORDER BY (b.reviewed_at IS NULL) DESC, b.at DESC, b.proposal DESC LIMIT $1"#,
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| {
            Ok(BrokenGlass {
                proposal: ProposalId(row.proposal),
                title: row.title,
                execution: ExecutionId(row.execution),
                person: convert::person(row.person_id, row.person_name, &row.person_role)?,
                reason: row.reason,
                at: convert::at(row.at),
                reviewed_by: match (row.reviewer_id, row.reviewer_name, row.reviewer_role) {
                    (Some(id), Some(name), Some(role)) => Some(convert::person(id, name, &role)?),
                    _ => None,
                },
                reviewed_at: row.reviewed_at.map(convert::at),
                note: row.note,
            })
        })
        .collect()
    }

    /// How many nobody has looked at.
    pub async fn open_broken_glass(&self) -> Result<u64, Error> {
        let row = sqlx::query!(
            r#"SELECT count(*) AS "count!" FROM break_glass WHERE reviewed_at IS NULL"#
        )
        .fetch_one(&self.pool)
        .await?;
        convert::number("number of rows", row.count)
    }
}

impl Tx {
    /// Breaks the glass of a proposal, whose row is locked and which is confirmed by the same person after this.
    pub async fn break_glass(&mut self, new: NewBrokenGlass<'_>) -> Result<(), Error> {
        sqlx::query!(
            "INSERT INTO break_glass (proposal, person, human, reason, at) VALUES ($1, $2, $3, $4, $5)",
            new.proposal.0,
            new.person.0,
            new.human.0,
            new.reason,
            new.at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Who broke the glass of a proposal, and whether somebody has looked at it; `None` where nobody broke it.
    pub async fn broken_by(
        &mut self,
        proposal: ProposalId,
    ) -> Result<Option<(PersonId, bool)>, Error> {
        let row = sqlx::query!(
            r#"SELECT person, (reviewed_at IS NOT NULL) AS "reviewed!" FROM break_glass WHERE proposal = $1 FOR UPDATE"#,
            proposal.0,
        )
        .fetch_optional(self.connection())
        .await?;
        Ok(row.map(|row| (PersonId(row.person), row.reviewed)))
    }

    /// Closes the matter of a proposal, which stays where it is, and tells everybody. `false`, and nothing done, where
    /// somebody has before.
    pub async fn review_broken_glass(
        &mut self,
        (proposal, state): (ProposalId, ProposalState),
        review: Review<'_>,
    ) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE break_glass SET reviewed_by = $2, reviewed_at = $3, note = $4
             WHERE proposal = $1 AND reviewed_by IS NULL",
            proposal.0,
            review.by.0,
            review.at.get(),
            review.note,
        )
        .execute(self.connection())
        .await?;
        let reviewed = done.rows_affected() == 1;
        if reviewed {
            self.notify(&Notification::Proposal {
                id: proposal,
                state,
            })
            .await?;
        }
        Ok(reviewed)
    }
}
