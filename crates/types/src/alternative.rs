//! More than one way to what a proposal is for, and choosing one: `/api/actions/{id}/alternatives`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::{PlanDigest, ProposalId};
use crate::impact::{AsItIs, Impact};
use crate::proposal::RiskLevel;
use crate::text::PlainText;

/// What people choose from. Doing nothing is always one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Alternatives {
    /// The proposal.
    pub proposal: ProposalId,
    /// The number of the way whose plan is under review.
    pub chosen: u8,
    /// The ways by number, from 0 on.
    pub ways: Vec<Way>,
    /// What doing nothing leaves.
    pub nothing: AsItIs,
}

/// One way to what a proposal is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Way {
    /// 0 is the draft's own actions.
    pub number: u8,
    /// What people call it.
    pub label: String,
    /// What speaks for it, where somebody said.
    pub reason: Option<String>,
    /// Made by template from its steps.
    pub title: String,
    /// The steps' sentences, in order.
    pub steps: Vec<String>,
    /// The plan's name: of the plan under review for the chosen way, of the plan as it was first made for any other. A
    /// way is planned anew when it is chosen.
    pub digest: PlanDigest,
    /// How much can go wrong.
    pub risk: RiskLevel,
    /// See [`crate::proposal::Risk::destructive`].
    pub destructive: bool,
    /// What it brings about beside what its steps say.
    pub impact: Impact,
    /// How many different people must approve it.
    pub approvals_required: u8,
    /// When it was planned.
    pub planned_at: Timestamp,
}

/// `POST /api/actions/{id}/alternatives`: what is to become the plan under review, or that nothing is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Selection {
    /// The digest of the plan that is under review now; its approvals are void when another one takes its place.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
    /// What is chosen.
    pub choose: Chosen,
    /// Why; kept in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
}

/// What somebody chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Chosen {
    /// One of the ways.
    Way {
        /// Its number.
        #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 4)))]
        number: u8,
    },
    /// Nothing is to be done; the proposal is over.
    Nothing {},
}
