//! What campaigns with a real database and a real wire begin with: a simulated cluster of many equal guests, a
//! PostgreSQL, and confirmed executions in it.
//!
//! The simulator runs in the campaign's own process and counts what it was asked; that count, and never Argus' journal,
//! says what happened.

mod cluster;
mod drafts;
mod log;
mod seed;
mod server;
mod verdict;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use argus_domain::inventory::Inventory;
use argus_executor::{Config, Executor, Pace, Ports, Proxmox, StoreJournal};
use argus_proxmox::{Client, Endpoint, Limits, Token, Trust};
use argus_proxmox_sim::{Handle, Options, Simulator};
use argus_store::testing::TestDatabase;
use argus_store::{PoolLimits, Store};
use argus_types::Timestamp;
use rand::RngExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use cluster::CLUSTER;
pub use drafts::Drafts;
pub use log::{Log, key};
pub use seed::admin;
pub use server::{Postgres, Server};
pub use verdict::Verdict;

/// A cluster, a database and people.
pub struct Stage {
    /// The cluster.
    pub simulator: Handle,
    /// As a replica of Argus reaches it.
    pub client: Client,
    /// The database.
    pub store: Store,
    /// The same, for looking behind the store's back.
    pub database: TestDatabase,
    /// How much faster than real time the cluster runs.
    pub speed: f64,
    listed: Inventory,
    next: AtomicU32,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// A cluster with so many guests, and a new database on this server.
    pub async fn set(server: &str, guests: u32, speed: f64) -> Result<Self> {
        let folder = tempfile::tempdir().context("no scratch folder")?;
        let scenario = cluster::scenario(guests)?;
        let simulator = Simulator::start(Options::new(folder.path(), scenario).speed(speed))
            .await
            .context("the simulator does not start")?;
        let client = Client::new(
            Endpoint::parse(simulator.api_url())?,
            Token::parse(token(&simulator)?)?,
            Trust::CaFile(simulator.ca_file().to_owned()),
            Limits::default(),
        )?;
        let database = TestDatabase::create_on(server).await;
        let limits = PoolLimits {
            max_connections: 8,
            // A machine that is busy is no database that is gone.
            acquire_timeout: Duration::from_secs(30),
            ..PoolLimits::default()
        };
        let store = Store::connect(&database.secret_url(), limits)
            .await
            .context("the new database cannot be reached")?;
        let listed = cluster::lists(&client).await?;
        let stage = Self {
            simulator,
            client,
            store,
            database,
            speed,
            listed,
            next: AtomicU32::new(1),
            _folder: folder,
        };
        stage.take_on_people().await?;
        Ok(stage)
    }

    /// A replica within this process, with the real clock; dropping it is what `kill -9` is.
    pub async fn executor(&self, name: &str, lease: Duration) -> Result<JoinSet<()>> {
        let url = self.database.secret_url();
        let store = Store::connect(&url, PoolLimits::default()).await?;
        let executor = self.replica(
            store,
            Config {
                lease_ttl: lease,
                look_every: Duration::from_millis(50),
                ..Config::new(name)
            },
        )?;
        let mut process = JoinSet::new();
        process.spawn(executor.run(CancellationToken::new()));
        Ok(process)
    }

    /// A replica on this database, with the real clock and the waiting times that suit this cluster.
    pub fn replica(&self, store: Store, config: Config) -> Result<Executor<StoreJournal, Proxmox>> {
        let ports = Ports {
            journal: StoreJournal::new(store),
            hypervisor: Proxmox::new(
                self.client.clone(),
                CLUSTER.parse().context("a cluster id")?,
            ),
            clock: Arc::new(now),
            chance: Arc::new(|| rand::rng().random()),
        };
        let config = Config {
            pace: Pace::scaled(1.0 / self.speed),
            ..config
        };
        Ok(Executor::new(ports, config))
    }

    /// The token that may do everything.
    pub fn token(&self) -> Result<&str> {
        token(&self.simulator)
    }
}

fn token(simulator: &Handle) -> Result<&str> {
    simulator
        .token("danger")
        .context("the scenario has no token that may do everything")
}

/// The time, by this machine.
pub fn now() -> Timestamp {
    Timestamp::new(SystemTime::now().into())
}
