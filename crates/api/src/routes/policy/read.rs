//! Reading the policy and its versions: everybody may know the rules that they work under. And what a document would
//! change, for those who may propose it.

use axum::Json;
use axum::extract::{Path, State};

use argus_types::paths;
use argus_types::policy::{PolicyChange, PolicyVersion, PolicyView};
use argus_types::policy_check::{PolicyCheck, PolicyDocument};
use argus_types::problem::Problem;

use super::number;
use crate::extract::{Caller, Checked, SignedIn, act};
use crate::problem::ApiProblem;
use crate::service::policy::PolicyReader;
use crate::service::within::Within;

/// The policy that judges plans now, in plain words and as the document.
#[utoipa::path(get, path = paths::POLICY, tag = "policy",
    responses((status = 200, body = PolicyView), (status = 401, body = Problem)))]
pub async fn active(
    State(reader): State<PolicyReader>,
    _caller: Caller<act::Read>,
) -> Result<Json<PolicyView>, ApiProblem> {
    Ok(Json(reader.active().await?))
}

/// Every version, the youngest first.
#[utoipa::path(get, path = paths::POLICY_VERSIONS, tag = "policy",
    responses((status = 200, body = Vec<PolicyVersion>), (status = 401, body = Problem)))]
pub async fn versions(
    State(reader): State<PolicyReader>,
    _caller: Caller<act::Read>,
) -> Result<Json<Vec<PolicyVersion>>, ApiProblem> {
    Ok(Json(reader.versions().await?))
}

/// One version: what it changes, what it would have changed lately, who decided what, and what the caller may do. Plans
/// of the past stand in it, so it takes a role without a limited scope.
#[utoipa::path(get, path = paths::POLICY_VERSION, tag = "policy", params(("number" = u32, Path)),
    responses((status = 200, body = PolicyChange), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn version(
    State(reader): State<PolicyReader>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Path(version): Path<String>,
) -> Result<Json<PolicyChange>, ApiProblem> {
    within.require_everything(caller.reach())?;
    let is_script = caller.token().is_some();
    let view = reader
        .change(number(&version)?, caller.person().id, is_script)
        .await?;
    Ok(Json(view))
}

/// What is wrong with a document, by line and column, or what it would change and would have said about the plans of
/// the last 90 days. Nothing is kept.
#[utoipa::path(post, path = paths::POLICY_CHECK, tag = "policy", request_body = PolicyDocument,
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = PolicyCheck), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn check(
    State(reader): State<PolicyReader>,
    State(within): State<Within>,
    caller: SignedIn<act::ManagePolicy>,
    body: Checked<PolicyDocument>,
) -> Result<Json<PolicyCheck>, ApiProblem> {
    within.require_everything(caller.reach())?;
    Ok(Json(reader.check(&body.value.text).await?))
}
