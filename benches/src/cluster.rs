//! The simulated Proxmox of a measurement, in this process: requests are counted where they arrive.

use anyhow::{Context, Result};
use argus_proxmox_sim::{Handle, Options, Scenario, Simulator};

/// A cluster that runs; stops when dropped.
pub struct Cluster {
    /// The simulator.
    pub simulator: Handle,
    _folder: tempfile::TempDir,
}

impl Cluster {
    /// A generated cluster; virtual time runs `speed` times as fast as real time.
    pub async fn start(guests: u32, nodes: u32, speed: f64) -> Result<Self> {
        Self::with(Scenario::generated(guests, nodes)?, speed).await
    }

    /// A cluster of this scenario.
    pub async fn with(scenario: Scenario, speed: f64) -> Result<Self> {
        let folder = tempfile::tempdir().context("no scratch folder")?;
        let simulator = Simulator::start(Options::new(folder.path(), scenario).speed(speed))
            .await
            .context("the simulator does not start")?;
        Ok(Self {
            simulator,
            _folder: folder,
        })
    }

    /// A token by its last name, as `user@realm!name=secret`.
    pub fn token(&self, name: &str) -> Result<&str> {
        let token = self.simulator.token(name);
        token.with_context(|| format!("the scenario has no token {name}"))
    }

    /// How often it was asked by `route` (such as `GET /cluster/resources`), and all in all.
    pub fn asked(&self, route: &str) -> (u64, u64) {
        let requests = self.simulator.requests();
        let by_route = requests.by_route.get(route).copied();
        (by_route.unwrap_or(0), requests.total)
    }
}
