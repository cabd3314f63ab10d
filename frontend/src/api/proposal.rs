//! `GET /api/actions/{id}`.

use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::proposal::Proposal;

use super::{Api, ApiError};

/// One proposal with its plan.
pub async fn proposal(api: Api, id: ProposalId) -> Result<Proposal, ApiError> {
    api.get(&paths::action(id)).await
}

/// The same as the API has it, every field in it, for reading and keeping.
pub async fn raw_proposal(api: Api, id: ProposalId) -> Result<serde_json::Value, ApiError> {
    api.get(&paths::action(id)).await
}
