//! `POST /api/actions/{id}/changes`.

use argus_types::approval::ChangesRequest;
use argus_types::id::ProposalId;
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// Asks for another plan in place of exactly the one that the request names.
pub async fn request_changes(
    api: Api,
    id: ProposalId,
    request: ChangesRequest,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::changes(id), &request, key).await
}
