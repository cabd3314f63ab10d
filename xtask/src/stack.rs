//! What runs together: a private PostgreSQL, the simulator, the API. Started in that order, stopped in the other.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::client::fresh_key;
use crate::postgres::{Durability, Postgres};
use crate::process::{self, Server};
use crate::{leftovers, ports, terminal, workspace};

/// How a stack is started.
pub struct Plan {
    /// Where the simulator's state, configuration and logs go; reused by the next start.
    pub state: PathBuf,
    /// PostgreSQL's data folder.
    pub database: PathBuf,
    /// Whether the database waits for the disk.
    pub durability: Durability,
    /// The API's port.
    pub port: u16,
    /// What browsers call the console, such as `http://localhost:8099`.
    pub origin: String,
    /// The built page, where the API is to serve it.
    pub page: Option<PathBuf>,
    /// How much faster than real time the simulator's clock runs.
    pub speed: u32,
}

/// Everything, running. Dropping it stops it.
pub struct Stack {
    // Dropped in this order.
    api: Server,
    simulator: Server,
    database: Postgres,
    /// What the simulator says about itself.
    pub proxmox: Simulated,
    /// The API's address, such as `127.0.0.1:8099`.
    pub address: String,
    config: PathBuf,
    environment: Vec<(&'static str, String)>,
}

/// `sim.json`: how to reach the simulator.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Simulated {
    /// As `PROXMOX_API_URL`.
    pub api_url: String,
    /// The control port, for faults and the truth.
    pub control_url: String,
    /// The authority that signed its certificate.
    pub ca_file: PathBuf,
    /// API tokens by their last name, as `user@realm!name=secret`.
    pub tokens: BTreeMap<String, String>,
}

impl Simulated {
    /// A token by its last name, as `user@realm!name=secret`.
    fn token(&self, name: &str) -> Result<String> {
        self.tokens
            .get(name)
            .cloned()
            .with_context(|| format!("sim.json has no token {name}"))
    }
}

/// Builds what a stack runs.
pub fn build() -> Result<()> {
    terminal::step("building the API, the simulator and argusctl", || {
        process::run(workspace::cargo()?.args([
            "build",
            "--locked",
            "--package",
            "argus-api",
            "--package",
            "argus-proxmox-sim",
            "--package",
            "argus-cli",
        ]))
    })
}

/// How long each part may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

impl Stack {
    /// Starts all of it and waits until each part answers. The binaries must have been built.
    pub fn start(plan: &Plan) -> Result<Self> {
        let logs = plan.state.join("logs");
        std::fs::create_dir_all(&logs)
            .with_context(|| format!("cannot create {}", logs.display()))?;
        std::fs::set_permissions(&plan.state, std::fs::Permissions::from_mode(0o700))?;

        leftovers::stop(&plan.state)?;
        let database = terminal::step("starting PostgreSQL", || {
            let database =
                Postgres::start(&plan.database, &logs.join("postgres.log"), plan.durability)?;
            database.ensure_database("argus")?;
            Ok(database)
        })?;
        let (simulator, proxmox) = terminal::step("starting the Proxmox simulator", || {
            start_simulator(plan, &logs)
        })?;

        let config = plan.state.join("argus.toml");
        write_config(plan, &config)?;
        let environment = vec![
            ("PROXMOX_API_URL", proxmox.api_url.clone()),
            ("PROXMOX_API_TOKEN", proxmox.token("ops")?),
            ("PROXMOX_READ_TOKEN", proxmox.token("ro")?),
            ("PROXMOX_CA_FILE", proxmox.ca_file.display().to_string()),
            ("OPENAI_API_KEY", String::new()),
            ("SESSION_SECRET", session_secret(&plan.state)?),
            ("DATABASE_URL", database.url("argus", "argus")),
        ];
        let address = format!("127.0.0.1:{}", plan.port);
        let api = terminal::step("starting the API", || {
            start_api(&config, &environment, &address, &logs)
        })?;
        leftovers::remember(&plan.state, &[api.id(), simulator.id(), database.id()])?;
        Ok(Self {
            api,
            simulator,
            database,
            proxmox,
            address,
            config,
            environment,
        })
    }

