//! Many people follow executions; some stall, the connections of some break again and again. Nobody loses an entry of
//! the journal, nobody gets one twice or out of order, Argus' memory stays small, and the executor does not notice.
//!
//! A whole Argus runs in this process on a simulated cluster that lives faster than real time. Each person has a session
//! of their own, comes in over the port, and goes on from the last number that they read. How fast the executor is with
//! and without them is measured by `cargo xtask bench streams`, on release builds and without the campaign's other work.

use std::time::Duration;

use anyhow::{Context, Result};
use argus_api::crowd::{self, Crowd, House, ORIGIN, Operator, Seen};
use argus_proxmox_sim::scenario::GuestKind;
use argus_proxmox_sim::{Fault, FaultKind, Options as Simulated, Scenario, Simulator, Target};
use argus_store::testing::TestDatabase;
use argus_types::id::ExecutionId;
use clap::Args;
use secrecy::ExposeSecret;

use crate::memory;

/// How much faster than real time the cluster lives.
const SPEED: f64 = 5.0;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// Most that this process may grow by, in bytes, while everybody follows; the people themselves are in it, too.
const MOST_GROWTH: u64 = 100_000_000;

/// How many people, and what they follow.
#[derive(Debug, Clone, Copy, Args)]
pub struct Options {
    /// People; 30 of a hundred stall, and 30 of a hundred lose their connection again and again
    #[arg(long, default_value_t = 1_000)]
    pub people: u32,
    /// Executions at once
    #[arg(long, default_value_t = 4)]
    pub executions: usize,
    /// Steps of each
    #[arg(long, default_value_t = 25)]
    pub steps: usize,
    /// Lines in the log of each task
    #[arg(long, default_value_t = 3_000)]
    pub lines: u64,
    /// Where the dice begin: the same number draws the same people
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// What was counted.
#[derive(Debug)]
pub struct Outcome {
    /// What the people saw.
    pub seen: Seen,
    /// Entries of the journals, and how many there are if everybody gets each of theirs once.
    pub entries: (u64, u64),
    /// Bytes that the process grew by at most.
    pub growth: u64,
    people: u32,
}

impl Outcome {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.seen.lost == 0
            && self.seen.disordered == 0
            && self.seen.entries == self.entries.1
            && self.growth <= MOST_GROWTH
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let seen = self.seen;
        vec![
            format!(
                "streams: {} people over {} connections got {} entries of journals with {} in {} messages; {} times \
                 somebody was told to be too slow; the process grew by {} MB",
                self.people,
                seen.connections,
                seen.entries,
                self.entries.0,
                seen.messages,
                seen.told_behind,
                self.growth / 1_000_000
            ),
            format!("{:>8}  entries never came", seen.lost),
            format!("{:>8}  entries came twice or out of order", seen.disordered),
            format!(
                "{:>8}  entries more or less than everybody's journals have",
                seen.entries.abs_diff(self.entries.1)
            ),
        ]
    }
}

/// Runs it, on a database of its own at the server that `ARGUS_TEST_DATABASE_URL` names.
pub async fn run(options: Options) -> Result<Outcome> {
    // Both ends of each connection are in this process.
    crowd::room_for(options.people * 2)?;
    let folder = tempfile::tempdir().context("no scratch folder")?;
    let mut scenario = Scenario::generated(400, 5)?;
    scenario.durations_ms.start = 500;
    let guests: Vec<u32> = scenario
        .guest
        .iter()
        .filter(|guest| guest.kind == GuestKind::Qemu)
        .map(|guest| guest.vmid)
        .take(options.executions * options.steps)
        .collect();
    anyhow::ensure!(
        guests.len() == options.executions * options.steps,
        "there are only {} VMs to start",
        guests.len()
    );
    let simulator = Simulator::start(Simulated::new(folder.path(), scenario).speed(SPEED)).await?;
    let database = TestDatabase::create().await;
    let cluster = crowd::Cluster {
        url: simulator.api_url(),
        ca_file: simulator.ca_file(),
        token: simulator.token("ops").context("no token to work with")?,
        speed: SPEED,
    };
    let url = database.secret_url();
    let house = House::open(&crowd::config(cluster, url.expose_secret())?).await?;
    for vmid in &guests {
        let stopped = argus_proxmox_sim::Change {
            status: Some("stopped".to_owned()),
            ..argus_proxmox_sim::Change::default()
        };
        simulator.change_guest(*vmid, stopped)?;
    }
    let starts = |kind, count| Fault {
        target: Target {
            path_contains: Some("/status/start".to_owned()),
            ..Target::default()
        },
        count,
        kind,
    };
    // The first steps wait until everybody is there.
    let held = u64::try_from(options.executions)?;
    simulator.fault(starts(FaultKind::TaskNeverEnds, Some(held)))?;
    let operator = Operator::come(house.address(), ORIGIN).await?;
    let crowd = Crowd::gather(house.address(), ORIGIN, options.people, options.seed).await?;
    let mut executions: Vec<ExecutionId> = Vec::new();
    for part in guests.chunks(options.steps) {
        executions.push(operator.start(part).await?);
    }
    let before = memory::resident()?;
    let mut following = crowd.follow(&executions)?;
    following.until_all_are_here(PATIENCE).await?;
    simulator.clear_faults();
    simulator.fault(starts(
        FaultKind::TaskWrites {
            lines: options.lines,
            ms: 1_000,
        },
        None,
    ))?;
    let mut peak = before;
    let seen = {
        let end = following.until_the_end(PATIENCE);
        tokio::pin!(end);
        loop {
            tokio::select! {
                seen = &mut end => break seen?,
                () = tokio::time::sleep(Duration::from_millis(100)) => peak = peak.max(memory::resident()?),
            }
        }
    };
    let (mut all, mut expected) = (0, 0);
    for (number, id) in executions.iter().enumerate() {
        let execution = operator.succeeded(*id, PATIENCE).await?;
        all += execution.last_seq;
        let followers = (0..options.people as usize).filter(|one| one % executions.len() == number);
        expected += execution.last_seq * followers.count() as u64;
    }
    house.close().await?;
    Ok(Outcome {
        seen,
        entries: (all, expected),
        growth: peak.saturating_sub(before),
        people: options.people,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The campaign in small; `cargo xtask campaign streams` runs it in full.
    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_loses_an_entry_whoever_stalls_and_whosever_connection_breaks() {
        let outcome = run(Options {
            people: 200,
            executions: 2,
            steps: 12,
            lines: 3_000,
            seed: 7,
        })
        .await
        .unwrap();
        assert!(outcome.holds(), "{}", outcome.lines().join("\n"));
        assert!(outcome.seen.connections > 220, "nobody's connection broke");
    }
}
