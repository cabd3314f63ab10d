//! `GET /api/actions/{id}/approvals`.

use argus_types::approval::Approvals;
use argus_types::id::ProposalId;
use argus_types::paths;

use super::{Api, ApiError};

/// Where a proposal stands, and what whoever asks may do about it.
pub async fn approvals(api: Api, id: ProposalId) -> Result<Approvals, ApiError> {
    api.get(&paths::approvals(id)).await
}
