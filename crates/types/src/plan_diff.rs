//! What is different between two plans: `GET /api/actions/{id}/diff`.

use serde::{Deserialize, Serialize};

use crate::id::{PlanDigest, ProposalId};

/// The steps of a proposal beside those of the proposal that it came in place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlanDiff {
    /// The proposal that it came in place of.
    pub before: ProposalId,
    /// Its last plan.
    pub before_digest: PlanDigest,
    /// The plan that it has now.
    pub after_digest: PlanDigest,
    /// In the order in which the new plan has them; each removed one stands where it stood.
    pub steps: Vec<StepDiff>,
}

/// One step of either plan or of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StepDiff {
    /// Only the new plan has it.
    Added {
        /// Its number there.
        number: u16,
        /// Its title.
        title: String,
    },
    /// Only the old plan has it.
    Removed {
        /// Its number there.
        number: u16,
        /// Its title.
        title: String,
    },
    /// Both have it, and not everything in it is the same.
    Changed {
        /// Its number in the old plan.
        from: u16,
        /// Its number in the new plan.
        to: u16,
        /// Its title in the new plan.
        title: String,
        /// What differs.
        fields: Vec<FieldDiff>,
    },
    /// Both have it as it is, perhaps under another number.
    Same {
        /// Its number in the old plan.
        from: u16,
        /// Its number in the new plan.
        to: u16,
        /// Its title.
        title: String,
    },
}

/// One value of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldDiff {
    /// Where it stands in the step, such as `call.parameters.target`.
    pub field: String,
    /// In the old plan; absent where it has none.
    pub before: Option<String>,
    /// In the new plan; absent where it has none.
    pub after: Option<String>,
}
