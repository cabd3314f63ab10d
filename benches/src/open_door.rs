//! The same read without authentication: Argus' own answer to `GET /api/cluster` behind Argus' own layers, for anybody.
//!
//! Beside it stands the signed-in read of the real process. What differs is who asks: cookie, access token, session
//! copy, right and reach.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use crate::person::ORIGIN;
use anyhow::{Context, Result};
use argus_api::address::TrustedProxies;
use argus_api::clock::{Clock, SharedClock, SystemClock};
use argus_api::collector::Inventory;
use argus_api::headers::ContentSecurityPolicy;
use argus_api::limits::{AddressLimit, RateLimits};
use argus_api::logging::{self, Format};
use argus_api::problem::ApiProblem;
use argus_api::router::Around;
use argus_api::routes::cluster::whole;
use argus_api::same_origin::PublicOrigin;
use argus_types::paths;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt;
use http::HeaderMap;
use tokio::net::TcpListener;

/// Seconds after which the snapshot would count as stale; longer than any measurement.
const FRESH_FOR_S: u64 = 24 * 3600;

/// Serves one inventory, as JSON in `file`, until the process ends.
pub async fn serve(listen: SocketAddr, file: &Path) -> Result<()> {
    // As the measured process logs, so that neither side saves that.
    logging::start(Format::Json, "info")?;
    let bytes = std::fs::read(file).with_context(|| format!("no {}", file.display()))?;
    let cluster = serde_json::from_slice(&bytes).context("not an inventory")?;
    let clock: SharedClock = Arc::new(SystemClock);
    let inventory = Inventory::new(clock.clone(), FRESH_FOR_S);
    inventory.publish(cluster, SystemClock.now())?;
    let around = Around {
        limits: RateLimits::new(AddressLimit::default()),
        proxies: TrustedProxies::default(),
        origin: PublicOrigin(ORIGIN.into()),
        policy: ContentSecurityPolicy::nothing(),
        clock,
    };
    let routes = Router::new().route(paths::CLUSTER, get(read));
    let listener = TcpListener::bind(listen).await?.tap_io(|stream| {
        // As the real process does.
        let _not_fatal = stream.set_nodelay(true);
    });
    axum::serve(listener, around.every_answer(routes).with_state(inventory)).await?;
    Ok(())
}

async fn read(
    State(inventory): State<Inventory>,
    headers: HeaderMap,
) -> Result<Response, ApiProblem> {
    let snapshot = inventory.snapshot()?;
    Ok(whole(&inventory, &snapshot, &headers))
}
