//! Replicas that are frozen past their leases and wake up: whatever they were about to do, somebody else has done it.
//!
//! A replica is stopped (`SIGSTOP`) at a boundary of a step or at a moment of nobody's choosing. Another takes over what
//! it drove. Then it goes on: every other time in the middle of the other's work, and every other time when all of it
//! has ended, so that the simulator's next request, the journal's next entry and the ledger's next record could only be
//! the zombie's.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use argus_executor::fail_points::POINTS;
use argus_store::Notifications;
use argus_types::event::Event;
use argus_types::id::ExecutionId;
use clap::Args;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rustix::process::Signal;

use crate::replica::{Child, Hands, Harm, Orders};
use crate::stage::{Drafts, Log, Server, Stage, Verdict};

/// How many, and how.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Zombies
    #[arg(long, default_value_t = 200)]
    zombies: usize,
    /// How long a lease holds, in ms
    #[arg(long, default_value_t = 600)]
    lease_ms: u64,
    /// How much faster than real time the cluster runs
    #[arg(long, default_value_t = 50.0)]
    speed: f64,
    /// Where the dice begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    server: Server,
}

/// Executions that a zombie drives.
const AT_ONCE: u32 = 2;
/// The longest of them.
const LONGEST: usize = 4;
/// The latest random moment, in ms after the replica came up.
const LATEST_MS: u64 = 1_200;
/// How long a replica may take to come by its point.
const LIFE: Duration = Duration::from_secs(20);
/// How long the other may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// What was counted.
#[derive(Debug, Default)]
pub struct Outcome {
    verdict: Verdict,
    /// Replicas that woke up to find that another had taken over.
    zombies: usize,
    /// Of them, those that woke in the middle of the other's work.
    early: usize,
    /// Replicas that had nothing in hand when they were frozen.
    idle: usize,
    /// Requests, entries and records after the wake-up that can only be the zombie's.
    changes: usize,
}

impl Outcome {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.verdict.holds() && self.changes == 0 && self.zombies > 0
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!(
                "zombies: {}, of which {} woke while another was at their work; {} more were frozen with nothing in hand",
                self.zombies, self.early, self.idle
            ),
            format!("{:>8}  changes by a zombie", self.changes),
        ];
        lines.extend(self.verdict.lines());
        lines
    }
}

/// Runs it.
pub async fn run(options: Options) -> Result<Outcome> {
    let (server, _postgres) = options.server.open()?;
    let mut dice = StdRng::seed_from_u64(options.seed);
    let rounds = u32::try_from(options.zombies * 2 + 10)?;
    let guests = rounds.min(400) * AT_ONCE;
    let stage = Stage::set(&server, guests, options.speed).await?;
    let drafts = Drafts::draw(&stage, LONGEST, &mut dice).await?;
    let log = Log::default();
    log.take(&stage.simulator)?;
    let orders = Orders {
        lease: Duration::from_millis(options.lease_ms),
        concurrency: AT_ONCE,
        harm: None,
        hands: Hands::default(),
    };
    let other = Child::start(&stage, "other", &orders).await?;
    other.signal(Signal::STOP)?;
    let mut graveyard = Graveyard {
        stage: &stage,
        drafts: &drafts,
        log: &log,
        orders,
        other,
        all: Vec::new(),
        outcome: Outcome::default(),
    };
    for round in 0..guests / AT_ONCE {
        if graveyard.outcome.zombies >= options.zombies {
            break;
        }
        let raised = tokio::select! {
            raised = graveyard.raise(round, &mut dice) => raised,
            noted = log.follow(&stage.simulator) => { noted?; bail!("the log ended") }
        };
        raised.with_context(|| format!("zombie {round}"))?;
    }
    log.take(&stage.simulator)?;
    let mut outcome = graveyard.outcome;
    outcome.verdict = stage.judge(&graveyard.all, &log).await?;
    Ok(outcome)
}

struct Graveyard<'a> {
    stage: &'a Stage,
    drafts: &'a Drafts,
    log: &'a Log,
    orders: Orders,
    /// Who takes over; frozen, with nothing in hand, while a replica is to become a zombie.
    other: Child,
    all: Vec<ExecutionId>,
    outcome: Outcome,
}

/// Everything that a zombie could add to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Traces {
    requests: usize,
    entries: u64,
    records: u64,
}

