//! An executor with a thousand people who follow what it does, of whom 30 of a hundred stall and 30 of a hundred lose
//! their connection again and again, against the same executor with nobody.
//!
//! Plans of starts are carried out at once, as many as an executor drives. Their first steps are held until everybody
//! is connected; then they are let go, and what counts is the time from each plan's second step to its end: steps a
//! minute, with and without people, in turns. Tasks take as long as in a cluster, so that an executor mostly waits, as
//! it does in life; the people live on the same machine and take their part of its processors. The memory is that of
//! the API's own process.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use argus_api::crowd::{self, Crowd, ORIGIN, Operator, Seen};
use argus_proxmox_sim::scenario::GuestKind;
use argus_proxmox_sim::{Fault, FaultKind, Scenario, Target};
use argus_types::execution::Execution;
use argus_types::id::ExecutionId;

use crate::argus::Argus;
use crate::cluster::Cluster;
use crate::row::{About, Goal, Rounds, Row, figure};
use crate::steps::stop_all;
use crate::{Options, report};

/// Most of the executor's pace that people may cost, in percent.
const MOST_LOSS: f64 = 5.0;
/// Megabytes that people may add.
const MOST_MB: f64 = 100.0;
/// Plans at once: as many as one executor drives.
const PLANS: usize = 8;
/// How long a round may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// What one round showed.
struct Round {
    /// Steps a minute.
    pace: f64,
    /// Megabytes of the API's process before anybody came, and at its highest.
    memory: (f64, f64),
    /// What people saw, and entries that somebody should have got and did not, or got beyond theirs.
    seen: Seen,
    missing: u64,
}

/// Three rows: the executor's pace, the API's memory, and what got lost.
pub async fn measure(options: &Options) -> Result<Vec<Row>> {
    let (people, steps, turns) = options.size((1_000, 20, 3), (100, 4, 1));
    crowd::room_for(people)?;
    report::progress("streams", Duration::from_secs(turns * (steps as u64) * 4));
    let scenario = Scenario::generated(400, 5)?;
    let guests: Vec<u32> = scenario
        .guest
        .iter()
        .filter(|guest| guest.kind == GuestKind::Qemu)
        .map(|guest| guest.vmid)
        .take(PLANS * steps)
        .collect();
    ensure!(guests.len() == PLANS * steps, "there are too few VMs");
    let cluster = Cluster::with(scenario, 1.0).await?;
    let argus = Argus::start(&options.api, &cluster, options.database(0)?).await?;
    let operator = Operator::come(argus.address(), ORIGIN).await?;
    let (mut pace, mut memory, mut seen, mut missing) =
        (Rounds::default(), Rounds::default(), Seen::default(), 0);
    let stage = Stage {
        cluster: &cluster,
        argus: &argus,
        operator: &operator,
        plans: guests.chunks(steps).collect(),
    };
    // Without people first: what the process needs for the plans alone is not theirs.
    for turn in 0..turns {
        pace.comparison.push(stage.round(None).await?.pace);
        let crowd = Crowd::gather(argus.address(), ORIGIN, people, turn).await?;
        let round = stage.round(Some(&crowd)).await?;
        pace.argus.push(round.pace);
        memory.comparison.push(round.memory.0);
        memory.argus.push(round.memory.1);
        missing += round.missing;
        seen = sum(seen, round.seen);
    }
    let note = format!(
        "{} connections got {} entries in {} messages; {} times somebody was told to be too slow",
        seen.connections, seen.entries, seen.messages, seen.told_behind
    );
    Ok(vec![
        Row::judged(
            About {
                what: format!("steps of {PLANS} executions with {people} people who follow"),
                beside: "with nobody".to_owned(),
                unit: "a minute",
            },
            pace,
            "% fewer",
            |with, without| (1.0 - with / without) * 100.0,
            Goal::Below(MOST_LOSS),
            note.clone(),
        ),
        Row::judged(
            About {
                what: format!("memory of the API with {people} people who follow"),
                beside: "before they came".to_owned(),
                unit: "MB",
            },
            memory,
            "MB more",
            |with, without| with - without,
            Goal::Below(MOST_MB),
            "resident, at its highest; 30 of a hundred stall, 30 of a hundred come back again and again"
                .to_owned(),
        ),
        Row::judged(
            About {
                what: format!("entries lost, or out of order, for {people} people"),
                beside: "entries that came".to_owned(),
                unit: "entries",
            },
            Rounds {
                argus: vec![figure(seen.lost + seen.disordered + missing)],
                comparison: vec![figure(seen.entries)],
            },
            "entries",
            |wrong, _| wrong,
            Goal::AtMost(0.0),
            note,
        ),
    ])
}

fn sum(one: Seen, other: Seen) -> Seen {
    Seen {
        connections: one.connections + other.connections,
        messages: one.messages + other.messages,
        entries: one.entries + other.entries,
        lost: one.lost + other.lost,
        disordered: one.disordered + other.disordered,
        told_behind: one.told_behind + other.told_behind,
    }
}

struct Stage<'a> {
    cluster: &'a Cluster,
    argus: &'a Argus,
    operator: &'a Operator,
    plans: Vec<&'a [u32]>,
}

impl Stage<'_> {
    /// Carries all plans out while this crowd follows, or nobody.
    async fn round(&self, crowd: Option<&Crowd>) -> Result<Round> {
        for guests in &self.plans {
            stop_all(self.cluster, guests)?;
        }
        self.cluster.simulator.fault(Fault {
            target: Target {
                path_contains: Some("/status/start".to_owned()),
                ..Target::default()
            },
            count: Some(self.plans.len() as u64),
            kind: FaultKind::TaskNeverEnds,
        })?;
        let mut executions = Vec::new();
        for guests in &self.plans {
            executions.push(self.operator.start(guests).await?);
        }
        self.until_all_wait(&executions).await?;
        let before = self.argus.memory()?.now;
        let mut following = None;
        if let Some(crowd) = crowd {
            let mut people = crowd.follow(&executions)?;
            people.until_all_are_here(PATIENCE).await?;
            following = Some(people);
        }
        self.cluster.simulator.clear_faults();
        let mut pace = 0.0;
        let mut last = Vec::new();
        for id in &executions {
            let execution = self.operator.succeeded(*id, PATIENCE).await?;
            pace += steps_a_minute(&execution)?;
            last.push(execution.last_seq);
        }
        let (mut seen, mut missing) = (Seen::default(), 0);
        if let Some(people) = following {
            let number = people.number();
            seen = people.until_the_end(PATIENCE).await?;
            // One after the other, people follow one execution each.
            let expected = (0..number).map(|one| last[one % last.len()]).sum::<u64>();
            missing = expected.abs_diff(seen.entries);
        }
        Ok(Round {
            pace,
            memory: (before, self.argus.memory()?.peak),
            seen,
            missing,
        })
    }

    /// The first steps' tasks have begun.
    async fn until_all_wait(&self, executions: &[ExecutionId]) -> Result<()> {
        let begun = async {
            for id in executions {
                while self.operator.look(*id).await?.steps[0].upid.is_none() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, begun)
            .await
            .context("the first steps do not begin")?
    }
}

/// From the second step's beginning to the end.
fn steps_a_minute(execution: &Execution) -> Result<f64> {
    let begun = execution.steps.get(1).and_then(|step| step.started_at);
    let (begun, over) = begun
        .zip(execution.ended_at)
        .context("the execution has no times")?;
    let took = u64::try_from(over.unix_millis() - begun.unix_millis())
        .context("the clock went backwards")?;
    Ok(figure(execution.steps.len() as u64 - 1) * 60_000.0 / figure(took))
}
