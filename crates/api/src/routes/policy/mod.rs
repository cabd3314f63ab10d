//! `/api/policy`: what judges plans, and changes of it.

mod change;
mod read;

use std::sync::Arc;

use axum::{Router, extract::FromRef, routing};

use argus_types::paths;
use argus_types::problem::ProblemCode;

use crate::problem::ApiProblem;
use crate::service::policy::{ChangePolicy, PolicyReader};
use crate::service::within::Within;
use crate::session::Sessions;

pub use change::{
    __path_confirm, __path_decide, __path_propose, __path_withdraw, confirm, decide, propose,
    withdraw,
};
pub use read::{
    __path_active, __path_check, __path_version, __path_versions, active, check, version, versions,
};

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    PolicyReader: FromRef<S>,
    ChangePolicy: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new()
        .route(paths::POLICY, routing::get(active))
        .route(paths::POLICY_VERSIONS, routing::get(versions))
        .route(paths::POLICY_VERSION, routing::get(version))
        .route(paths::POLICY_CHECK, routing::post(check))
        .route(paths::POLICY_PROPOSALS, routing::post(propose))
        .route(paths::POLICY_APPROVALS, routing::post(decide))
        .route(paths::POLICY_CONFIRM, routing::post(confirm))
        .route(paths::POLICY_WITHDRAW, routing::post(withdraw))
}

/// The number in a path.
fn number(text: &str) -> Result<u32, ApiProblem> {
    text.parse().map_err(|_| {
        ApiProblem::new(
            ProblemCode::NotFound,
            "Versions of the policy are numbered from 1, and this is no number.",
        )
    })
}
