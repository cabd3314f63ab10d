//! WebSockets: what changes anywhere, and one execution's journal.
//!
//! Opened for our own page only: the session, the `Origin` and a single-use ticket are checked before the upgrade. A
//! connection is looked at again every few seconds and closed when its session no longer holds.

mod execution;
mod feed;
mod holding;
mod hub;
mod overview;
mod ring;
mod socket;

use axum::{Router, extract::FromRef, routing};

use argus_types::paths;

use crate::same_origin::PublicOrigin;
use crate::service::tickets::Tickets;
use crate::service::within::Within;

pub use execution::{__path_journal, begin_at_zero, journal};
pub use feed::Feeds;
pub use holding::{Holding, run as run_holding};
pub use hub::{Hub, run as run_hub};
pub use overview::{__path_overview, overview};

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    std::sync::Arc<crate::session::Sessions>: FromRef<S>,
    Feeds: FromRef<S>,
    Holding: FromRef<S>,
    PublicOrigin: FromRef<S>,
    Hub: FromRef<S>,
    Tickets: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new()
        .route(paths::STREAM, routing::get(overview))
        .route(paths::EXECUTION_STREAM, routing::get(journal))
}
