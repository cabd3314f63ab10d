//! This program once more, as a server in a process of its own, as Argus is one.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};

use crate::argus::free_address;

/// The process. Killed when dropped.
pub struct Itself {
    _child: Child,
    address: SocketAddr,
}

impl Itself {
    /// Starts one of the serving subcommands on these files and waits until it listens.
    pub async fn start(
        subcommand: &str,
        files: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<Self> {
        let address = free_address()?;
        let itself = std::env::current_exe().context("this program has no path")?;
        let mut child = Command::new(itself)
            .args([subcommand, "--listen", &address.to_string()])
            .args(files)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{subcommand} does not start"))?;
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return Ok(Self {
                    _child: child,
                    address,
                });
            }
            if let Some(status) = child.try_wait()? {
                bail!("{subcommand} ended by itself ({status})");
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("{subcommand} does not listen")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
