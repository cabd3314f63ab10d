//! A whole Argus in this process, on a free port: what the crowd visits where its waiting times must follow the clock of
//! a simulated cluster.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use argus_executor::Pace;
use argus_proxmox::{Endpoint, Token};
use argus_types::paths;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::address::TrustedProxies;
use crate::config::{Config, Profile, TrustSource};
use crate::limits::AddressLimit;
use crate::server::Server;
use crate::session::Lifetimes;

/// What the house takes for its page's origin.
pub const ORIGIN: &str = "http://localhost:8090";
/// Between two looks whether it is ready.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often it is looked.
const LOOKS: usize = 1200;

/// A simulated cluster, as Argus reaches it.
#[derive(Debug, Clone, Copy)]
pub struct Cluster<'a> {
    /// Its API.
    pub url: &'a str,
    /// Its authority's certificate.
    pub ca_file: &'a Path,
    /// A token that may read and write.
    pub token: &'a str,
    /// How much faster than real time it lives.
    pub speed: f64,
}

/// The demo's profile on a cluster, under a policy of its own that lets starts run, with waiting times by the cluster's clock.
pub fn config(cluster: Cluster<'_>, database_url: &str) -> Result<Config> {
    let token = Token::parse(cluster.token)?;
    Ok(Config {
        profile: Profile::Demo,
        listen: ([127, 0, 0, 1], 0).into(),
        metrics_listen: None,
        public_origin: ORIGIN.to_owned(),
        trusted_proxies: TrustedProxies::default(),
        lifetimes: Lifetimes::default(),
        first_policy: include_str!("policy.toml").to_owned(),
        providers: Vec::new(),
        page_dir: None,
        cluster: "lab".parse()?,
        // Polls would stand among the calls that are counted.
        poll_interval_s: 60,
        stale_after_s: 600,
        endpoint: Endpoint::parse(cluster.url)?,
        token: token.clone(),
        read_token: token,
        danger_token: None,
        manage_token: None,
        trust: TrustSource::CaFile(cluster.ca_file.to_owned()),
        database_url: database_url.into(),
        drafting: crate::config::Drafting::by_rules_alone(),
        sign_in_limit: AddressLimit::default(),
        session_secret: format!("{:032x}", rand::random::<u128>()).into(),
        pace: Pace::scaled(1.0 / cluster.speed),
    })
}

/// An Argus that serves.
pub struct House {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinSet<Result<()>>,
}

impl House {
    /// Starts it and waits until it is ready.
    pub async fn open(config: &Config) -> Result<Self> {
        let server = Server::prepare(config).await?;
        let (address, stop) = (server.address()?, server.stopper());
        let mut serving = JoinSet::new();
        serving.spawn(server.serve());
        let this = Self {
            address,
            stop,
            serving,
        };
        let http = super::door::client()?;
        let url = format!("http://{}{}", this.address, paths::HEALTH_READY);
        for _ in 0..LOOKS {
            if http.get(&url).send().await?.status().is_success() {
                return Ok(this);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        bail!("Argus does not become ready")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it as SIGTERM does.
    pub async fn close(mut self) -> Result<()> {
        self.stop.cancel();
        match self.serving.join_next().await {
            Some(serving) => serving.context("the server broke off")?,
            None => Ok(()),
        }
    }
}
