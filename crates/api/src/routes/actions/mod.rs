//! `/api/actions`: proposals and what people decide on them.

mod alternatives;
mod approve;
mod break_glass;
mod collisions;
mod decide;
mod diff;
mod drift;
mod list;
mod propose;
mod schedule;

use std::sync::Arc;

use axum::{Router, extract::FromRef, routing};

use argus_store::Store;
use argus_types::paths;

use crate::clock::SharedClock;
use crate::service::alternatives::Choose;
use crate::service::approve::Approve;
use crate::service::broken_glass::Glass;
use crate::service::collisions::Collide;
use crate::service::drift::DriftReader;
use crate::service::within::Within;
use crate::service::{cancel::Cancel, confirm::Confirm, propose::Propose, snapshots::AddSnapshots};
use crate::session::Sessions;

pub use alternatives::{__path_alternatives, __path_choose, alternatives, choose};
pub use approve::{
    __path_approvals, __path_decide, __path_export, __path_request_changes, __path_revoke,
    approvals, decide, export, request_changes, revoke,
};
pub use break_glass::{
    __path_break_glass, __path_broken_glass, __path_review_break_glass, break_glass, broken_glass,
    review_break_glass,
};
pub use collisions::{__path_collisions, collisions};
pub use decide::{__path_cancel, __path_confirm, __path_snapshots, cancel, confirm, snapshots};
pub use diff::{__path_diff, diff};
pub use drift::{__path_drift, drift};
pub use list::{__path_list, __path_read, list, read};
pub use propose::{__path_propose, propose};
pub use schedule::{__path_put_off, __path_take_back, put_off, take_back};

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    Store: FromRef<S>,
    SharedClock: FromRef<S>,
    Approve: FromRef<S>,
    Glass: FromRef<S>,
    Propose: FromRef<S>,
    Confirm: FromRef<S>,
    AddSnapshots: FromRef<S>,
    Cancel: FromRef<S>,
    Choose: FromRef<S>,
    Collide: FromRef<S>,
    DriftReader: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new()
        .route(paths::PROPOSALS, routing::post(propose))
        .route(paths::ACTIONS, routing::get(list))
        .route(paths::ACTION, routing::get(read))
        .route(paths::CONFIRM, routing::post(confirm))
        .route(paths::SCHEDULE, routing::post(put_off).delete(take_back))
        .route(paths::SNAPSHOTS, routing::post(snapshots))
        .route(paths::CANCEL, routing::post(cancel))
        .route(paths::APPROVALS, routing::get(approvals).post(decide))
        .route(paths::APPROVALS_EXPORT, routing::get(export))
        .route(paths::APPROVALS_REVOKE, routing::post(revoke))
        .route(paths::CHANGES, routing::post(request_changes))
        .route(paths::ALTERNATIVES, routing::get(alternatives).post(choose))
        .route(paths::COLLISIONS, routing::get(collisions))
        .route(paths::DIFF, routing::get(diff))
        .route(paths::DRIFT, routing::get(drift))
        .route(paths::BREAK_GLASS, routing::post(break_glass))
        .route(paths::BREAK_GLASS_REVIEW, routing::post(review_break_glass))
        .route(paths::BROKEN_GLASS, routing::get(broken_glass))
}
