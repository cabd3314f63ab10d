//! Language models as people look after them, and how a draft came about.

use argus_types::drafting::{DraftRecord, ProviderTest, Providers, Scorecard};
use argus_types::id::ProposalId;
use argus_types::paths;
use serde_json::json;
use uuid::Uuid;

use super::{Api, ApiError};

/// Every provider, as it is set up and how it does.
pub async fn providers(api: Api) -> Result<Providers, ApiError> {
    api.get(paths::DRAFTING_PROVIDERS).await
}

/// What one question to a provider shows. It costs some tokens.
pub async fn test(api: Api, name: String, key: Uuid) -> Result<ProviderTest, ApiError> {
    let path = paths::drafting_provider_test(&name);
    api.post(&path, &json!({}), key).await
}

/// What became of drafts.
pub async fn scorecard(api: Api) -> Result<Scorecard, ApiError> {
    api.get(paths::DRAFTING_SCORECARD).await
}

/// How the draft of a proposal came about.
pub async fn record(api: Api, proposal: ProposalId) -> Result<DraftRecord, ApiError> {
    api.get(&paths::action_drafting(proposal)).await
}
