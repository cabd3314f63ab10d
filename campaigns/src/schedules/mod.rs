//! The executor as a seeded simulation: the same code as in production between a journal and a Proxmox in memory, on
//! tokio's paused clock. Every choice comes from one seed, so one seed is one run.
//!
//! A schedule is a few executions, one to three replicas, and what goes wrong: processes die and stand still, answers
//! are lost or late, requests are carried out after they were given up, tasks fail, warn, do nothing or are forgotten,
//! reads fail, the database refuses, loses its answer or is away, clocks jump, and people stop one execution or all.
//! [`witness`] watches every commit and request as they happen, [`verdict`] looks at what is left; both compare with
//! the Proxmox's own list of what it did.

mod doubts;
mod draw;
#[cfg(test)]
mod kept;
mod once;
mod replica;
mod sim;
mod trace;
mod verdict;
mod weather;
mod witness;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Args;

/// How many schedules, and which.
#[derive(Debug, Clone, Copy, Args)]
pub struct Options {
    /// Schedules
    #[arg(long, default_value_t = 100_000)]
    pub schedules: u64,
    /// The first seed; the others follow it
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Run only this seed, and print its trace
    #[arg(long)]
    pub only: bool,
}

/// Seeds that are shown with what they found.
const SHOWN: usize = 20;

/// What was counted.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Schedules that ran.
    pub schedules: u64,
    /// How the executions ended, and how many.
    pub ends: BTreeMap<&'static str, u64>,
    /// What must not be, by seed.
    pub violations: BTreeMap<u64, Vec<String>>,
    /// Line by line, where one was asked for, and of the first seed that failed.
    pub trace: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

impl Outcome {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.violations.is_empty()
    }

    fn take(&mut self, seed: u64, run: once::Run) {
        self.schedules += 1;
        for end in run.ends {
            *self.ends.entry(end).or_default() += 1;
        }
        if !run.violations.is_empty() {
            self.violations.insert(seed, run.violations);
        }
    }

    fn add(&mut self, other: Self) {
        self.schedules += other.schedules;
        for (end, count) in other.ends {
            *self.ends.entry(end).or_default() += count;
        }
        self.violations.extend(other.violations);
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let ends: Vec<_> = self
            .ends
            .iter()
            .map(|(end, count)| format!("{count} {end}"))
            .collect();
        let mut lines = self.trace.clone();
        lines.push(format!(
            "schedules: {} in {:.1} s; their executions ended: {}",
            self.schedules,
            self.took.as_secs_f64(),
            ends.join(", ")
        ));
        lines.push(format!(
            "{:>8}  schedules in which something was that must not be",
            self.violations.len()
        ));
        for (seed, violations) in self.violations.iter().take(SHOWN) {
            lines.push(format!("seed {seed}: {}", violations.join("; ")));
        }
        lines
    }
}

/// Runs it, on every core.
pub fn run(options: Options) -> Result<Outcome> {
    let began = Instant::now();
    let mut outcome = Outcome::default();
    if options.only {
        let mut run = once::run(options.seed, true)?;
        outcome.trace = std::mem::take(&mut run.trace);
        outcome.take(options.seed, run);
    } else {
        let next = AtomicU64::new(options.seed);
        let end = options.seed.saturating_add(options.schedules);
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let parts = thread::scope(|scope| {
            let work = || some_of(&next, end);
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let parts = threads.into_iter().map(|thread| {
                let part = thread.join();
                part.map_err(|_| anyhow!("a thread of the campaign panicked"))?
            });
            parts.collect::<Result<Vec<_>>>()
        })?;
        for part in parts {
            outcome.add(part);
        }
        if let Some(seed) = outcome.violations.keys().next() {
            outcome.trace = once::run(*seed, true)?.trace;
        }
    }
    outcome.took = began.elapsed();
    Ok(outcome)
}

fn some_of(next: &AtomicU64, end: u64) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return Ok(outcome);
        }
        let run = once::run(seed, false).with_context(|| format!("seed {seed}"))?;
        outcome.take(seed, run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The campaign in small; `cargo xtask campaign schedules` runs it in full.
    #[test]
    fn whatever_goes_wrong_no_step_is_done_twice_and_none_is_lost() {
        let outcome = run(Options {
            schedules: 5_000,
            seed: 1_000_000,
            only: false,
        })
        .unwrap();
        assert!(outcome.holds(), "{}", outcome.lines().join("\n"));
        for end in ["succeeded", "failed", "stopped", "needs_attention"] {
            let count = outcome.ends.get(end).copied().unwrap_or_default();
            assert!(count > 500, "{count} ended {end}: too few to tell");
        }
    }

    #[test]
    fn one_seed_is_one_run() {
        for seed in 1..=60 {
            let (one, other) = (once::run(seed, true), once::run(seed, true));
            let (one, other) = (one.unwrap(), other.unwrap());
            assert!(one.trace.len() > 5);
            assert_eq!(one, other, "seed {seed}");
        }
        let traces = [1, 2].map(|seed| once::run(seed, true).unwrap().trace);
        assert_ne!(traces[0], traces[1]);
    }

    #[test]
    fn no_seed_that_ever_failed_fails_again() {
        for (seed, found) in kept::KEPT {
            let run = once::run(seed, true).unwrap();
            let (violations, trace) = (run.violations, run.trace.join("\n"));
            assert!(
                violations.is_empty(),
                "{seed} ({found}): {violations:?}\n{trace}"
            );
        }
    }
}
