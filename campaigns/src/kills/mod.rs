//! `kill -9` at every boundary of every class of step; another process goes on.
//!
//! Replicas are processes. Each is told a point and a class, and kills itself at the first step of that class which
//! comes by; whatever else it drives dies at a random moment with it. Its place is taken at once, by the next.

mod cells;
mod round;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::stage::{Server, Verdict};
use cells::Cells;

/// How many, and how.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Kills
    #[arg(long, default_value_t = 2_000)]
    kills: usize,
    /// Kills on one cluster and database, before the next are made
    #[arg(long, default_value_t = 200)]
    round: usize,
    /// Replicas at the same time
    #[arg(long, default_value_t = 4)]
    replicas: usize,
    /// How long a dead process' lease holds, in ms
    #[arg(long, default_value_t = 1_500)]
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

/// What was counted.
#[derive(Debug, Default)]
pub struct Outcome {
    verdict: Verdict,
    /// Kills by point and class; those at a moment of nobody's choosing among them.
    kills: BTreeMap<String, usize>,
    /// From a kill until another process drove on what was killed, in ms.
    resumed_after: Vec<i64>,
    /// Points where nobody was killed.
    missed: Vec<String>,
}

impl Outcome {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.verdict.holds() && self.missed.is_empty()
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let total: usize = self.kills.values().sum();
        let mut lines = vec![format!(
            "kills: {total} at {} boundaries of classes; {}",
            self.kills.len(),
            percentiles(&self.resumed_after)
        )];
        lines.extend(self.verdict.lines());
        lines.extend(
            self.missed
                .iter()
                .map(|cell| format!("nobody was killed {cell}")),
        );
        let kills = self
            .kills
            .iter()
            .map(|(cell, count)| format!("{cell} {count}"));
        lines.push(format!("where: {}", kills.collect::<Vec<_>>().join(", ")));
        lines
    }
}

/// Half, 95 of 100 and the longest.
fn percentiles(times: &[i64]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at =
        |share: usize| sorted.get((sorted.len() * share / 100).min(sorted.len().saturating_sub(1)));
    match (at(50), at(95), sorted.last()) {
        (Some(half), Some(p95), Some(longest)) => format!(
            "{} were driven on by another process, half within {half} ms, 95 of 100 within {p95} ms, the last after {longest} ms",
            sorted.len()
        ),
        _ => "none was driven on".to_owned(),
    }
}

/// Runs it.
pub async fn run(options: Options) -> Result<Outcome> {
    let (server, _postgres) = options.server.open()?;
    let mut dice = StdRng::seed_from_u64(options.seed);
    let mut outcome = Outcome::default();
    let mut cells = Cells::new();
    let mut drafts = None;
    let mut left = options.kills;
    while left > 0 {
        let round = round::Round {
            server: &server,
            kills: left.min(options.round),
            replicas: options.replicas,
            lease: Duration::from_millis(options.lease_ms),
            speed: options.speed,
        };
        let killed = round
            .run(&mut drafts, &mut cells, &mut dice, &mut outcome)
            .await;
        let killed = killed.context("a round did not come to its end")?;
        left = left.saturating_sub(killed.max(1));
    }
    outcome.missed = cells.missed(options.kills);
    Ok(outcome)
}
