//! Two and five replicas race for one and the same approval, confirmation, execution and stop: one wins each time, and
//! what was confirmed is carried out once.
//!
//! A replica is a pool of connections of its own. Each race runs the transaction that decides it in the product; what
//! comes before (rights, step-up, drift) decides about the asker and not about the race. At the end real executors, as
//! many as raced, drive everything that was confirmed.

mod contest;
mod round;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use clap::Args;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::stage::{self, Verdict};

/// How many races, and how.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Races
    #[arg(long, default_value_t = 10_000)]
    pub races: usize,
    /// Races with one cluster and one database
    #[arg(long, default_value_t = 800)]
    pub round: usize,
    /// How much faster than real time the cluster runs
    #[arg(long, default_value_t = 60.0)]
    pub speed: f64,
    /// Where the dice begin: the same number draws the same drafts
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Which PostgreSQL
    #[command(flatten)]
    pub server: stage::Server,
}

/// What is raced for, in the order in which a proposal meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prize {
    /// The same person's approval.
    Approval,
    /// The confirmation of one proposal.
    Confirmation,
    /// The lease on one execution.
    Lease,
    /// The request to stop one execution.
    Stop,
}

impl Prize {
    fn label(self) -> &'static str {
        match self {
            Self::Approval => "approvals",
            Self::Confirmation => "confirmations",
            Self::Lease => "claims of an execution",
            Self::Stop => "requests to stop",
        }
    }
}

/// What was counted.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Races by prize and number of replicas.
    pub races: BTreeMap<(Prize, usize), usize>,
    /// Races that none or several won, in words.
    pub unfair: Vec<String>,
    /// What became of everything that was confirmed.
    pub verdict: Verdict,
}

impl Outcome {
    /// All of them.
    pub fn total(&self) -> usize {
        self.races.values().sum()
    }

    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.unfair.is_empty() && self.verdict.holds()
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let races = self
            .races
            .iter()
            .map(|((prize, replicas), count)| format!("{count} {} by {replicas}", prize.label()));
        let mut lines = vec![
            format!(
                "races: {}, {}",
                self.total(),
                races.collect::<Vec<_>>().join(", ")
            ),
            format!("{:>8}  races without exactly one winner", self.unfair.len()),
        ];
        lines.extend(self.unfair.iter().take(20).cloned());
        lines.extend(self.verdict.lines());
        lines
    }
}

/// Runs it.
pub async fn run(options: Options) -> Result<Outcome> {
    let (server, _postgres) = options.server.open()?;
    let mut dice = StdRng::seed_from_u64(options.seed);
    let mut outcome = Outcome::default();
    while outcome.total() < options.races {
        let races = (options.races - outcome.total()).min(options.round);
        round::run(&server, options.speed, races, &mut dice, &mut outcome)
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

    /// The campaign in small; `cargo xtask campaign races` runs it in full.
    #[tokio::test(flavor = "multi_thread")]
    async fn of_two_or_five_replicas_one_wins_each_race_and_nothing_is_done_twice() {
        let line = ["races", "--races", "1000", "--seed", "7"];
        let outcome = run(Line::parse_from(line).options).await.unwrap();
        let said = outcome.lines().join("\n");
        assert!(outcome.holds(), "{said}");
        assert!(
            outcome.total() >= 1_000 && outcome.races.len() == 8,
            "{said}"
        );
        let ended = |end| outcome.verdict.ends.get(end).copied().unwrap_or_default();
        assert!(ended("stopped") > 100 && ended("succeeded") > 5, "{said}");
    }
}
