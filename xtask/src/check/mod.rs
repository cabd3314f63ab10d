//! `cargo xtask demo --check`: the main job, headless. Somebody asks in words and confirms, somebody else may not, it
//! happens, and the result is proven by the post-checks, the ledger and the simulator's own list of tasks. With
//! `--sso` people of each role first sign in at the provider, go on and sign out.

mod narrate;
mod proof;
mod run;
mod single_sign_on;

use std::time::Instant;

use anyhow::{Context, Result};

use crate::postgres::Durability;
use crate::stack::{self, ConsolePlan, PEOPLE, Plan, ProviderPlan, Stack};
use crate::{page, ports, terminal};

/// Builds, starts a stack of its own on free ports, does the job, stops.
pub fn run(single_sign_on: bool) -> Result<()> {
    let page = page::ensure_built()?;
    stack::build()?;
    let folder = tempfile::Builder::new()
        .prefix("argus-check-")
        .tempdir()
        .context("cannot make a folder")?;
    let database = crate::postgres::data_folder("check")?;
    // Only one check a clone would be safe here otherwise: the folder's own name makes it one of many.
    let database = database.join(folder.path().file_name().unwrap_or_default());
    let console = ConsolePlan::local(ports::free()?, page);
    let origin = console.origin.clone();
    let provider = if single_sign_on {
        Some(ProviderPlan {
            port: ports::free()?,
            origins: vec![origin.clone()],
            people: vec![PEOPLE],
        })
    } else {
        None
    };
    let result = Stack::start(&Plan {
        state: folder.path().to_owned(),
        database: database.clone(),
        durability: Durability::Off,
        console,
        speed: 4,
        provider,
    })
    .and_then(|mut stack| {
        let result = single_sign_on::each_role(&stack, &origin)
            .and_then(|()| run::main_job(&mut stack, &origin));
        let logs = result
            .is_err()
            .then(|| crate::process::last_lines(stack.api_log(), 30));
        stack.stop();
        if let Some(logs) = logs {
            terminal::say(&format!("the end of the API's log:\n{logs}"));
        }
        result
    });
    let removed = crate::postgres::remove(&database);
    result.and(removed)
}

/// Prints what happens with the time since the start.
pub struct Account {
    started: Instant,
}

impl Account {
    /// From now on.
    fn begin() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    /// One line.
    fn line(&self, part: &str, text: &str) {
        terminal::say(&format!(
            "{:>7.2} s  {part:<9} {text}",
            self.started.elapsed().as_secs_f64()
        ));
    }

    /// A line that belongs to the one before.
    fn detail(text: &str) {
        terminal::say(&format!("{:>21}{text}", ""));
    }
}
