//! `POST /api/actions/{id}/approvals`.

use argus_types::approval::Decision;
use argus_types::id::ProposalId;
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// Approves or rejects exactly the plan that the decision names.
pub async fn decide(
    api: Api,
    id: ProposalId,
    decision: Decision,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::approvals(id), &decision, key).await
}
