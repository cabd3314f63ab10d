//! `/api/executions/{id}/evidence` and `…/resolution`.

use argus_types::id::ExecutionId;
use argus_types::paths;
use argus_types::resolution::{ExecutionEvidence, ResolutionInput};
use uuid::Uuid;

use super::{Api, ApiError};

/// What there is to look at.
pub async fn evidence(api: Api, id: ExecutionId) -> Result<ExecutionEvidence, ApiError> {
    api.get(&paths::evidence(id)).await
}

/// Says what became of it.
pub async fn resolve(
    api: Api,
    id: ExecutionId,
    input: ResolutionInput,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::resolution(id), &input, key).await
}
