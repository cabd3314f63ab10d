//! WebSockets: what changes anywhere, and one execution's journal.
//!
//! Opened for our own page only: the session, the `Origin` and a single-use ticket are checked before the upgrade. A
//! connection is looked at again every few seconds and closed when its session no longer holds.

mod execution;
mod hub;
mod overview;
mod socket;

use std::sync::Arc;

use axum::{Router, extract::FromRef, routing};

use argus_store::Store;
use argus_types::paths;

use crate::same_origin::PublicOrigin;
use crate::service::tickets::Tickets;
use crate::service::within::Within;
use crate::session::Sessions;

pub use execution::{__path_journal, journal};
pub use hub::{Hub, run as run_hub};
pub use overview::{__path_overview, overview};

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    Store: FromRef<S>,
    PublicOrigin: FromRef<S>,
    Hub: FromRef<S>,
    Tickets: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new()
        .route(paths::STREAM, routing::get(overview))
        .route(paths::EXECUTION_STREAM, routing::get(journal))
}
