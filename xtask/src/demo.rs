//! `cargo xtask demo`: a whole cluster to play with, on this machine, until Ctrl-C.

use std::fs::File;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use argus_types::person::Role;
use clap::Args;

use crate::client::Client;
use crate::leftovers;
use crate::postgres::{self, Durability};
use crate::stack::{self, ConsolePlan, PEOPLE, Plan, Provider, ProviderPlan, Stack};
use crate::{check, environment, events, page, ports, terminal, workspace};

/// Options of `cargo xtask demo`.
#[derive(Args)]
pub struct Options {
    /// Throw away what earlier demos left and start over
    #[arg(long)]
    fresh: bool,
    /// Start an OpenID provider, too, on the port after the console's, and sign in there
    #[arg(long)]
    sso: bool,
    /// No browser: do the main job through REST and WebSocket on free ports, and exit non-zero on the first wrong thing
    #[arg(long, conflicts_with_all = ["fresh", "port"])]
    check: bool,
    /// Where the console answers
    #[arg(long, default_value_t = 8099)]
    port: u16,
}

/// Starts it and follows it, or checks it.
pub fn run(options: &Options) -> Result<()> {
    let started = Instant::now();
    if options.check {
        check::run(options.sso)?;
        terminal::say(&format!(
            "everything is right ({})",
            terminal::seconds(started.elapsed())
        ));
        return Ok(());
    }
    let state = environment::cache()?.join(format!("demo-{}", workspace::clone_id()));
    let database = postgres::data_folder("demo")?;
    let _alone = only_one(&state)?;
    // In this order: what an earlier run left behind may hold the port.
    leftovers::stop(&state)?;
    ports::ensure_free(options.port)?;
    let provider = options.sso.then(|| provider(options.port)).transpose()?;
    if options.fresh {
        postgres::remove(&database)?;
        for part in ["simulator", "logs", "session-secret"] {
            remove(&state.join(part))?;
        }
    }
    let page = page::ensure_built()?;
    stack::build()?;
    let console = ConsolePlan::local(options.port, page);
    let origin = console.origin.clone();
    let mut stack = Stack::start(&Plan {
        state,
        database,
        durability: Durability::On,
        console,
        speed: 1,
        provider,
    })?;
    greet(&stack, &origin, started)?;
    let log = stack.api_log().to_owned();
    let followed = events::follow(&log, || stack.check());
    terminal::say("stopping ...");
    stack.stop();
    terminal::say(
        "stopped; what you did is kept for the next `cargo xtask demo` (--fresh starts over)",
    );
    followed
}

/// On the port after the console's: its accounts belong to its address, and are to be there the next time, too.
fn provider(console: u16) -> Result<ProviderPlan> {
    let port = console
        .checked_add(1)
        .context("the provider needs the port after --port, and there is none")?;
    ports::ensure_free(port)?;
    Ok(ProviderPlan {
        port,
        origins: vec![ConsolePlan::origin_on(console)],
        people: vec![PEOPLE],
    })
}

/// Two demos in one folder would spoil each other's data.
pub fn only_one(state: &Path) -> Result<File> {
    std::fs::create_dir_all(state).with_context(|| format!("cannot create {}", state.display()))?;
    let file = File::create(state.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            bail!("a demo of this clone is running already: stop it with Ctrl-C in its terminal")
        }
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).context("cannot lock the demo's folder")
        }
    }
}

fn remove(path: &Path) -> Result<()> {
    let result = if path.is_dir() {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    };
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn greet(stack: &Stack, origin: &str, started: Instant) -> Result<()> {
    let client = Client::new(&*stack.address, origin);
    let ways: argus_types::sign_in::SignInWays = client.get(argus_types::paths::SIGN_IN_WAYS)?;
    terminal::say(&format!(
        "\nArgus is up ({}):\n\n    {origin}\n",
        terminal::seconds(started.elapsed())
    ));
    terminal::say("Sign in with one click as one of:");
    for person in &ways.demo_people {
        let may = match person.role {
            Role::Viewer => "sees everything and changes nothing",
            Role::Operator => "asks for changes, confirms and stops them",
            Role::Admin => "approves what others asked for, manages people",
        };
        terminal::say(&format!(
            "    {:<8} {:<9} {may}",
            person.name,
            person.role.as_str()
        ));
    }
    if let Some(provider) = stack.provider() {
        greet_at(provider);
    }
    terminal::say(&format!(
        "\nTry, as the operator: \"snapshot web-01, then move it to pve2\".\n\
         Faults of the simulated Proxmox: {} - logs: {}\n\
         Ctrl-C stops everything.\n",
        stack.proxmox.control_url,
        stack.api_log().parent().unwrap_or(Path::new(".")).display()
    ));
    Ok(())
}

/// Whom one can be at the provider.
fn greet_at(provider: &Provider) {
    terminal::say(&format!(
        "\nOr by single sign-on at {}, by user name and without a password:",
        provider.issuer()
    ));
    for (user, account) in provider.people() {
        let role = account
            .role()
            .unwrap_or("in no group that gives a role, so not let in");
        terminal::say(&format!("    {user:<8} {:<12} {role}", account.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_demo_of_the_same_clone_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = only_one(folder.path()).unwrap();
        assert!(only_one(folder.path()).is_err());
        drop(first);
        only_one(folder.path()).unwrap();
    }
}
