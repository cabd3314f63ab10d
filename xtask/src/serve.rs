//! `cargo xtask serve`: Argus against a real Proxmox, from a clone, with nothing but the four variables.
//!
//! A lasting installation stands behind nginx (compose.yaml); this is the way to look at one's own cluster today.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use crate::postgres::{self, Durability, Postgres};
use crate::process::{self, Server};
use crate::{demo, environment, events, leftovers, page, ports, terminal, workspace};

/// Options of `cargo xtask serve`.
#[derive(Args)]
pub struct Options {
    /// Only look whether address, certificate, token and privileges are right
    #[arg(long)]
    doctor: bool,
    /// Where the console answers
    #[arg(long, default_value_t = 8090)]
    port: u16,
    /// Variables, one NAME=value a line; what the environment already says wins
    #[arg(long, default_value = ".env")]
    env_file: PathBuf,
    /// The lab profile, in which certificates may go unverified where the environment says so
    #[arg(long)]
    lab: bool,
    /// The policy document that the first start puts into force, such as policies/home-lab.toml; where it is not
    /// named, the one of the profile. Later ones are proposed in the console, or set by `argus-api policy set`
    #[arg(long)]
    policy: Option<PathBuf>,
}

/// How long the API may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Starts it and follows it, or lets the doctor look.
pub fn run(options: &Options) -> Result<()> {
    let state = environment::cache()?.join(format!("serve-{}", workspace::clone_id()));
    let _alone = demo::only_one(&state)?;
    let logs = state.join("logs");
    std::fs::create_dir_all(&logs)?;
    let mut variables = variables(&options.env_file)?;
    terminal::step("building the API", || {
        process::run(workspace::cargo()?.args(["build", "--locked", "--package", "argus-api"]))
    })?;
    leftovers::stop(&state)?;
    let mut database = None;
    let given = environment::variable("DATABASE_URL").is_some();
    if !given && !variables.iter().any(|(name, _)| name == "DATABASE_URL") {
        let server = terminal::step("starting PostgreSQL", || {
            let data = postgres::data_folder("serve")?;
            let server = Postgres::start(&data, &logs.join("postgres.log"), Durability::On)?;
            server.ensure_database("argus")?;
            Ok(server)
        })?;
        variables.push(("DATABASE_URL".to_owned(), server.url("argus", "argus")));
        database = Some(server);
    }
    let api = Api {
        config: state.join("argus.toml"),
        variables,
    };
    let outcome = if options.doctor {
        api.write_config(options, None)?;
        process::run(&mut api.command(&["doctor"])?)
    } else {
        ports::ensure_free(options.port)?;
        api.write_config(options, Some(&page::ensure_built()?))?;
        serve(&api, options, &logs)
    };
    if let Some(mut database) = database {
        database.stop();
    }
    outcome
}

fn serve(api: &Api, options: &Options, logs: &Path) -> Result<()> {
    let mut command = api.command(&["serve", "--log-format", "json"])?;
    let mut server = Server::start("the API", &mut command, &logs.join("api.log"))?;
    let live = format!(
        "http://127.0.0.1:{}{}",
        options.port,
        argus_types::paths::HEALTH_LIVE
    );
    server.wait_until(PATIENCE, || {
        Ok(ureq::get(&live).call().is_ok().then_some(()))
    })?;
    terminal::say(&process::output(&mut api.command(&[
        "bootstrap",
        "--name",
        "Admin",
    ])?)?);
    terminal::say(
        "Another link: cargo xtask serve prints one at each start. Ctrl-C stops Argus.\n",
    );
    let log = server.log().to_owned();
    let followed = events::follow(&log, || server.check());
    terminal::say("stopping ...");
    server.stop();
    followed
}

/// The API's program with its configuration.
struct Api {
    config: PathBuf,
    variables: Vec<(String, String)>,
}

impl Api {
    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(workspace::binary("argus-api")?);
        command
            .args(arguments)
            .arg("--config")
            .arg(&self.config)
            .envs(self.variables.iter().cloned());
        Ok(command)
    }

    fn write_config(&self, options: &Options, page: Option<&Path>) -> Result<()> {
        #[derive(Serialize)]
        struct Config<'a> {
            profile: &'a str,
            listen: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            page_dir: Option<&'a Path>,
            #[serde(skip_serializing_if = "Option::is_none")]
            policy: Option<Policy>,
        }
        #[derive(Serialize)]
        struct Policy {
            file: PathBuf,
        }
        let policy = options
            .policy
            .as_ref()
            .map(|file| {
                let found = file.canonicalize();
                found.with_context(|| format!("there is no policy {}", file.display()))
            })
            .transpose()?
            .map(|file| Policy { file });
        let text = toml::to_string(&Config {
            profile: if options.lab { "lab" } else { "production" },
            listen: format!("127.0.0.1:{}", options.port),
            page_dir: page,
            policy,
        })?;
        std::fs::write(&self.config, text)
            .with_context(|| format!("cannot write {}", self.config.display()))
    }
}

/// What the file says and the environment does not. Without a file the environment must say everything.
fn variables(file: &Path) -> Result<Vec<(String, String)>> {
    if !file.is_file() {
        if environment::variable("PROXMOX_API_URL").is_none() {
            bail!(
                "there is no {}: `cp .env.example .env` and fill in the four variables",
                file.display()
            );
        }
        return Ok(Vec::new());
    }
    let mut variables = Vec::new();
    let entries = dotenvy::from_path_iter(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    for entry in entries {
        // The error would repeat the line, which may hold a secret.
        let (name, value) = entry
            .map_err(|_| anyhow::anyhow!("{} has a line that is not NAME=value", file.display()))?;
        if environment::variable(&name).is_none() {
            variables.push((name, value));
        }
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_cannot_be_read_is_told_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".env");
        std::fs::write(&file, "PROXMOX_API_TOKEN='secret-without-an-end\n").unwrap();
        let error = format!("{:#}", variables(&file).unwrap_err());
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn the_example_file_can_be_read() {
        let file = workspace::root().join(".env.example");
        let names: Vec<_> = variables(&file)
            .unwrap()
            .into_iter()
            .map(|pair| pair.0)
            .collect();
        assert!(names.contains(&"PROXMOX_API_URL".to_owned()), "{names:?}");
        assert!(names.contains(&"SESSION_SECRET".to_owned()), "{names:?}");
    }
}
