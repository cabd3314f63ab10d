//! The same read without authentication: Argus' own answer to `GET /api/cluster` behind Argus' own layers, for anybody.
//!
//! Beside it stands the signed-in read of the real process. What differs is who asks: cookie, access token, session
//! copy, right and reach.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use argus_api::clock::{Clock, SharedClock, SystemClock};
use argus_api::collector::Inventory;
use argus_api::headers::ContentSecurityPolicy;
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
use tokio::process::{Child, Command};

use crate::argus::free_address;
use crate::person::ORIGIN;

/// Seconds after which the snapshot would count as stale; longer than any measurement.
const FRESH_FOR_S: u64 = 24 * 3600;

/// Serves one inventory, as JSON in `file`, until the process ends.
pub async fn serve(listen: SocketAddr, file: &Path) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("no {}", file.display()))?;
    let cluster = serde_json::from_slice(&bytes).context("not an inventory")?;
    let clock: SharedClock = Arc::new(SystemClock);
    let inventory = Inventory::new(clock.clone(), FRESH_FOR_S);
    inventory.publish(cluster, SystemClock.now())?;
    let around = Around {
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

/// It as a process of its own, as Argus is one. Killed when dropped.
pub struct OpenDoor {
    _child: Child,
    address: SocketAddr,
}

impl OpenDoor {
    /// Starts it on an inventory and waits until it listens.
    pub async fn start(inventory: &Path) -> Result<Self> {
        let address = free_address()?;
        let itself = std::env::current_exe().context("this program has no path")?;
        let mut child = Command::new(itself)
            .args(["open-door", "--listen", &address.to_string()])
            .arg(inventory)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the open door does not start")?;
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return Ok(Self {
                    _child: child,
                    address,
                });
            }
            if let Some(status) = child.try_wait()? {
                bail!("the open door ended by itself ({status})");
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("the open door does not listen")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
