//! `GET /api/actions/{id}/diff`, as much of it as is shown.

use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::plan_diff::FieldDiff;
use serde::Deserialize;

use super::{Api, ApiError};

/// The steps of a proposal beside those of the one that it came in place of: `PlanDiff`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Compared {
    /// In the new plan's order.
    pub steps: Vec<ComparedStep>,
}

/// One step of either plan or of both: `StepDiff`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ComparedStep {
    /// `added`, `removed`, `changed` or `same`.
    pub is: String,
    /// Its number in the only plan that has it.
    pub number: u16,
    /// Its number in the old plan.
    pub from: u16,
    /// Its number in the new plan.
    pub to: u16,
    /// Its title.
    pub title: String,
    /// What differs.
    pub fields: Vec<FieldDiff>,
}

/// What a proposal does otherwise than the one that it came in place of.
pub async fn diff(api: Api, id: ProposalId) -> Result<Compared, ApiError> {
    api.get(&paths::diff(id)).await
}
