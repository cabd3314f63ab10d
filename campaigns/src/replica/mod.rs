//! One replica's executor as a process of its own, for campaigns that end, freeze or mislead processes.

mod child;
mod hands;

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use argus_executor::fail_points::{self, Passing};
use argus_executor::{Config, Executor, Pace, Ports, Proxmox, StoreJournal};
use argus_proxmox::{Client, Endpoint, Limits, Token, Trust};
use argus_store::{PoolLimits, Store};
use argus_types::plan::StepClass;
use clap::{Args, ValueEnum};
use rand::RngExt;
use rustix::process::{Signal, getpid, kill_process};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::stage::{CLUSTER, now};
pub use child::{Child, Orders, Place};
pub use hands::Hands;

/// What the replica works with, and where it comes to harm.
#[derive(Debug, Args)]
pub struct Options {
    /// Its name in the journal
    #[arg(long)]
    name: String,
    /// The database
    #[arg(long)]
    database: String,
    /// The simulator
    #[arg(long)]
    proxmox: String,
    /// Whom to trust
    #[arg(long)]
    ca: PathBuf,
    /// A token of the simulator
    #[arg(long)]
    token: String,
    /// How much faster than real time the simulator runs
    #[arg(long)]
    speed: f64,
    /// How long its leases hold
    #[arg(long)]
    lease_ms: u64,
    /// Executions at once
    #[arg(long)]
    concurrency: u32,
    /// The point where something happens to it
    #[arg(long, requires = "harm")]
    point: Option<String>,
    /// Only in steps of this class
    #[arg(long, requires = "point")]
    class: Option<String>,
    /// What happens there, once
    #[arg(long)]
    harm: Option<Harm>,
    #[command(flatten)]
    hands: Hands,
}

/// What happens to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Harm {
    /// `kill -9`.
    Kill,
    /// `kill -STOP`.
    Freeze,
}

impl Harm {
    fn signal(self) -> Signal {
        match self {
            Self::Kill => Signal::KILL,
            Self::Freeze => Signal::STOP,
        }
    }
}

/// Drives executions until it is killed, or whoever started it is gone.
pub async fn run(options: Options) -> Result<()> {
    end_with_parent();
    if let (Some(point), Some(harm)) = (&options.point, options.harm) {
        arm(point, options.class.as_deref(), harm)?;
    }
    let limits = PoolLimits {
        max_connections: 6,
        acquire_timeout: Duration::from_secs(10),
        ..PoolLimits::default()
    };
    let store = Store::connect(&SecretString::from(options.database), limits)
        .await
        .context("the database cannot be reached")?;
    let client = Client::new(
        Endpoint::parse(&options.proxmox)?,
        Token::parse(&options.token)?,
        Trust::CaFile(options.ca),
        Limits::default(),
    )?;
    let executor = Executor::new(
        Ports {
            journal: StoreJournal::new(store),
            hypervisor: Proxmox::new(client, CLUSTER.parse().context("a cluster id")?),
            clock: Arc::new(options.hands.clock()),
            chance: Arc::new(|| rand::rng().random()),
        },
        Config {
            lease_ttl: Duration::from_millis(options.lease_ms),
            concurrency: options.concurrency,
            look_every: Duration::from_millis(50),
            pace: Pace::scaled(1.0 / options.speed),
            ..Config::new(options.name)
        },
    );
    report("up")?;
    executor.run(CancellationToken::new()).await;
    Ok(())
}

/// A line for whoever started this process; it is out when this returns.
fn report(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// The first that passes there is told of, and then all of the process is hit before it can do anything more.
fn arm(point: &str, class: Option<&str>, harm: Harm) -> Result<()> {
    let point = fail_points::name(point).with_context(|| format!("there is no point {point}"))?;
    let class = class.map(str::to_owned);
    let done = std::sync::Mutex::new(false);
    fail_points::at(point, move |passing| {
        if class.is_some() && class.as_deref() != passing.class.map(word) {
            return;
        }
        // Held while it happens: a second thread must not come by.
        let Ok(mut done) = done.lock() else { return };
        if !std::mem::replace(&mut *done, true) {
            let told = report(&line(passing));
            let hit = kill_process(getpid(), harm.signal());
            // A campaign that waits for this line in vain says so.
            debug_assert!(told.is_ok() && hit.is_ok());
        }
    });
    Ok(())
}

fn line(passing: &Passing) -> String {
    format!(
        "at {} {} {} {}",
        passing.point,
        passing.class.map_or("-", word),
        passing.execution,
        now().unix_millis()
    )
}

/// A class in a word.
pub fn word(class: StepClass) -> &'static str {
    match class {
        StepClass::Read => "read",
        StepClass::Idempotent => "idempotent",
        StepClass::NaturalKey => "natural-key",
        StepClass::UnsafeToRepeat => "unsafe",
    }
}

/// Nothing is ever written to its standard input: what comes is its end.
fn end_with_parent() {
    std::thread::spawn(|| {
        let mut nothing = Vec::new();
        let _ = std::io::stdin().read_to_end(&mut nothing);
        std::process::exit(0);
    });
}
