//! `POST /api/actions/proposals`.

use argus_types::paths;
use argus_types::proposal::{ProposalInput, ProposalOutcome};
use uuid::Uuid;

use super::{Api, ApiError};

/// Asks for a change, in words or as typed actions. Nothing happens by it but a plan.
pub async fn propose(
    api: Api,
    input: ProposalInput,
    key: Uuid,
) -> Result<ProposalOutcome, ApiError> {
    api.post(paths::PROPOSALS, &input, key).await
}
