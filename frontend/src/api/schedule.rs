//! `/api/actions/{id}/schedule`.

use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::schedule::StartLater;
use uuid::Uuid;

use super::{Api, ApiError};

/// Starts exactly the plan that is named, later. Sent again with the same key it has no second effect.
pub async fn put_off(
    api: Api,
    id: ProposalId,
    later: StartLater,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::schedule(id), &later, key).await
}

/// Takes a start back that waits.
pub async fn take_back(api: Api, id: ProposalId, key: Uuid) -> Result<(), ApiError> {
    api.delete(&paths::schedule(id), key).await
}
