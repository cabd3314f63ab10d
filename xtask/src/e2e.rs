//! `cargo xtask e2e`: the browser tests in `e2e/`, against nginx, the page, the API, the simulator and PostgreSQL.
//!
//! The tests learn where everything is from three variables: `E2E_BASE_URL` (through nginx), `E2E_STATE_DIR` (with
//! `stack.json`, which says the rest, and `logs/`) and `E2E_BROWSER` (Chromium's path).
//!
//! Beside the console that most tests use there is another one, with a database of its own, whose clock a test sets
//! forward and whose language model a test plays.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;

use crate::postgres::{self, Durability};
use crate::process::Server;
use crate::stack::{self, ConsolePlan, ManualClock, PEOPLE, Plan, ProviderPlan, Stack};
use crate::suite::Counts;
use crate::{nginx, packages, page, ports, process, terminal, tools, workspace};

/// Options of `cargo xtask e2e`.
#[derive(Args)]
pub struct Options {
    /// Start the stack, print where it is, and wait for Ctrl-C instead of testing
    #[arg(long)]
    serve: bool,
    /// Test files below e2e/tests; all where none is named
    files: Vec<String>,
}

/// Builds, starts, tests, stops.
pub fn run(options: &Options) -> Result<()> {
    let page = page::ensure_built()?;
    stack::build()?;
    if options.serve {
        return with_stack(&page, |running| {
            terminal::say(&format!("\n    {}\n\nCtrl-C stops it.", running.base_url));
            loop {
                crate::interrupt::check()?;
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
        });
    }
    let counts = test(&page, &options.files)?;
    for failure in &counts.failures {
        terminal::say(failure);
    }
    terminal::say(&format!(
        "{} passed, {} failed",
        counts.passed, counts.failed
    ));
    if counts.failed > 0 {
        bail!("a browser test failed");
    }
    Ok(())
}

/// Where Chromium is, installed where it is missing.
pub fn ensure_browser() -> Result<PathBuf> {
    for name in ["chromium", "chromium-browser", "google-chrome"] {
        if let Some(path) = tools::find(name) {
            return Ok(path);
        }
    }
    tools::ensure("chromium", &["chromium"], "the browser tests")
}

/// What the tests need to know.
struct Running<'a> {
    base_url: String,
    stack: &'a Stack,
    state: &'a Path,
}

/// Runs the test files (all, where none is named) against a stack of their own. Everything must have been built.
pub fn test(page: &Path, files: &[String]) -> Result<Counts> {
    let browser = ensure_browser()?;
    let node = tools::ensure("node", &["nodejs", "npm"], "the browser tests")?;
    packages::BROWSER_TESTS.ensure()?;
    let files = test_files(files)?;
    with_stack(page, |running| {
        let report = running.state.join("report.xml");
        let mut command = Command::new(node);
        command
            .current_dir(workspace::root().join("e2e"))
            .env("E2E_BASE_URL", &running.base_url)
            .env("E2E_STATE_DIR", running.state)
            .env("E2E_BROWSER", browser)
            // One file after the other: they share a cluster.
            .args([
                "--test",
                "--test-concurrency=1",
                "--test-reporter=spec",
                "--test-reporter-destination=stdout",
            ])
            .arg("--test-reporter=junit")
            .arg(format!("--test-reporter-destination={}", report.display()))
            .args(&files);
        let status = process::status(&mut command)?;
        let counts = std::fs::read_to_string(&report)
            .map_err(anyhow::Error::from)
            .and_then(|report| Counts::from_junit(&report))
            .with_context(|| format!("node's test runner left no report ({status})"))?
            .or_failed(status.success(), "node's test runner");
        if counts.failed > 0 {
            terminal::say(&format!(
                "the end of the API's log:\n{}",
                process::last_lines(running.stack.api_log(), 40)
            ));
        }
        Ok(counts)
    })
}

