//! What Argus adds to a step: a plan of starts, confirmed and executed, against the same calls by a plain client.
//!
//! The simulated guests start within microseconds, so that no time is spent waiting for Proxmox and what is left is
//! work: pre-check, the durable commits of journal and ledger, post-check. Argus' time runs from its first step's
//! start to the execution's end, by the journal. The calls are those that the simulator saw, repeated over the same
//! guests in the same way: reads over a kept connection, each write over one of its own, because a kept one may be
//! closing just then and a write must not be sent twice. What they would take over one kept connection is told, too.

use std::time::Duration;

use anyhow::{Context, Result};
use argus_api::crowd::{self, House, ORIGIN, Operator};
use argus_proxmox_sim::scenario::GuestKind as SimulatedKind;
use argus_proxmox_sim::{Change, Scenario};

use crate::cluster::Cluster;
use crate::raw_calls::{self, Call, PlainClient, WriteOver};
use crate::row::{About, Goal, Rounds, Row, figure, median};
use crate::{Options, disk, report};

/// Milliseconds that a step may cost on top of its calls.
const MOST_MS: f64 = 20.0;
/// How much faster than real time the cluster lives, and Argus waits for it.
const SPEED: f64 = 100.0;
/// How long an execution may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// Makes PostgreSQL answer a commit before it is on the disk; for finding out what the disk costs.
const NOT_DURABLE: &str = "options=-c%20synchronous_commit%3Doff";

/// Two rows: as it is shipped, and with commits that do not wait for the disk.
pub async fn measure(options: &Options) -> Result<Vec<Row>> {
    let shipped = options.database(2)?.to_owned();
    let other = options.database(3)?;
    let joint = if other.contains('?') { '&' } else { '?' };
    let hasty = format!("{other}{joint}{NOT_DURABLE}");
    let disk = tokio::task::spawn_blocking(disk::durable_write_ms).await??;
    let durable = format!("a durable write takes {disk:.1} ms on this disk");
    let hasty_note = "for comparison: what is left is Argus' own work".to_owned();
    Ok(vec![
        row(options, &shipped, "durable commits", durable).await?,
        row(
            options,
            &hasty,
            "commits that do not wait for the disk",
            hasty_note,
        )
        .await?,
    ])
}

async fn row(options: &Options, database: &str, commits: &str, aside: String) -> Result<Row> {
    let (steps, turns) = options.size((40, 3), (8, 1));
    report::progress(&format!("steps, {commits}"), Duration::from_secs(turns * 5));
    let mut scenario = Scenario::generated(200, 5)?;
    scenario.durations_ms.start = 1;
    let guests: Vec<u32> = scenario
        .guest
        .iter()
        .filter(|guest| guest.kind == SimulatedKind::Qemu)
        .map(|guest| guest.vmid)
        .take(steps)
        .collect();
    let cluster = Cluster::with(scenario, SPEED).await?;
    let argus = open(&cluster, database).await?;
    let operator = Operator::come(argus.address(), ORIGIN).await?;
    let plain = PlainClient::new(&cluster)?;
    let (mut rounds, mut kept, mut calls, mut looks) = (Rounds::default(), Vec::new(), 0.0, 0.0);
    for _ in 0..turns {
        stop_all(&cluster, &guests)?;
        let (ours, made) = executed(&cluster, &operator, &guests).await?;
        stop_all(&cluster, &guests)?;
        let bare = plain.repeat(&made, WriteOver::Fresh).await?;
        stop_all(&cluster, &guests)?;
        let over_one = plain.repeat(&made, WriteOver::Kept).await?;
        rounds
            .argus
            .push(ours.as_secs_f64() * 1000.0 / count(&guests));
        rounds
            .comparison
            .push(bare.as_secs_f64() * 1000.0 / count(&guests));
        kept.push(over_one.as_secs_f64() * 1000.0 / count(&guests));
        calls = figure(made.len() as u64) / count(&guests);
        looks = figure(raw_calls::looks(&made)) / count(&guests);
    }
    argus.close().await?;
    Ok(Row::judged(
        About {
            what: format!("a step of an execution, {steps} starts, {commits}"),
            beside: "its calls by a plain client".to_owned(),
            unit: "ms",
        },
        rounds,
        "ms on top",
        |step, calls| step - calls,
        Goal::Below(MOST_MS),
        format!(
            "{calls:.1} calls a step, {looks:.1} of them ask whether its task has ended; over one kept connection \
             they take {:.2} ms; {aside}",
            median(&kept)
        ),
    ))
}

fn count(guests: &[u32]) -> f64 {
    figure(guests.len() as u64)
}

/// Stops guests behind Argus' back.
pub fn stop_all(cluster: &Cluster, guests: &[u32]) -> Result<()> {
    for vmid in guests {
        let change = Change {
            status: Some("stopped".to_owned()),
            ..Change::default()
        };
        cluster.simulator.change_guest(*vmid, change)?;
    }
    Ok(())
}

/// Has all guests started; how long the steps took, and the calls that they made.
async fn executed(
    cluster: &Cluster,
    operator: &Operator,
    guests: &[u32],
) -> Result<(Duration, Vec<Call>)> {
    let proposal = operator.plan(guests).await?;
    cluster.simulator.forget_requests();
    let id = operator.confirm(&proposal).await?;
    let execution = operator.succeeded(id, PATIENCE).await?;
    let seen = cluster.simulator.requests().last;
    let begun = execution.steps.first().and_then(|step| step.started_at);
    let (begun, over) = begun
        .zip(execution.ended_at)
        .context("the execution has no times")?;
    let took = u64::try_from(over.unix_millis() - begun.unix_millis())
        .context("the clock went backwards")?;
    let calls = raw_calls::of_execution(&seen, guests.len())?;
    Ok((Duration::from_millis(took), calls))
}

/// An Argus in this process: only here its waiting times can follow the cluster's clock.
async fn open(cluster: &Cluster, database: &str) -> Result<House> {
    let reached = crowd::Cluster {
        url: cluster.simulator.api_url(),
        ca_file: cluster.simulator.ca_file(),
        token: cluster.token("ops")?,
        speed: SPEED,
    };
    House::open(&crowd::config(reached, database)?).await
}
