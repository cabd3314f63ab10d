//! Minutes of ordinary work while everything dies at random: executors' processes by `kill -9`, PostgreSQL without
//! warning, or both at once.
//!
//! One executor is never killed: what it occupies and keeps open must not grow.

mod field;
mod survivor;

use std::time::Duration;

use anyhow::Result;
use argus_types::event::ExecutionEvent;
use clap::Args;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::RwLock;

use crate::stage::{Drafts, Log, Postgres, Stage, Verdict};
use field::{Field, Struck};
use survivor::Growth;

/// The longest proposal.
const LONGEST: usize = 8;
/// Guests for each minute: every execution has one of its own.
const GUESTS_A_MINUTE: u32 = 240;
/// 95 of 100 executions under way at a strike go on within this.
const RESUMED_WITHIN: Duration = Duration::from_secs(10);

/// How long, and how.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// How long, in seconds
    #[arg(long, default_value_t = 1_800)]
    seconds: u64,
    /// Replicas that are killed, beside the one that is not
    #[arg(long, default_value_t = 3)]
    replicas: usize,
    /// The longest time between two strikes, in ms
    #[arg(long, default_value_t = 5_000)]
    every_ms: u64,
    /// How long a dead process' lease holds, in ms
    #[arg(long, default_value_t = 1_500)]
    lease_ms: u64,
    /// How much faster than real time the cluster runs
    #[arg(long, default_value_t = 50.0)]
    speed: f64,
    /// Where the dice begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What was counted.
#[derive(Debug)]
pub struct Outcome {
    verdict: Verdict,
    executions: usize,
    /// Kills of processes, and stops of the database.
    kills: usize,
    stops: usize,
    /// From a strike until each execution that it met went on, in ms, in order.
    resumed_after: Vec<i64>,
    growth: Growth,
}

impl Outcome {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        let met_something = self.kills > 0 && self.stops > 0 && !self.resumed_after.is_empty();
        let limit = i64::try_from(RESUMED_WITHIN.as_millis()).unwrap_or(i64::MAX);
        self.verdict.holds()
            && met_something
            && self.resumed(95) <= limit
            && self.growth.is_bounded()
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!(
                "soak: {} executions, {} processes killed, PostgreSQL stopped {} times",
                self.executions, self.kills, self.stops
            ),
            format!(
                "{} executions were met by a strike; half went on within {} ms, 95 of 100 within {} ms, the last after {} ms",
                self.resumed_after.len(),
                self.resumed(50),
                self.resumed(95),
                self.resumed(100)
            ),
            self.growth.line(),
        ];
        lines.extend(self.verdict.lines());
        lines
    }

    fn resumed(&self, share: usize) -> i64 {
        let last = self.resumed_after.len().saturating_sub(1);
        let place = (self.resumed_after.len() * share / 100).min(last);
        self.resumed_after.get(place).copied().unwrap_or_default()
    }
}

/// Runs it.
pub async fn run(options: Options) -> Result<Outcome> {
    let postgres = Postgres::start()?;
    let url = postgres.url();
    // Outlives whatever has a connection to it.
    let postgres = RwLock::new(postgres);
    let mut dice = StdRng::seed_from_u64(options.seed);
    let minutes = u32::try_from(options.seconds.div_ceil(60))?;
    let guests = GUESTS_A_MINUTE * (minutes + 1);
    let stage = Stage::set(&url, guests, options.speed).await?;
    let drafts = Drafts::draw(&stage, LONGEST, &mut dice).await?;
    let log = Log::default();
    log.take(&stage.simulator)?;
    let field = Field::new(&stage, &options, guests, (&postgres, dice));
    let lived = tokio::select! {
        lived = field.live(&drafts) => lived?,
        noted = log.follow(&stage.simulator) => {
            noted?;
            anyhow::bail!("the log ended")
        }
    };
    log.take(&stage.simulator)?;
    let mut journals = Vec::new();
    for id in &lived.executions {
        journals.push(stage.store.execution_events(*id, 0, u64::MAX).await?);
    }
    let mut resumed_after: Vec<i64> = lived
        .strikes
        .iter()
        .flat_map(|struck| {
            journals
                .iter()
                .filter_map(|journal| resumed(journal, struck))
        })
        .collect();
    resumed_after.sort_unstable();
    Ok(Outcome {
        verdict: stage.judge(&lived.executions, &log).await?,
        executions: lived.executions.len(),
        kills: lived.strikes.iter().filter(|struck| struck.process).count(),
        stops: lived
            .strikes
            .iter()
            .filter(|struck| struck.database)
            .count(),
        resumed_after,
        growth: lived.growth,
    })
}

/// How long after all was back the execution's journal went on, in ms; `None` where it was not under way.
fn resumed(journal: &[ExecutionEvent], struck: &Struck) -> Option<i64> {
    let began = journal.first()?.at.unix_millis();
    let next = journal
        .iter()
        .map(|entry| entry.at.unix_millis())
        .find(|at| *at > struck.at_ms)?;
    // What came while the database was being started again did not wait at all.
    (began <= struck.at_ms).then(|| (next - struck.back_at_ms).max(0))
}
