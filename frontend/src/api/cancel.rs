//! `POST /api/actions/{id}/cancel`.

use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::proposal::Cancellation;
use uuid::Uuid;

use super::{Api, ApiError};

/// Withdraws a proposal in review, or stops its execution before the next step.
pub async fn cancel(
    api: Api,
    id: ProposalId,
    cancellation: Cancellation,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::cancel(id), &cancellation, key).await
}
