//! `POST /api/executions/{id}/undo`.

use argus_types::id::{ExecutionId, ProposalId};
use argus_types::paths;
use argus_types::undo::UndoInput;
use serde::Deserialize;
use uuid::Uuid;

use super::{Api, ApiError};

/// What came of it: as much as leads to the review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Undone {
    /// The proposal that was made.
    pub proposal: Made,
}

/// A proposal by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Made {
    /// Its id.
    pub id: ProposalId,
}

/// Proposes to take back what an execution did.
pub async fn undo(
    api: Api,
    id: ExecutionId,
    input: UndoInput,
    key: Uuid,
) -> Result<Undone, ApiError> {
    api.post(&paths::undo(id), &input, key).await
}
