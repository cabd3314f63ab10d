//! `GET /api/executions/{id}`, and the log of one of its steps.

use argus_types::execution::{Execution, StepLog};
use argus_types::id::ExecutionId;
use argus_types::paths;

use super::{Api, ApiError};

/// How one execution stands.
pub async fn execution(api: Api, id: ExecutionId) -> Result<Execution, ApiError> {
    api.get(&paths::execution(id)).await
}

/// At most `limit` lines of what a step's task wrote, after the first `start`.
pub async fn step_log(
    api: Api,
    id: ExecutionId,
    step: u16,
    start: u32,
    limit: u32,
) -> Result<StepLog, ApiError> {
    api.get(&paths::step_log(id, step, start, limit)).await
}
