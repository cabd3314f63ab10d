//! `GET /api/actions/{id}/approvals/export`.

use argus_types::id::ProposalId;
use argus_types::paths;

use super::{Api, ApiError};

/// The plan with its signed approvals, for keeping: what was signed is text in it, which nothing on the way changes.
pub async fn signed_approvals(api: Api, id: ProposalId) -> Result<serde_json::Value, ApiError> {
    api.get(&paths::approvals_export(id)).await
}
