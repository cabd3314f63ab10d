//! PostgreSQL goes away in each phase of a step: stopped without warning, restarted, or refusing connections.
//!
//! The executor is held up at a boundary until the database is as the phase wants it; then it goes on into that.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use argus_executor::fail_points::{self, Passing};
use argus_types::action::Action;
use argus_types::event::Event;
use argus_types::id::ExecutionId;
use clap::Args;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::stage::{Drafts, Log, Postgres, Stage, Verdict};

/// Which phases, and how.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Each phase with one kind of trouble instead of all three
    #[arg(long)]
    once: bool,
    /// How long the database stays away, in ms
    #[arg(long, default_value_t = 1_500)]
    away_ms: u64,
    /// How much faster than real time the cluster runs
    #[arg(long, default_value_t = 40.0)]
    speed: f64,
    /// Where the dice begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What happens to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// It is stopped at once and is back before the executor asks again: every connection is dead.
    Restart,
    /// It is stopped at once and stays away.
    Away,
    /// It refuses connections.
    Refusing,
}

const TROUBLES: [Trouble; 3] = [Trouble::Restart, Trouble::Away, Trouble::Refusing];

/// The phases of a step, by the boundary that each begins at.
const PHASES: &[&str] = &[
    "before-started",
    "before-step_started",
    "after-step_started",
    "before-pre_checked",
    "before-intended",
    "after-intended",
    "before-submitted",
    "after-submitted",
    "before-answered",
    "after-answered",
    "before-task_ended",
    "after-task_ended",
    "before-post_checked",
    "before-step_succeeded",
    "after-step_succeeded",
    "before-ended",
];

/// Longest time until the step under way is resolved once the database is back.
const RESOLVED_WITHIN: Duration = Duration::from_secs(30);
/// How long anything else may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Steps of the longest draft that is looked at.
const LONGEST: usize = 8;

/// What was counted.
#[derive(Debug, Default)]
pub struct Outcome {
    verdict: Verdict,
    /// How long it took in each phase.
    phases: Vec<(String, Duration)>,
    /// Phases that nobody came by.
    missed: Vec<&'static str>,
}

impl Outcome {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.verdict.holds() && self.missed.is_empty() && self.late().next().is_none()
    }

    fn late(&self) -> impl Iterator<Item = &(String, Duration)> {
        let phases = self.phases.iter();
        phases.filter(|(_, took)| *took > RESOLVED_WITHIN)
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let longest = self.phases.iter().map(|(_, took)| *took).max();
        let mut lines = vec![
            format!(
                "database: gone in {} phases; the step under way was resolved at most {} ms after it was back",
                self.phases.len(),
                longest.unwrap_or_default().as_millis()
            ),
            format!("{:>8}  resolved too late", self.late().count()),
        ];
        lines.extend(self.verdict.lines());
        lines.extend(
            self.missed
                .iter()
                .map(|point| format!("nobody came by {point}")),
        );
        lines
    }
}

/// Runs it.
pub async fn run(options: Options) -> Result<Outcome> {
    let mut postgres = Postgres::start()?;
    let mut dice = StdRng::seed_from_u64(options.seed);
    let rounds = u32::try_from(PHASES.len() * TROUBLES.len())?;
    let stage = Stage::set(&postgres.url(), rounds, options.speed).await?;
    let drafts = Drafts::draw(&stage, LONGEST, &mut dice).await?;
    let length = mixed(&drafts)?;
    let log = Log::default();
    log.take(&stage.simulator)?;
    let mut outcome = Outcome::default();
    let mut all = Vec::new();
    // One executor lives through all of it.
    let _executor = stage.executor("survivor", Duration::from_secs(5)).await?;
    for (number, phase) in (0..).zip(PHASES) {
        for (kind, trouble) in TROUBLES.into_iter().enumerate() {
            if options.once && kind != number % TROUBLES.len() {
                continue;
            }
            let guest = u32::try_from(all.len())?;
            let draft = drafts.of(length, guest)?;
            let away = Duration::from_millis(options.away_ms);
            let (reached, go) = hold_up(phase)?;
            let execution = stage.confirm(stage.propose(&draft).await?).await?;
            all.push(execution);
            let passing = tokio::task::block_in_place(|| reached.recv_timeout(PATIENCE));
            fail_points::clear();
            let Ok(passing) = passing else {
                outcome.missed.push(phase);
                continue;
            };
            strike(trouble, away, &mut postgres, &stage, &go).await?;
            let back = Instant::now();
            resolved(&stage, execution, passing.step).await?;
            outcome
                .phases
                .push((format!("{phase} {trouble:?}"), back.elapsed()));
            ended(&stage, execution).await?;
            log.take(&stage.simulator)?;
        }
    }
    outcome.verdict = stage.judge(&all, &log).await?;
    Ok(outcome)
}

