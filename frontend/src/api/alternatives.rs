//! `GET` and `POST /api/actions/{id}/alternatives`.

use argus_types::alternative::{Alternatives, Selection};
use argus_types::id::ProposalId;
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// The ways that people choose from.
pub async fn alternatives(api: Api, id: ProposalId) -> Result<Alternatives, ApiError> {
    api.get(&paths::alternatives(id)).await
}

/// Makes one of them the plan under review, or closes the proposal.
pub async fn choose(
    api: Api,
    id: ProposalId,
    selection: Selection,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::alternatives(id), &selection, key).await
}
