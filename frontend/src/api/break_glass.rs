//! `POST /api/actions/{id}/break-glass`.

use argus_types::approval::BreakGlass;
use argus_types::id::ProposalId;
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// Starts exactly the plan that `glass` names, without the approvals that are missing.
pub async fn break_glass(
    api: Api,
    id: ProposalId,
    glass: BreakGlass,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::break_glass(id), &glass, key).await
}
