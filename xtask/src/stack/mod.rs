//! What runs together: a private PostgreSQL, the simulator, an `OpenID` provider where one is wanted, the API.
//! Started in that order, stopped in the other.

mod console;
mod manual_clock;
mod model;
mod provider;
mod simulator;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::postgres::{Durability, Postgres};
use crate::process;
use crate::{leftovers, terminal, workspace};
pub use console::{Console, Plan as ConsolePlan};
pub use manual_clock::{ManualClock, library as ensure_manual_clock};
pub use provider::{ID as PROVIDER, PEOPLE, Plan as ProviderPlan, Provider};
pub use simulator::Simulated;

use console::Surroundings;

/// How a stack is started.
pub struct Plan {
    /// Where the simulator's state, configuration and logs go; reused by the next start.
    pub state: PathBuf,
    /// PostgreSQL's data folder.
    pub database: PathBuf,
    /// Whether the database waits for the disk.
    pub durability: Durability,
    /// How the console is reached.
    pub console: ConsolePlan,
    /// How much faster than real time the simulator's clock runs.
    pub speed: u32,
    /// A provider to sign in with; without one there are the demo's people alone.
    pub provider: Option<ProviderPlan>,
}

/// Everything, running. Dropping it stops it.
pub struct Stack {
    // Dropped in this order.
    console: Console,
    surroundings: Surroundings,
    /// What the simulator says about itself.
    pub proxmox: Simulated,
    /// The API's address, such as `127.0.0.1:8099`.
    pub address: String,
    state: PathBuf,
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

impl Stack {
    /// Starts all of it and waits until each part answers. The binaries must have been built.
    pub fn start(plan: &Plan) -> Result<Self> {
        let logs = plan.state.join("logs");
        std::fs::create_dir_all(&logs)
            .with_context(|| format!("cannot create {}", logs.display()))?;
        std::fs::set_permissions(&plan.state, std::fs::Permissions::from_mode(0o700))?;

        leftovers::stop(&plan.state)?;
        let database = terminal::step("starting PostgreSQL", || {
            Postgres::start(&plan.database, &logs.join("postgres.log"), plan.durability)
        })?;
        let (simulator, proxmox) = terminal::step("starting the Proxmox simulator", || {
            simulator::start(&plan.state, &logs, plan.speed)
        })?;
        let provider = match &plan.provider {
            None => None,
            Some(provider) => Some(terminal::step("starting the OpenID provider", || {
                Provider::start(provider, &plan.state, &logs)
            })?),
        };
        let surroundings = Surroundings {
            provider,
            simulator,
            proxmox,
            database,
        };
        let console = terminal::step("starting the API", || {
            Console::start(&plan.console, &plan.state, &surroundings)
        })?;
        let stack = Self {
            address: console.address().to_owned(),
            proxmox: surroundings.proxmox.clone(),
            console,
            surroundings,
            state: plan.state.clone(),
        };
        leftovers::remember(&stack.state, &stack.ids())?;
        Ok(stack)
    }

    /// Starts another console beside the stack's own, with a database of its own and the same surroundings.
    pub fn another_console(&self, plan: &ConsolePlan) -> Result<Console> {
        let console = Console::start(plan, &self.state, &self.surroundings)?;
        let mut ids = self.ids();
        ids.push(console.id());
        leftovers::remember(&self.state, &ids)?;
        Ok(console)
    }

    fn ids(&self) -> Vec<u32> {
        let mut ids = vec![self.console.id()];
        ids.extend(self.surroundings.ids());
        ids
    }

    /// The API's process id.
    pub fn api_id(&self) -> u32 {
        self.console.id()
    }

    /// The provider, where there is one.
    pub fn provider(&self) -> Option<&Provider> {
        self.surroundings.provider.as_ref()
    }

    /// Where the API's log is.
    pub fn api_log(&self) -> &Path {
        self.console.log()
    }

    /// Runs another command of the API's binary with the same configuration; what it printed.
    pub fn api_command(&self, arguments: &[&str]) -> Result<String> {
        self.console.command(arguments)
    }

    /// An error once a part is gone.
    pub fn check(&mut self) -> Result<()> {
        self.console.check()?;
        self.surroundings.check()
    }

    /// Stops everything, the last started first.
    pub fn stop(mut self) {
        self.console.stop();
        self.surroundings.stop();
    }
}

impl Surroundings {
    fn ids(&self) -> Vec<u32> {
        let mut ids: Vec<_> = self.provider.iter().map(Provider::process_id).collect();
        ids.extend([self.simulator.id(), self.database.id()]);
        ids
    }

    fn check(&mut self) -> Result<()> {
        if let Some(provider) = &mut self.provider {
            provider.check()?;
        }
        self.simulator.check()
    }

    fn stop(&mut self) {
        if let Some(provider) = &mut self.provider {
            provider.stop();
        }
        self.simulator.stop();
        self.database.stop();
    }
}
