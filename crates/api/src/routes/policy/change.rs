//! Changing the policy, for admins without a limited scope.

use axum::extract::{Path, State};

use argus_types::approval::Decision;
use argus_types::paths;
use argus_types::policy::{PolicyChange, PolicyConfirmation, PolicyInput, PolicyWithdrawal};
use argus_types::problem::Problem;

use super::number;
use crate::extract::{Checked, IdempotencyKey, SignedIn, act};
use crate::problem::ApiProblem;
use crate::service::policy::ChangePolicy;
use crate::service::within::Within;
use crate::service::{Once, Reply};

/// Proposes a document; what it would change, and what it would have said about the plans of the last 90 days, comes
/// back. Nothing is in force by it.
#[utoipa::path(post, path = paths::POLICY_PROPOSALS, tag = "policy", request_body = PolicyInput,
    params(("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = PolicyChange), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn propose(
    State(service): State<ChangePolicy>,
    State(within): State<Within>,
    caller: SignedIn<act::ManagePolicy>,
    key: IdempotencyKey,
    body: Checked<PolicyInput>,
) -> Result<Reply, ApiProblem> {
    within.require_everything(caller.reach())?;
    let path = paths::POLICY_PROPOSALS;
    let once = Once::new(caller.person(), key, path, body.fingerprint);
    service.propose(&once, &body.value).await
}

/// Approves or rejects exactly the document that the digest names. An approval needs a step-up for `change_policy`, a
/// rejection a comment.
#[utoipa::path(post, path = paths::POLICY_APPROVALS, tag = "policy", request_body = Decision,
    params(("number" = u32, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = PolicyChange), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn decide(
    State(service): State<ChangePolicy>,
    State(within): State<Within>,
    caller: SignedIn<act::ManagePolicy>,
    key: IdempotencyKey,
    Path(version): Path<String>,
    body: Checked<Decision>,
) -> Result<Reply, ApiProblem> {
    within.require_everything(caller.reach())?;
    let number = number(&version)?;
    let path = paths::of_policy(paths::POLICY_APPROVALS, number);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    let session = caller.session().id;
    service.decide(&once, session, number, &body.value).await
}

/// Puts exactly the document that the digest names into force. Needs two approvals, none of them the caller's or its
/// author's, and a step-up for `change_policy`.
#[utoipa::path(post, path = paths::POLICY_CONFIRM, tag = "policy", request_body = PolicyConfirmation,
    params(("number" = u32, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = PolicyChange), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn confirm(
    State(service): State<ChangePolicy>,
    State(within): State<Within>,
    caller: SignedIn<act::ManagePolicy>,
    key: IdempotencyKey,
    Path(version): Path<String>,
    body: Checked<PolicyConfirmation>,
) -> Result<Reply, ApiProblem> {
    within.require_everything(caller.reach())?;
    let number = number(&version)?;
    let path = paths::of_policy(paths::POLICY_CONFIRM, number);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    let session = caller.session().id;
    service.confirm(&once, session, number, &body.value).await
}

/// Takes one's own proposed document back.
#[utoipa::path(post, path = paths::POLICY_WITHDRAW, tag = "policy", request_body = PolicyWithdrawal,
    params(("number" = u32, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = PolicyChange), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn withdraw(
    State(service): State<ChangePolicy>,
    State(within): State<Within>,
    caller: SignedIn<act::ManagePolicy>,
    key: IdempotencyKey,
    Path(version): Path<String>,
    body: Checked<PolicyWithdrawal>,
) -> Result<Reply, ApiProblem> {
    within.require_everything(caller.reach())?;
    let number = number(&version)?;
    let path = paths::of_policy(paths::POLICY_WITHDRAW, number);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    service.withdraw(&once, number, &body.value).await
}
