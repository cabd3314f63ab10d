//! `GET /api/actions/{id}`.

use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::proposal::Proposal;

use super::{Api, ApiError};

/// One proposal with its plan.
pub async fn proposal(api: Api, id: ProposalId) -> Result<Proposal, ApiError> {
    api.get(&paths::action(id)).await
}
