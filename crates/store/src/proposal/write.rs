//! Writing proposals. Rows are counted: a change that met another state changed nothing and says so.

use argus_types::Timestamp;
use argus_types::id::ProposalId;
use argus_types::proposal::{ProposalState, RiskLevel};

use super::{Closing, NewProposal, Revision};
use crate::convert;
use crate::notification::Notification;
use crate::{Error, Tx};

impl Tx {
    /// Keeps a new proposal. `false`, and nothing done, where another one came in place of the same one before.
    pub async fn insert_proposal(&mut self, new: NewProposal<'_>) -> Result<bool, Error> {
        let proposal = new.proposal;
        let done = sqlx::query!(
            "INSERT INTO proposal (id, cluster, revision, state, author, origin, request, draft, created_at, expires_at,
                                   supersedes, reason, undoes)
             VALUES ($1, $2, 1, 'in_review', $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (supersedes) DO NOTHING",
            proposal.id.0,
            proposal.cluster.as_str(),
            proposal.author.id.0,
            proposal.origin.as_str(),
            proposal.request,
            convert::to_json("draft", new.draft)?,
            proposal.created_at.get(),
            proposal.expires_at.get(),
            proposal.supersedes.map(|id| id.0),
            proposal.reason,
            proposal.undoes.map(|id| id.0),
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        let revision = Revision {
            title: &proposal.title,
            plan: &proposal.plan,
            digest: proposal.digest,
            risk: &proposal.risk,
            snapshots: &proposal.snapshots,
            skipped: &proposal.skipped,
            impact: &proposal.impact,
            snapshots_first: new.snapshots_first,
            alternative: 0,
            placements: new.placements,
            approvals_required: proposal.approvals_required,
            policy: proposal.policy.as_ref(),
            question: new.question,
            planned_by: proposal.author.id,
            planned_at: proposal.planned_at,
            expires_at: proposal.expires_at,
        };
        self.insert_revision(proposal.id, 1, revision).await?;
        self.notify_proposal(proposal.id, ProposalState::InReview)
            .await?;
        if let Some(before) = proposal.supersedes {
            let state = sqlx::query_scalar!("SELECT state FROM proposal WHERE id = $1", before.0)
                .fetch_one(self.connection())
                .await?;
            self.notify_proposal(before, convert::parse("proposal state", &state)?)
                .await?;
        }
        Ok(true)
    }

    /// Gives a proposal in review its next revision. `false`, and nothing done, where it is no longer in
    /// review or its present revision is not `from`.
    pub async fn revise_proposal(
        &mut self,
        id: ProposalId,
        from: u32,
        revision: Revision<'_>,
    ) -> Result<bool, Error> {
        let from: i32 = convert::number("revision", from)?;
        let done = sqlx::query!(
            "UPDATE proposal SET revision = $2 + 1, expires_at = $3
             WHERE id = $1 AND revision = $2 AND state = 'in_review'",
            id.0,
            from,
            revision.expires_at.get(),
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        self.insert_revision(id, from + 1, revision).await?;
        self.notify_proposal(id, ProposalState::InReview).await?;
        Ok(true)
    }

    /// Takes a proposal out of review. `false`, and nothing done, where it already was out.
    pub async fn close_proposal(
        &mut self,
        id: ProposalId,
        closing: Closing<'_>,
    ) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE proposal SET state = $2, closed_by = $3, closed_at = $4, closed_reason = $5, drift = $6
             WHERE id = $1 AND state = 'in_review'",
            id.0,
            closing.to.as_str(),
            closing.by.map(|by| by.0),
            closing.at.get(),
            closing.reason,
            convert::to_json("drift", &closing.drift)?,
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        self.notify_proposal(id, closing.to).await?;
        Ok(true)
    }

    /// Closes every proposal whose time is over, and names them.
    pub async fn expire_due_proposals(&mut self, now: Timestamp) -> Result<Vec<ProposalId>, Error> {
        let ids: Vec<_> = sqlx::query!(
            "UPDATE proposal SET state = 'expired', closed_at = $1
             WHERE id IN (
                 SELECT id FROM proposal WHERE state = 'in_review' AND expires_at <= $1
                 ORDER BY id FOR UPDATE SKIP LOCKED
             )
             RETURNING id",
            now.get(),
        )
        .fetch_all(self.connection())
        .await?
        .into_iter()
        .map(|row| ProposalId(row.id))
        .collect();
        for id in &ids {
            self.notify_proposal(*id, ProposalState::Expired).await?;
        }
        Ok(ids)
    }

    async fn insert_revision(
        &mut self,
        id: ProposalId,
        number: i32,
        revision: Revision<'_>,
    ) -> Result<(), Error> {
        let steps: i32 = convert::number("number of steps", revision.plan.steps.len())?;
        let version: Option<i32> = revision
            .policy
            .map(|judged| convert::number("policy version", judged.version))
            .transpose()?;
        let verdict = revision
            .policy
            .map(|judged| convert::to_json("policy verdict", &judged.verdict))
            .transpose()?;
        let question = revision
            .question
            .map(|question| convert::to_json("policy question", question))
            .transpose()?;
        sqlx::query!(
            "INSERT INTO proposal_revision (proposal, revision, title, plan, digest, steps, risk_level, risk,
                                            snapshots, skipped, snapshots_first, planned_at,
                                            destructive, approvals_required, placements, planned_by,
                                            policy_version, verdict, question, own_approval, impact,
                                            alternative)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                     $22)",
            id.0,
            number,
            revision.title,
            convert::to_json("plan", revision.plan)?,
            revision.digest.to_string(),
            steps,
            level_word(revision.risk.level),
            convert::to_json("risk", revision.risk)?,
            convert::to_json("snapshots", &revision.snapshots)?,
            convert::to_json("skipped", &revision.skipped)?,
            revision.snapshots_first,
            revision.planned_at.get(),
            revision.risk.destructive,
            i16::from(revision.approvals_required),
            convert::to_json("placements", &revision.placements)?,
            revision.planned_by.0,
            version,
            verdict,
            question,
            revision
                .policy
                .is_some_and(|judged| judged.verdict.own_approval),
            convert::to_json("impact", revision.impact)?,
            i16::from(revision.alternative),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    pub(crate) async fn notify_proposal(
        &mut self,
        id: ProposalId,
        state: ProposalState,
    ) -> Result<(), Error> {
        self.notify(&Notification::Proposal { id, state }).await
    }
}

fn level_word(level: RiskLevel) -> &'static str {
    match level {
        RiskLevel::Low => "low",
        RiskLevel::Medium => "medium",
        RiskLevel::High => "high",
    }
}