impl Graveyard<'_> {
    async fn raise(&mut self, round: u32, dice: &mut StdRng) -> Result<()> {
        let mut own = Vec::new();
        for nth in 0..AT_ONCE {
            let length = dice.random_range(1..=LONGEST);
            let draft = self.drafts.of(length, round * AT_ONCE + nth)?;
            own.push(
                self.stage
                    .confirm(self.stage.propose(&draft).await?)
                    .await?,
            );
        }
        self.all.extend(&own);
        let mut heard = self.stage.store.listen().await?;
        let zombie = self.freeze(round, dice).await?;
        // Its leases run out while it is frozen; what it holds, the other one takes.
        tokio::time::sleep(self.orders.lease).await;
        self.other.signal(Signal::CONT)?;
        let early = dice.random();
        let taken = if early {
            self.taken_over(&own, &mut heard).await?
        } else {
            self.ended(&own, &mut heard).await?;
            self.taken_over(&own, &mut heard).await?
        };
        let before = self.traces(&own).await?;
        zombie.signal(Signal::CONT)?;
        self.ended(&own, &mut heard).await?;
        // Everything that it could still have in mind happens within a lease.
        tokio::time::sleep(self.orders.lease).await;
        let after = self.traces(&own).await?;
        if !early {
            self.outcome.changes += after.requests - before.requests;
            self.outcome.changes += usize::try_from(after.entries - before.entries)?;
            self.outcome.changes += usize::try_from(after.records - before.records)?;
        }
        if taken {
            self.outcome.zombies += 1;
            self.outcome.early += usize::from(early);
        } else {
            self.outcome.idle += 1;
        }
        zombie.kill().await?;
        self.other.signal(Signal::STOP)
    }

    /// A replica that is stopped at a boundary, or at a moment of nobody's choosing.
    async fn freeze(&self, round: u32, dice: &mut StdRng) -> Result<Child> {
        let name = format!("zombie-{round}");
        if dice.random() {
            let child = Child::start(self.stage, &name, &self.orders).await?;
            let moment = dice.random_range(0..LATEST_MS);
            tokio::time::sleep(Duration::from_millis(moment)).await;
            child.signal(Signal::STOP)?;
            return Ok(child);
        }
        let common: Vec<_> = POINTS.iter().filter(|point| is_common(point)).collect();
        let point = common[dice.random_range(0..common.len())];
        let orders = Orders {
            harm: Some((point, None, Harm::Freeze)),
            ..self.orders.clone()
        };
        let mut child = Child::start(self.stage, &name, &orders).await?;
        if child.hit(LIFE).await?.is_none() {
            // It never came by, and has nothing in hand.
            child.signal(Signal::STOP)?;
        }
        Ok(child)
    }

    /// Whether the other one drives what the zombie did; waits until it does, or all has ended.
    async fn taken_over(&self, own: &[ExecutionId], heard: &mut Notifications) -> Result<bool> {
        let until = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < until {
            for id in own {
                let events = self.stage.store.execution_events(*id, 0, u64::MAX).await?;
                let resumed = events.iter().any(|entry| {
                    matches!(&entry.event, Event::Resumed { replica } if replica == "other")
                });
                if resumed {
                    return Ok(true);
                }
            }
            if self.all_ended(own).await? {
                return Ok(false);
            }
            let _ = tokio::time::timeout(Duration::from_millis(100), heard.next()).await;
        }
        bail!("nobody took over")
    }

    async fn ended(&self, own: &[ExecutionId], heard: &mut Notifications) -> Result<()> {
        let until = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < until {
            if self.all_ended(own).await? {
                return Ok(());
            }
            let _ = tokio::time::timeout(Duration::from_millis(200), heard.next()).await;
        }
        bail!("not all came to an end")
    }

    async fn all_ended(&self, own: &[ExecutionId]) -> Result<bool> {
        for id in own {
            let record = self.stage.store.execution_record(*id).await?;
            if !record.context("an execution is gone")?.state.is_final() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn traces(&self, own: &[ExecutionId]) -> Result<Traces> {
        self.log.take(&self.stage.simulator)?;
        let mut entries = 0;
        for id in own {
            let events = self.stage.store.execution_events(*id, 0, u64::MAX).await?;
            entries += events.last().map_or(0, |entry| entry.seq);
        }
        let head = self.stage.store.verify_ledger().await?;
        let head = head.map_err(|broken| anyhow::anyhow!("the ledger is broken: {broken:?}"))?;
        Ok(Traces {
            requests: self.log.total(),
            entries,
            records: head.seq,
        })
    }
}

/// Whether every execution comes by there.
fn is_common(point: &str) -> bool {
    let event = point.split_once('-').map_or("", |(_, event)| event);
    [
        "started",
        "step_started",
        "pre_checked",
        "intended",
        "submitted",
        "answered",
        "task_ended",
        "post_checked",
        "step_succeeded",
        "ended",
    ]
    .contains(&event)
}
