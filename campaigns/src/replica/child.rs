//! A replica's process, as the campaign sees it.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use argus_types::id::ExecutionId;
use rustix::process::{Pid, Signal, kill_process};
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

use super::{Hands, Harm};
use crate::stage::Stage;

/// How it works, and what happens to it.
#[derive(Debug, Clone)]
pub struct Orders {
    /// How long its leases hold.
    pub lease: Duration,
    /// Executions at once.
    pub concurrency: u32,
    /// Where something happens to it, in steps of which class, and what.
    pub harm: Option<(&'static str, Option<&'static str>, Harm)>,
    /// How its clock goes.
    pub hands: Hands,
}

/// Where something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The point.
    pub point: String,
    /// The step's class in a word; `-` where it is about no step.
    pub class: String,
    /// The execution.
    pub execution: ExecutionId,
    /// When, in ms since the epoch.
    pub at_ms: i64,
}

/// The process. It is killed when this is dropped.
pub struct Child {
    process: tokio::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts a replica of this name and waits until it works.
    pub async fn start(stage: &Stage, name: &str, orders: &Orders) -> Result<Self> {
        // This very program, even where its file was replaced meanwhile.
        let mut command = Command::new("/proc/self/exe");
        command
            .arg("replica")
            .args(["--name", name])
            .args(["--database", stage.database.secret_url().expose_secret()])
            .args(["--proxmox", stage.simulator.api_url()])
            .arg("--ca")
            .arg(stage.simulator.ca_file())
            .args(["--token", stage.token()?])
            .args(["--speed", &stage.speed.to_string()])
            .args(["--lease-ms", &orders.lease.as_millis().to_string()])
            .args(["--concurrency", &orders.concurrency.to_string()])
            .args(orders.hands.arguments())
            // Where clocks change twice a year.
            .env("TZ", "Europe/Berlin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some((point, class, harm)) = orders.harm {
            let harm = match harm {
                Harm::Kill => "kill",
                Harm::Freeze => "freeze",
            };
            command.args(["--point", point, "--harm", harm]);
            if let Some(class) = class {
                command.args(["--class", class]);
            }
        }
        let mut process = command.spawn().context("a replica does not start")?;
        let out = process.stdout.take().context("a replica says nothing")?;
        let mut lines = BufReader::new(out).lines();
        let first = lines.next_line().await?;
        if first.as_deref() != Some("up") {
            bail!("a replica did not come up: {first:?}");
        }
        Ok(Self { process, lines })
    }

    /// Waits until something happens to it; `None` where that takes longer than `patience`.
    pub async fn hit(&mut self, patience: Duration) -> Result<Option<Place>> {
        let Ok(line) = tokio::time::timeout(patience, self.lines.next_line()).await else {
            return Ok(None);
        };
        let line = line?.context("a replica ended by itself")?;
        let words: Vec<_> = line.split(' ').collect();
        let ["at", point, class, execution, at_ms] = words[..] else {
            bail!("a replica said: {line}");
        };
        Ok(Some(Place {
            point: point.to_owned(),
            class: class.to_owned(),
            execution: execution.parse().ok().context("an execution's id")?,
            at_ms: at_ms.parse()?,
        }))
    }

    /// Its process id; `None` once it has ended.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.process.id().context("the replica has ended")?;
        let id = Pid::from_raw(i32::try_from(id)?).context("a process id")?;
        Ok(kill_process(id, signal)?)
    }

    /// Kills it and waits for its end.
    pub async fn kill(mut self) -> Result<()> {
        self.process.kill().await.context("a replica does not end")
    }
}
