//! Many wrong and almost right proposals: none wrongly taken, no panic, no memory kept.
//!
//! Documents go the way of a request's body (`argus_api::extract`): strict JSON, the published schema, the types. A
//! second validator (`boon`) reads the same schema, and its word is compared for each. What was taken is planned on a
//! simulated cluster as well, since a draft that fits must be planned or refused with reasons, and nothing else.

mod broken_json;
mod judge;
mod malformed;
mod mutate;
mod places;
mod planning;
mod schema;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use argus_types::action::Draft;
use clap::Args;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::memory;
use judge::{Fault, Judge, Known};
use schema::Schema;

/// How many documents, and which.
#[derive(Debug, Clone, Copy, Args)]
pub struct Options {
    /// Malformed documents
    #[arg(long, default_value_t = 10_000)]
    pub malformed: usize,
    /// Right documents with one thing changed
    #[arg(long, default_value_t = 10_000)]
    pub mutated: usize,
    /// How many of the drafts that were taken are planned
    #[arg(long, default_value_t = 1_000)]
    pub planned: usize,
    /// Where the dice begin: the same number draws the same documents
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Most that the process may grow by, in bytes, once everything has run a first time.
const MOST_GROWTH: u64 = 16 << 20;

/// Most faulty documents that are shown whole.
const SHOWN: usize = 10;

/// What was counted.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Documents that were judged.
    pub judged: usize,
    /// Documents that were taken.
    pub taken: usize,
    /// Of those that were planned: plans, and refusals with reasons.
    pub planned: usize,
    /// See `planned`.
    pub refused: usize,
    /// What must not be, and how often.
    pub faults: BTreeMap<Fault, usize>,
    /// The first faulty documents.
    pub shown: Vec<String>,
    /// Bytes that the process grew by after its first tenth.
    pub growth: u64,
}

impl Outcome {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.faults.is_empty() && self.growth <= MOST_GROWTH
    }

    fn fault(&mut self, fault: Fault, document: &[u8]) {
        *self.faults.entry(fault).or_default() += 1;
        if self.shown.len() < SHOWN {
            let text: String = String::from_utf8_lossy(document)
                .chars()
                .take(500)
                .collect();
            self.shown.push(format!("{fault:?}: {text}"));
        }
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "proposals: {} judged, {} taken, of which {} were planned and {} refused by the planner with reasons; \
             the process grew by {} kB",
            self.judged,
            self.taken,
            self.planned,
            self.refused,
            self.growth / 1024
        )];
        for fault in Fault::ALL {
            let count = self.faults.get(&fault).copied().unwrap_or_default();
            lines.push(format!("{count:>8}  {}", fault.label()));
        }
        lines.extend(self.shown.iter().cloned());
        lines
    }
}

/// Runs it.
pub async fn run(options: Options) -> Result<Outcome> {
    let schema = Schema::published()?;
    let forms = schema.forms()?;
    let judge = Judge::new(&schema)?;
    let mut dice = StdRng::seed_from_u64(options.seed);
    let mut outcome = Outcome::default();
    let mut taken = Vec::new();
    let all = options.malformed + options.mutated;
    let mut before = None;
    // In turns, so that the first tenth has met every kind.
    for number in 0..all {
        if number == all / 10 {
            before = Some(memory::resident()?);
        }
        let is_malformed =
            number * options.malformed / all != (number + 1) * options.malformed / all;
        let (document, known) = if is_malformed {
            (malformed::draw(&schema, &forms, &mut dice)?, Known::Wrong)
        } else {
            mutate::draw(&schema, &forms, &mut dice)?
        };
        let verdict = judge.judge(&document, known);
        for fault in verdict.faults {
            outcome.fault(fault, &document);
        }
        outcome.judged += 1;
        if let Some(draft) = verdict.draft {
            outcome.taken += 1;
            if taken.len() < options.planned {
                taken.push(draft);
            }
        }
    }
    let before = before.context("there were no documents")?;
    outcome.growth = memory::resident()?.saturating_sub(before);
    plan(&taken, &mut outcome).await?;
    Ok(outcome)
}

async fn plan(drafts: &[Draft], outcome: &mut Outcome) -> Result<()> {
    let cluster = planning::Cluster::start().await?;
    for draft in drafts {
        match cluster.plan(draft).await? {
            planning::Planning::Plan => outcome.planned += 1,
            planning::Planning::Refusal => outcome.refused += 1,
            planning::Planning::Panic => {
                outcome.fault(Fault::Panicked, &serde_json::to_vec(draft)?);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The campaign in small; `cargo xtask campaign proposals` runs it in full.
    #[tokio::test(flavor = "multi_thread")]
    async fn no_wrong_proposal_is_taken_and_nothing_panics() {
        let outcome = run(Options {
            malformed: 1_000,
            mutated: 1_000,
            planned: 100,
            seed: 7,
        })
        .await
        .unwrap();
        assert!(outcome.holds(), "{}", outcome.lines().join("\n"));
        assert!(outcome.taken > 100 && outcome.planned > 0 && outcome.refused > 0);
    }
}
