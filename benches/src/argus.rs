//! An Argus as it is shipped: the release binary, a process of its own, told what it needs by its configuration.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use argus_types::paths;
use tokio::process::{Child, Command};

use crate::cluster::Cluster;
use crate::person;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks whether it is up.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Seconds between two polls; the shortest that can be configured, so the hardest case.
const POLL_S: u64 = 1;

/// The process. Killed when dropped: nothing in its database is needed again.
pub struct Argus {
    child: Child,
    address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Argus {
    /// Starts it on `cluster` and waits until it has an inventory.
    pub async fn start(binary: &Path, cluster: &Cluster, database: &str) -> Result<Self> {
        let arguments = ["serve", "--log-format", "json"];
        Self::by(binary, &arguments, cluster, database).await
    }

    /// The same with a door for anybody; see [`crate::open_door`].
    pub async fn with_open_door(cluster: &Cluster, database: &str) -> Result<Self> {
        let itself = std::env::current_exe().context("this program has no path")?;
        Self::by(&itself, &["open-door"], cluster, database).await
    }

    async fn by(
        binary: &Path,
        arguments: &[&str],
        cluster: &Cluster,
        database: &str,
    ) -> Result<Self> {
        let folder = tempfile::tempdir().context("no scratch folder")?;
        let address = free_address()?;
        let config = folder.path().join("argus.toml");
        let text = format!(
            "profile = \"demo\"\nlisten = \"{address}\"\npublic_origin = \"{}\"\n[cluster]\npoll_interval_s = {POLL_S}\n",
            person::ORIGIN
        );
        std::fs::write(&config, text).context("cannot write a configuration")?;
        let log = std::fs::File::create(folder.path().join("log")).context("cannot write a log")?;
        let child = Command::new(binary)
            .args(arguments)
            .arg("--config")
            .arg(&config)
            .env_clear()
            .env("PROXMOX_API_URL", cluster.simulator.api_url())
            .env("PROXMOX_API_TOKEN", cluster.token("ops")?)
            .env("PROXMOX_READ_TOKEN", cluster.token("ro")?)
            .env("PROXMOX_CA_FILE", cluster.simulator.ca_file())
            .env("OPENAI_API_KEY", "")
            .env("SESSION_SECRET", format!("{:032x}", rand::random::<u128>()))
            .env("DATABASE_URL", database)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let mut argus = Self {
            child,
            address,
            folder,
        };
        argus.until_ready().await?;
        Ok(argus)
    }

    async fn until_ready(&mut self) -> Result<()> {
        let http = person::http_client()?;
        let url = format!("http://{}{}", self.address, paths::HEALTH_READY);
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                bail!("the API ended by itself ({status}): {}", self.last_words());
            }
            let ready = http.get(&url).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        bail!("the API is not ready in time: {}", self.last_words())
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        log.lines().last().unwrap_or("it said nothing").to_owned()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its memory now, and the most it ever had, in MB (10^6 bytes), as the kernel counts resident pages.
    pub fn memory(&self) -> Result<Memory> {
        let id = self.child.id().context("the API has ended")?;
        let text = std::fs::read_to_string(format!("/proc/{id}/status"))
            .context("the kernel does not tell what the API needs")?;
        Memory::read(&text).context("the kernel's answer has no resident size")
    }
}

/// Resident memory, in MB (10^6 bytes).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// Now.
    pub now: f64,
    /// At its highest.
    pub peak: f64,
}

impl Memory {
    fn read(status: &str) -> Option<Self> {
        let megabytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
            Some(kib * 1.024 / 1000.0)
        };
        Some(Self {
            now: megabytes("VmRSS:")?,
            peak: megabytes("VmHWM:")?,
        })
    }
}

/// A free port of the loopback address. Whoever takes it in between makes the start fail with a clear message.
pub fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_kibibytes_become_megabytes() {
        let status = "Name:\tx\nVmHWM:\t   62500 kB\nVmRSS:\t   31250 kB\n";
        let memory = Memory::read(status).unwrap();
        assert!((memory.peak - 64.0).abs() < 1e-9 && (memory.now - 32.0).abs() < 1e-9);
        assert_eq!(Memory::read("VmRSS: many kB"), None);
    }
}
