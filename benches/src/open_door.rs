//! The same read without authentication: all of Argus as it is shipped, and one route more that gives Argus' own answer to
//! `GET /api/cluster` to anybody, behind Argus' own layers.
//!
//! Both reads are asked of this one process: heap, router, polling and log are the same for both, and what differs is
//! who asks: cookie, access token, session copy, right and reach.

use std::path::Path;

use anyhow::Result;
use argus_api::collector::Inventory;
use argus_api::config::{Config, Environment};
use argus_api::logging::{self, Format};
use argus_api::problem::ApiProblem;
use argus_api::routes::cluster::whole;
use argus_api::server::Server;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;

/// Where anybody is answered; below `/api`, so that the layers treat it alike.
pub const PATH: &str = "/api/open/cluster";

/// Serves as `argus-api serve` does with this configuration and the environment's, until the process ends.
pub async fn serve(config: &Path) -> Result<()> {
    logging::start(Format::Json, "info")?;
    let config = Config::load(Some(config), &Environment::of_process())?;
    let server = Server::prepare(&config).await?;
    let open = Router::new().route(PATH, get(read));
    server.with_routes(open).serve().await
}

async fn read(
    State(inventory): State<Inventory>,
    headers: HeaderMap,
) -> Result<Response, ApiProblem> {
    let snapshot = inventory.snapshot()?;
    Ok(whole(&inventory, &snapshot, &headers))
}
