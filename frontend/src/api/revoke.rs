//! `POST /api/actions/{id}/approvals/revoke`.

use argus_types::approval::Revocation;
use argus_types::id::ProposalId;
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// Takes one's own approval of exactly this plan back.
pub async fn revoke(
    api: Api,
    id: ProposalId,
    revocation: Revocation,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::approvals_revoke(id), &revocation, key)
        .await
}
