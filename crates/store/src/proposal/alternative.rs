//! The ways that a proposal's draft names, as each was planned when the proposal was made.

use argus_types::Timestamp;
use argus_types::id::{PlanDigest, ProposalId};
use argus_types::impact::Impact;
use argus_types::plan::Plan;
use argus_types::proposal::Risk;

use crate::convert;
use crate::{Error, Store, Tx};

/// A way to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewAlternative<'a> {
    /// Its number; 0 is the draft's own actions.
    pub number: u8,
    /// What people call it.
    pub label: &'a str,
    /// What speaks for it.
    pub reason: Option<&'a str>,
    /// The whole in a few words.
    pub title: &'a str,
    /// Its plan.
    pub plan: &'a Plan,
    /// The plan's name.
    pub digest: PlanDigest,
    /// How much can go wrong.
    pub risk: &'a Risk,
    /// What it brings about beside what its steps say.
    pub impact: &'a Impact,
    /// How many different people must approve it.
    pub approvals_required: u8,
    /// Now.
    pub planned_at: Timestamp,
}

/// A kept way.
#[derive(Debug, Clone)]
pub struct StoredAlternative {
    /// See [`NewAlternative::number`].
    pub number: u8,
    /// See [`NewAlternative::label`].
    pub label: String,
    /// See [`NewAlternative::reason`].
    pub reason: Option<String>,
    /// See [`NewAlternative::title`].
    pub title: String,
    /// See [`NewAlternative::plan`].
    pub plan: Plan,
    /// See [`NewAlternative::digest`].
    pub digest: PlanDigest,
    /// See [`NewAlternative::risk`].
    pub risk: Risk,
    /// See [`NewAlternative::impact`].
    pub impact: Impact,
    /// See [`NewAlternative::approvals_required`].
    pub approvals_required: u8,
    /// See [`NewAlternative::planned_at`].
    pub planned_at: Timestamp,
}

impl Store {
    /// The ways of a proposal by number; none where its draft names none beside its own actions.
    pub async fn alternatives(&self, id: ProposalId) -> Result<Vec<StoredAlternative>, Error> {
        sqlx::query!(
            "SELECT number, label, reason, title, plan, digest, risk, impact, approvals_required, planned_at
             FROM proposal_alternative WHERE proposal = $1 ORDER BY number",
            id.0,
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| {
            Ok(StoredAlternative {
                number: convert::number("number of a way", row.number)?,
                label: row.label,
                reason: row.reason,
                title: row.title,
                plan: convert::from_json("plan", row.plan)?,
                digest: convert::parse("plan digest", &row.digest)?,
                risk: convert::from_json("risk", row.risk)?,
                impact: convert::from_json("impact", row.impact)?,
                approvals_required: convert::number("number of approvals", row.approvals_required)?,
                planned_at: convert::at(row.planned_at),
            })
        })
        .collect()
    }
}

impl Tx {
    /// Keeps a way of a proposal that was made in this transaction.
    pub async fn insert_alternative(
        &mut self,
        proposal: ProposalId,
        new: NewAlternative<'_>,
    ) -> Result<(), Error> {
        sqlx::query!(
            "INSERT INTO proposal_alternative (proposal, number, label, reason, title, plan, digest, risk, impact,
                                               approvals_required, planned_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            proposal.0,
            i16::from(new.number),
            new.label,
            new.reason,
            new.title,
            convert::to_json("plan", new.plan)?,
            new.digest.to_string(),
            convert::to_json("risk", new.risk)?,
            convert::to_json("impact", new.impact)?,
            i16::from(new.approvals_required),
            new.planned_at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
