//! `/api/policy`: the policy in force, its versions, and changes of it.

use argus_types::approval::Decision;
use argus_types::paths;
use argus_types::policy::{
    PolicyChange, PolicyConfirmation, PolicyInput, PolicyVersion, PolicyView, PolicyWithdrawal,
};
use argus_types::policy_check::{PolicyCheck, PolicyDocument};
use serde::Deserialize;
use uuid::Uuid;

use super::{Api, ApiError};

/// What came of proposing: as much of it as leads to the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Proposed {
    /// The version that was made.
    pub version: Numbered,
}

/// A version by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Numbered {
    /// From 1.
    pub number: u32,
}

/// The policy in force.
pub async fn policy(api: Api) -> Result<PolicyView, ApiError> {
    api.get(paths::POLICY).await
}

/// Every version, the youngest first.
pub async fn versions(api: Api) -> Result<Vec<PolicyVersion>, ApiError> {
    api.get(paths::POLICY_VERSIONS).await
}

/// One version, with what it changes and where its decisions stand.
pub async fn version(api: Api, number: u32) -> Result<PolicyChange, ApiError> {
    api.get(&paths::of_policy(paths::POLICY_VERSION, number))
        .await
}

/// What is wrong with a document, or what it would change. Nothing is kept.
pub async fn check(api: Api, document: PolicyDocument, key: Uuid) -> Result<PolicyCheck, ApiError> {
    api.post(paths::POLICY_CHECK, &document, key).await
}

/// Proposes a document.
pub async fn propose(api: Api, input: PolicyInput, key: Uuid) -> Result<Proposed, ApiError> {
    api.post(paths::POLICY_PROPOSALS, &input, key).await
}

/// Approves or rejects exactly the version that the decision names.
pub async fn decide(api: Api, number: u32, decision: Decision, key: Uuid) -> Result<(), ApiError> {
    let path = paths::of_policy(paths::POLICY_APPROVALS, number);
    api.tell(&path, &decision, key).await
}

/// Puts exactly the version that the confirmation names into force.
pub async fn confirm(
    api: Api,
    number: u32,
    confirmation: PolicyConfirmation,
    key: Uuid,
) -> Result<(), ApiError> {
    let path = paths::of_policy(paths::POLICY_CONFIRM, number);
    api.tell(&path, &confirmation, key).await
}

/// Takes one's own proposal back.
pub async fn withdraw(
    api: Api,
    number: u32,
    withdrawal: PolicyWithdrawal,
    key: Uuid,
) -> Result<(), ApiError> {
    let path = paths::of_policy(paths::POLICY_WITHDRAW, number);
    api.tell(&path, &withdrawal, key).await
}
