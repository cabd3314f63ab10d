//! Emergency stops at random moments of running executions on several replicas: no step starts after the stop's
//! commit, what runs is followed to its end and stays reserved until then, and how long it takes is told.
//!
//! The order is the database's own: each intent and each stop has its record in the one ledger, in the transaction that
//! writes it. The simulator's log of requests has the last word on what was sent.

mod requests;
mod trial;

use anyhow::{Context, Result};
use clap::Args;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::stage;

/// How many stops, and how.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Stops that find something running
    #[arg(long, default_value_t = 500)]
    pub stops: usize,
    /// Stops with one cluster and one database
    #[arg(long, default_value_t = 50)]
    pub round: usize,
    /// Replicas
    #[arg(long, default_value_t = 3)]
    pub replicas: usize,
    /// How much faster than real time the cluster runs
    #[arg(long, default_value_t = 40.0)]
    pub speed: f64,
    /// Where the dice begin: the same number draws the same drafts and moments
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Which PostgreSQL
    #[command(flatten)]
    pub server: stage::Server,
}

/// Most that an execution may need beyond its step under way, in ms, for 99 of 100.
const MOST_BEYOND_MS: i64 = 500;

/// What was counted.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Stops that found something running.
    pub stops: usize,
    /// Executions that they found.
    pub executions: usize,
    /// Those with a step under way.
    pub under_way: usize,
    /// What must not be, in words.
    pub faults: Vec<String>,
    /// From the request to the commit after which no step starts, in ms.
    pub until_commit: Vec<i64>,
    /// From the request to the end of each execution, in ms.
    pub until_end: Vec<i64>,
    /// The same without the step that was under way.
    pub beyond_step: Vec<i64>,
}

impl Outcome {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.faults.is_empty() && percentile(&self.beyond_step, 99) <= MOST_BEYOND_MS
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "stops: {} found {} executions running, {} of them with a step under way",
            self.stops, self.executions, self.under_way
        )];
        for (what, times) in [
            ("from the request to its commit", &self.until_commit),
            ("from the request to each execution's end", &self.until_end),
            ("the same beyond the step under way", &self.beyond_step),
        ] {
            lines.push(format!(
                "{what}: half within {} ms, 99 of 100 within {} ms, the last after {} ms",
                percentile(times, 50),
                percentile(times, 99),
                percentile(times, 100)
            ));
        }
        lines.push(format!(
            "{:>8}  steps begun after a stop, sent without an intent, or without their leases",
            self.faults.len()
        ));
        lines.extend(self.faults.iter().take(20).cloned());
        lines
    }
}

/// The time within which so many of a hundred were; 0 where there are none.
fn percentile(times: &[i64], hundredths: usize) -> i64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let index = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().unwrap_or_default()
}

/// Runs it.
pub async fn run(options: Options) -> Result<Outcome> {
    let (server, _postgres) = options.server.open()?;
    let mut dice = StdRng::seed_from_u64(options.seed);
    let mut outcome = Outcome::default();
    while outcome.stops < options.stops {
        let stops = (options.stops - outcome.stops).min(options.round);
        trial::round(&server, &options, stops, &mut dice, &mut outcome)
            .await
            .context("a round did not come to its end")?;
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    /// The campaign in small; `cargo xtask campaign stops` runs it in full.
    #[tokio::test(flavor = "multi_thread")]
    async fn after_an_emergency_stop_no_step_starts_on_any_replica() {
        let line = ["stops", "--stops", "30", "--seed", "7"];
        let outcome = run(Line::parse_from(line).options).await.unwrap();
        let said = outcome.lines().join("\n");
        assert!(outcome.holds(), "{said}");
        assert!(outcome.stops >= 30 && outcome.under_way >= 15, "{said}");
    }

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let times: Vec<i64> = (1..=200).rev().collect();
        let at = |hundredths| percentile(&times, hundredths);
        assert_eq!([at(50), at(99), at(100)], [100, 198, 200]);
        assert_eq!(percentile(&[], 99), 0);
        assert_eq!(percentile(&[7], 50), 7);
    }
}