/// The shortest draft in which Proxmox answers one step with a task and carries another out at once.
fn mixed(drafts: &Drafts) -> Result<usize> {
    for length in 2..=LONGEST {
        let draft = drafts.of(length, 0)?;
        let at_once = draft.actions.iter().filter(|action| is_at_once(action));
        let at_once = at_once.count();
        if at_once > 0 && at_once < draft.actions.len() {
            return Ok(length);
        }
    }
    bail!("no draft has both: take another seed")
}

fn is_at_once(action: &Action) -> bool {
    matches!(
        action,
        Action::AgentPing { .. }
            | Action::AgentInfo { .. }
            | Action::AgentTrim { .. }
            | Action::SetConfig { .. }
    )
}

type HeldUp = (mpsc::Receiver<Passing>, mpsc::Sender<()>);

/// The first that comes by says so, and waits until it may go on.
fn hold_up(phase: &'static str) -> Result<HeldUp> {
    let (tell, reached) = mpsc::channel();
    let (go, wait) = mpsc::channel();
    ensure!(
        fail_points::name(phase).is_some(),
        "there is no point {phase}"
    );
    let wait = std::sync::Mutex::new(Some(wait));
    fail_points::at(phase, move |passing| {
        let Some(wait) = wait.lock().ok().and_then(|mut slot| slot.take()) else {
            return;
        };
        // Either side may have given up by now.
        let _ = tell.send(passing.clone());
        let _ = tokio::task::block_in_place(|| wait.recv_timeout(PATIENCE));
    });
    Ok((reached, go))
}

async fn strike(
    trouble: Trouble,
    away: Duration,
    postgres: &mut Postgres,
    stage: &Stage,
    go: &mpsc::Sender<()>,
) -> Result<()> {
    match trouble {
        Trouble::Restart => {
            tokio::task::block_in_place(|| postgres.stop_at_once())?;
            tokio::task::block_in_place(|| postgres.resume())?;
            go.send(())?;
        }
        Trouble::Away => {
            tokio::task::block_in_place(|| postgres.stop_at_once())?;
            go.send(())?;
            tokio::time::sleep(away).await;
            tokio::task::block_in_place(|| postgres.resume())?;
        }
        Trouble::Refusing => {
            stage.database.refuse(true).await?;
            go.send(())?;
            tokio::time::sleep(away).await;
            stage.database.refuse(false).await?;
        }
    }
    Ok(())
}

/// Waits until the step has its verdict, or, where no step is meant, the execution is driven on.
async fn resolved(stage: &Stage, execution: ExecutionId, step: Option<u16>) -> Result<()> {
    let step = step.unwrap_or(1);
    wait(async || {
        let events = stage.store.execution_events(execution, 0, u64::MAX).await?;
        Ok(events.iter().any(|entry| {
            entry.event.step() == Some(step)
                && matches!(
                    entry.event,
                    Event::StepSucceeded { .. }
                        | Event::StepFailed { .. }
                        | Event::StepNeedsAttention { .. }
                )
        }))
    })
    .await
    .with_context(|| format!("step {step} of {execution} is not resolved"))
}

async fn ended(stage: &Stage, execution: ExecutionId) -> Result<()> {
    wait(async || {
        let record = stage.store.execution_record(execution).await?;
        Ok(record.context("an execution is gone")?.state.is_final())
    })
    .await
    .with_context(|| format!("{execution} does not end"))
}

async fn wait(holds: impl AsyncFn() -> Result<bool>) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        // The pool's own connections are dead as well.
        if matches!(holds().await, Ok(true)) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("it does not come to that within {} s", PATIENCE.as_secs())
}