fn with_stack<T>(page: &Path, work: impl FnOnce(&Running) -> Result<T>) -> Result<T> {
    let folder = tempfile::Builder::new()
        .prefix("argus-e2e-")
        .tempdir()
        .context("cannot make a folder")?;
    let state = folder.path();
    let database = postgres::data_folder("e2e")?.join(state.file_name().unwrap_or_default());
    let result = start_and(state, database.clone(), page, work);
    let removed = postgres::remove(&database);
    let value = result?;
    removed?;
    Ok(value)
}

fn start_and<T>(
    state: &Path,
    database: PathBuf,
    page: &Path,
    work: impl FnOnce(&Running) -> Result<T>,
) -> Result<T> {
    let (front, late) = (Front::reserve("argus")?, Front::reserve("late")?);
    let stack = Stack::start(&Plan {
        state: state.to_owned(),
        database,
        durability: Durability::Off,
        console: front.console(),
        speed: 4,
        provider: Some(ProviderPlan {
            port: ports::free()?,
            origins: vec![front.origin(), late.origin()],
            people: vec![PEOPLE, "e2e/people.json"],
        }),
    })?;
    let clock = ManualClock::start(state.join("clock"))?;
    let offset = clock.file().to_owned();
    let model_port = ports::free()?;
    let mut other = terminal::step("starting an API with a manual clock", || {
        stack.another_console(&ConsolePlan {
            clock: Some(clock),
            model_port: Some(model_port),
            ..late.console()
        })
    })?;
    let servers = terminal::step("starting nginx", || {
        Ok((
            front.start(state, page, &stack.address)?,
            late.start(state, page, other.address())?,
        ))
    })?;
    let about = json!({
        "base_url": front.origin(), "http_port": front.http_port,
        "api_address": stack.address, "api_pid": stack.api_id(), "proxmox": stack.proxmox,
        "late": { "base_url": late.origin(), "offset_file": offset, "model_port": model_port },
        "argusctl": workspace::binary("argusctl")?,
        "authority": state.join("nginx-argus").join(nginx::AUTHORITY),
    });
    std::fs::write(state.join("stack.json"), serde_json::to_vec_pretty(&about)?)?;
    let result = work(&Running {
        base_url: front.origin(),
        stack: &stack,
        state,
    });
    drop(servers);
    other.stop();
    stack.stop();
    result
}

/// More than all tests together send; what the limit does is shown elsewhere.
const SIGN_IN_BURST: u32 = 10_000;

/// nginx before one console.
struct Front {
    name: &'static str,
    api_port: u16,
    https_port: u16,
    http_port: u16,
}

impl Front {
    fn reserve(name: &'static str) -> Result<Self> {
        Ok(Self {
            name,
            api_port: ports::free()?,
            https_port: ports::free()?,
            http_port: ports::free()?,
        })
    }

    fn origin(&self) -> String {
        format!("https://localhost:{}", self.https_port)
    }

    /// What it stands before.
    fn console(&self) -> ConsolePlan {
        ConsolePlan {
            name: self.name,
            port: self.api_port,
            origin: self.origin(),
            page: None,
            clock: None,
            // Everybody in the tests comes from one address.
            sign_in_burst: Some(SIGN_IN_BURST),
            model_port: None,
        }
    }

    fn start(&self, state: &Path, page: &Path, api: &str) -> Result<Server> {
        let folder = state.join(format!("nginx-{}", self.name));
        std::fs::create_dir_all(&folder)?;
        nginx::start(&nginx::Plan {
            folder: &folder,
            page,
            api,
            https_port: self.https_port,
            http_port: self.http_port,
            log: &state.join(format!("logs/nginx-{}.log", self.name)),
        })
    }
}

fn test_files(named: &[String]) -> Result<Vec<PathBuf>> {
    let folder = workspace::root().join("e2e/tests");
    if !named.is_empty() {
        return Ok(named
            .iter()
            .map(|name| folder.join(name.trim_start_matches("e2e/tests/")))
            .collect());
    }
    let mut files = Vec::new();
    for entry in
        std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("there is no *.test.mjs in {}", folder.display());
    }
    Ok(files)
}
