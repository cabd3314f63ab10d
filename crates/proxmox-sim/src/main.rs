//! `proxmox-sim`: a Proxmox VE on this machine, for the demo, tests by hand and benches.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use argus_proxmox_sim::{Options, Scenario, Simulator};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// A Proxmox VE over HTTPS that nobody has to be careful with.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// Where the API listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where the control port listens; loopback only.
    #[arg(long, default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// Folder of the certificates and of sim.json.
    #[arg(long)]
    dir: PathBuf,
    /// What to simulate: `lab`, `solo`, or a TOML file.
    #[arg(long, default_value = "lab", conflicts_with = "guests")]
    scenario: String,
    /// Instead of a scenario: a cluster with so many guests.
    #[arg(long)]
    guests: Option<u32>,
    /// Nodes of that cluster.
    #[arg(long, default_value_t = 3, requires = "guests")]
    nodes: u32,
    /// How much faster than real time the virtual time runs.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// File in which the state survives a restart.
    #[arg(long)]
    state: Option<PathBuf>,
    /// One more name or address in the certificate; may be repeated.
    #[arg(long = "name")]
    names: Vec<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let scenario = match (arguments.guests, arguments.scenario.as_str()) {
        (Some(guests), _) => Scenario::generated(guests, arguments.nodes)?,
        (None, "lab") => Scenario::lab(),
        (None, "solo") => Scenario::solo(),
        (None, file) => Scenario::load(file.as_ref()).with_context(|| file.to_owned())?,
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let simulator = Simulator::start(Options {
        listen: arguments.listen,
        control: arguments.control,
        dir: arguments.dir,
        scenario,
        speed: arguments.speed,
        starts_at_ms: None,
        state_file: arguments.state,
        state: None,
        names: arguments.names,
    })
    .await?;
    let line = format!(
        "proxmox-sim {} control {} ca {} fingerprint {}\n",
        simulator.api_url(),
        simulator.control_url(),
        simulator.ca_file().display(),
        simulator.fingerprint()
    );
    std::io::stdout().write_all(line.as_bytes())?;
    std::io::stdout().flush()?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    simulator.stop().await;
    Ok(())
}
