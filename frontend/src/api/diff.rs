//! `GET /api/actions/{id}/diff`.

use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::plan_diff::PlanDiff;

use super::{Api, ApiError};

/// What a proposal does otherwise than the one that it came in place of.
pub async fn diff(api: Api, id: ProposalId) -> Result<PlanDiff, ApiError> {
    api.get(&paths::diff(id)).await
}
