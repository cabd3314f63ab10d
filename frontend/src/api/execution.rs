//! `GET /api/executions/{id}`.

use argus_types::execution::Execution;
use argus_types::id::ExecutionId;
use argus_types::paths;

use super::{Api, ApiError};

/// How one execution stands.
pub async fn execution(api: Api, id: ExecutionId) -> Result<Execution, ApiError> {
    api.get(&paths::execution(id)).await
}
