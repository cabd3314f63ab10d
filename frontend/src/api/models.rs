//! Language models as people look after them, and how a draft came about. All of it is shown and none of it decided on:
//! it is read as [`super::part::Part`].

use argus_types::id::ProposalId;
use argus_types::paths;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Api, ApiError};

/// Every provider, as it is set up and how it does: `Providers`.
pub async fn providers(api: Api) -> Result<Value, ApiError> {
    api.get(paths::DRAFTING_PROVIDERS).await
}

/// What one question to a provider shows: `ProviderTest`. It costs some tokens.
pub async fn test(api: Api, name: String, key: Uuid) -> Result<Value, ApiError> {
    let path = paths::drafting_provider_test(&name);
    api.post(&path, &json!({}), key).await
}

/// What became of drafts: `Scorecard`.
pub async fn scorecard(api: Api) -> Result<Value, ApiError> {
    api.get(paths::DRAFTING_SCORECARD).await
}

/// How the draft of a proposal came about: `DraftRecord`.
pub async fn record(api: Api, proposal: ProposalId) -> Result<Value, ApiError> {
    api.get(&paths::action_drafting(proposal)).await
}