    /// The API's process id.
    pub fn api_id(&self) -> u32 {
        self.api.id()
    }

    /// Where the API's log is.
    pub fn api_log(&self) -> &Path {
        self.api.log()
    }

    /// An error once a part is gone.
    pub fn check(&mut self) -> Result<()> {
        self.api.check()?;
        self.simulator.check()
    }

    /// Runs another command of the API's binary with the same configuration; what it printed.
    pub fn api_command(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(workspace::binary("argus-api")?);
        command
            .args(arguments)
            .arg("--config")
            .arg(&self.config)
            .envs(self.environment.iter().cloned());
        process::output(&mut command)
    }

    /// Stops everything, the last started first.
    pub fn stop(mut self) {
        self.api.stop();
        self.simulator.stop();
        self.database.stop();
    }
}

fn start_simulator(plan: &Plan, logs: &Path) -> Result<(Server, Simulated)> {
    let folder = plan.state.join("simulator");
    std::fs::create_dir_all(&folder)?;
    let about = folder.join("sim.json");
    // An old one would be taken for the new process' answer.
    match std::fs::remove_file(&about) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", about.display()));
        }
        _ => {}
    }
    let mut command = Command::new(workspace::binary("proxmox-sim")?);
    command
        .args([
            "--listen",
            "127.0.0.1:0",
            "--control",
            "127.0.0.1:0",
            "--dir",
        ])
        .arg(&folder)
        .arg("--state")
        .arg(folder.join("state.json"))
        .args(["--speed", &plan.speed.to_string()]);
    let mut server = Server::start("the simulator", &mut command, &logs.join("simulator.log"))?;
    let proxmox = server.wait_until(PATIENCE, || {
        let Ok(text) = std::fs::read_to_string(&about) else {
            return Ok(None);
        };
        // Not whole yet, if it was not written in one go.
        Ok(serde_json::from_str::<Simulated>(&text).ok())
    })?;
    Ok((server, proxmox))
}

fn start_api(
    config: &Path,
    environment: &[(&'static str, String)],
    address: &str,
    logs: &Path,
) -> Result<Server> {
    let mut command = Command::new(workspace::binary("argus-api")?);
    command
        .args(["serve", "--log-format", "json", "--config"])
        .arg(config)
        .envs(environment.iter().cloned());
    let mut server = Server::start("the API", &mut command, &logs.join("api.log"))?;
    let ready = format!("http://{address}{}", argus_types::paths::HEALTH_READY);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(5)))
        .proxy(None)
        .build()
        .into();
    server.wait_until(PATIENCE, || {
        Ok(agent.get(&ready).call().is_ok().then_some(()))
    })?;
    Ok(server)
}

fn write_config(plan: &Plan, file: &Path) -> Result<()> {
    #[derive(Serialize)]
    struct Config<'a> {
        profile: &'a str,
        listen: String,
        public_origin: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        page_dir: Option<&'a Path>,
    }
    let text = toml::to_string(&Config {
        profile: "demo",
        listen: format!("127.0.0.1:{}", plan.port),
        public_origin: &plan.origin,
        page_dir: plan.page.as_deref(),
    })?;
    std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Made once, so that sessions survive a restart.
fn session_secret(state: &Path) -> Result<String> {
    let file = state.join("session-secret");
    if let Ok(secret) = std::fs::read_to_string(&file) {
        return Ok(secret);
    }
    let secret = fresh_key() + &fresh_key();
    std::fs::write(&file, &secret).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(secret)
}

/// A free port for the API and the origin that goes with it.
pub fn local_origin() -> Result<(u16, String)> {
    let port = ports::free()?;
    Ok((port, format!("http://localhost:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_secret_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = session_secret(folder.path()).unwrap();
        assert!(first.len() >= 64);
        assert_eq!(session_secret(folder.path()).unwrap(), first);
    }
}
