//! How good drafts are: `GET /api/drafting/scorecard`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What became of drafts in the last days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Scorecard {
    /// Since when.
    pub since: Timestamp,
    /// One row a drafter, the built-in rules first.
    pub rows: Vec<ScorecardRow>,
}

/// What became of one drafter's drafts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ScorecardRow {
    /// The provider's name; absent for the built-in rules.
    pub provider: Option<String>,
    /// The model; absent for the built-in rules.
    pub model: Option<String>,
    /// Proposals that were made of its drafts.
    pub proposals: u64,
    /// Of those: confirmed as drafted.
    pub accepted: u64,
    /// Of those: confirmed as something else than was drafted (another way, snapshots first), or asked to change.
    pub edited: u64,
    /// Of those: rejected or taken back.
    pub rejected: u64,
    /// Of those: expired, or out of date before anybody decided.
    pub lapsed: u64,
    /// Of those: still in review.
    pub open: u64,
    /// Drafts of which no proposal came, because schema or linter refused them, even after the repair.
    pub schema_failed: u64,
    /// Answered by a question.
    pub clarified: u64,
    /// Answered by a refusal.
    pub refused: u64,
    /// No answer came.
    pub unanswered: u64,
}
