//! A console: an API process with its configuration and its database.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use super::{ManualClock, Provider, Simulated, model, provider};
use crate::client::fresh_key;
use crate::postgres::Postgres;
use crate::process::{self, Server};
use crate::workspace;

/// How long each part may take to answer.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// What consoles stand on. Dropping it stops it, in this order.
pub(super) struct Surroundings {
    /// Who else says who somebody is.
    pub(super) provider: Option<Provider>,
    pub(super) simulator: Server,
    /// What the simulator says about itself.
    pub(super) proxmox: Simulated,
    pub(super) database: Postgres,
}

/// How a console is started.
pub struct Plan {
    /// What its files and its database are called.
    pub name: &'static str,
    /// The API's port.
    pub port: u16,
    /// What browsers call the console, such as `http://localhost:8099`.
    pub origin: String,
    /// The built page, where the API is to serve it.
    pub page: Option<PathBuf>,
    /// A clock that is not the machine's.
    pub clock: Option<ManualClock>,
    /// How many requests to sign in one address may send at once; the API's own limit where absent.
    pub sign_in_burst: Option<u32>,
    /// The port of this machine on which somebody plays its language model; none where the built-in rules draft alone.
    pub model_port: Option<u16>,
}

impl Plan {
    /// The one console of most stacks, on a port of this machine, delivering the page itself.
    pub fn local(port: u16, page: PathBuf) -> Self {
        Self {
            name: "argus",
            port,
            origin: Self::origin_on(port),
            page: Some(page),
            clock: None,
            sign_in_burst: None,
            model_port: None,
        }
    }

    /// What browsers call a console that delivers the page itself.
    pub fn origin_on(port: u16) -> String {
        format!("http://localhost:{port}")
    }
}

/// A running console. Dropping it stops it.
pub struct Console {
    server: Server,
    address: String,
    config: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Console {
    /// Starts it and waits until it answers.
    pub(super) fn start(plan: &Plan, state: &Path, around: &Surroundings) -> Result<Self> {
        around.database.ensure_database(plan.name)?;
        let config = state.join(format!("{}.toml", plan.name));
        write_config(plan, around, &config)?;
        let environment = environment(plan, state, around)?;
        let mut command = Command::new(workspace::binary("argus-api")?);
        command
            .args(["serve", "--log-format", "json", "--config"])
            .arg(&config)
            .envs(environment.iter().cloned());
        if let Some(clock) = &plan.clock {
            clock.apply(&mut command);
        }
        // The stack's own API has the log that people are pointed to.
        let log = match plan.name {
            "argus" => "api.log".to_owned(),
            name => format!("api-{name}.log"),
        };
        let log = state.join("logs").join(log);
        let mut server = Server::start("the API", &mut command, &log)?;
        let address = format!("127.0.0.1:{}", plan.port);
        let ready = format!("http://{address}{}", argus_types::paths::HEALTH_READY);
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(5)))
            .proxy(None)
            .build()
            .into();
        server.wait_until(PATIENCE, || {
            Ok(agent.get(&ready).call().is_ok().then_some(()))
        })?;
        Ok(Self {
            server,
            address,
            config,
            environment,
        })
    }

    /// The API's address, such as `127.0.0.1:8099`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The API's process id.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// Where the API's log is.
    pub fn log(&self) -> &Path {
        self.server.log()
    }

    /// An error once it is gone.
    pub(super) fn check(&mut self) -> Result<()> {
        self.server.check()
    }

    /// Stops it.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Runs another command of the API's binary with the same configuration; what it printed.
    pub fn command(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(workspace::binary("argus-api")?);
        command
            .args(arguments)
            .arg("--config")
            .arg(&self.config)
            .envs(self.environment.iter().cloned());
        process::output(&mut command)
    }
}

fn environment(
    plan: &Plan,
    state: &Path,
    around: &Surroundings,
) -> Result<Vec<(&'static str, String)>> {
    let proxmox = &around.proxmox;
    let mut environment = vec![
        ("PROXMOX_API_URL", proxmox.api_url.clone()),
        ("PROXMOX_API_TOKEN", proxmox.token("ops")?),
        ("PROXMOX_READ_TOKEN", proxmox.token("ro")?),
        ("PROXMOX_CA_FILE", proxmox.ca_file.display().to_string()),
        ("OPENAI_API_KEY", String::new()),
        ("SESSION_SECRET", session_secret(state)?),
        ("DATABASE_URL", around.database.url(plan.name, plan.name)),
    ];
    if let Some(provider) = &around.provider {
        environment.push((provider::SECRET_VARIABLE, provider.secret().to_owned()));
    }
    Ok(environment)
}

fn write_config(plan: &Plan, around: &Surroundings, file: &Path) -> Result<()> {
    #[derive(Serialize)]
    struct Config<'a> {
        profile: &'a str,
        listen: String,
        public_origin: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        page_dir: Option<&'a Path>,
        #[serde(skip_serializing_if = "Option::is_none")]
        limits: Option<Limits>,
        #[serde(skip_serializing_if = "Option::is_none")]
        auth: Option<Auth<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        drafting: Option<model::Section>,
    }
    #[derive(Serialize)]
    struct Limits {
        sign_in_burst: u32,
    }
    #[derive(Serialize)]
    struct Auth<'a> {
        oidc: [provider::Section<'a>; 1],
    }
    let auth = around.provider.as_ref().map(|provider| Auth {
        oidc: [provider.section()],
    });
    let text = toml::to_string(&Config {
        profile: "demo",
        listen: format!("127.0.0.1:{}", plan.port),
        public_origin: &plan.origin,
        page_dir: plan.page.as_deref(),
        limits: plan
            .sign_in_burst
            .map(|sign_in_burst| Limits { sign_in_burst }),
        auth,
        drafting: plan.model_port.map(model::section),
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
