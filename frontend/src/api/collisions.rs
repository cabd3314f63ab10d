//! `GET /api/actions/{id}/collisions`.

use argus_types::collision::Collisions;
use argus_types::id::ProposalId;
use argus_types::paths;

use super::{Api, ApiError};

/// What the plan in review would meet if it started now.
pub async fn collisions(api: Api, id: ProposalId) -> Result<Collisions, ApiError> {
    api.get(&paths::collisions(id)).await
}
