//! `POST /api/actions/{id}/confirm`.

use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::proposal::Confirmation;
use uuid::Uuid;

use super::{Api, ApiError};

/// Starts exactly the plan that the confirmation names. Sent again with the same key it has no second effect.
pub async fn confirm(
    api: Api,
    id: ProposalId,
    confirmation: Confirmation,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::confirm(id), &confirmation, key).await
}
