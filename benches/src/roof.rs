//! The roof over reads: axum with one handler that hands out bytes from memory, without session, log or header.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::argus::free_address;

/// Serves the files until the process ends: the first as `/0`, the second as `/1`.
pub async fn serve(listen: SocketAddr, files: &[PathBuf]) -> Result<()> {
    let mut router = Router::new();
    for (number, file) in files.iter().enumerate() {
        let bytes = std::fs::read(file).with_context(|| format!("no {}", file.display()))?;
        let bytes = Bytes::from(bytes);
        let handler = move || std::future::ready(bytes.clone());
        router = router.route(&format!("/{number}"), get(handler));
    }
    let listener = TcpListener::bind(listen).await?;
    axum::serve(listener, router).await?;
    Ok(())
}

/// The roof as a process of its own, as Argus is one. Killed when dropped.
pub struct Roof {
    _child: Child,
    address: SocketAddr,
}

impl Roof {
    /// Starts it and waits until it listens.
    pub async fn start(files: &[&Path]) -> Result<Self> {
        let address = free_address()?;
        let itself = std::env::current_exe().context("this program has no path")?;
        let mut child = Command::new(itself)
            .args(["roof", "--listen", &address.to_string()])
            .args(files)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the roof does not start")?;
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return Ok(Self {
                    _child: child,
                    address,
                });
            }
            if let Some(status) = child.try_wait()? {
                bail!("the roof ended by itself ({status})");
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("the roof does not listen")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
