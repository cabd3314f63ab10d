//! Planning, and looking for drift, on a large cluster: pure work, after everything has been read.
//!
//! Twenty steps on as many guests of ten thousand. What is timed is what the API does between its reads and its answer:
//! what to read is found out, the draft is planned, each step is gone through on the twin, risk and impact are judged
//! and the digest is taken. Drift is looked for on the same facts. Beside it stands the writing of the cluster's list
//! as JSON, which the collector does at each poll.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use argus_api::collector::Collector;
use argus_domain::drift;
use argus_domain::facts::{Facts, wanted};
use argus_domain::inventory::Inventory as Known;
use argus_domain::planner::{PlanInput, Planned, plan};
use argus_executor::sight;
use argus_proxmox::{Client, Endpoint, Limits, Token, Trust};
use argus_types::action::{Action, Draft, Target};
use argus_types::cluster::{Cluster as Listed, Guest, GuestStatus};
use argus_types::guest_config::ConfigChange;
use argus_types::id::{ClusterId, GuestKind, ProposalId};

use crate::cluster::Cluster;
use crate::row::{About, Goal, Rounds, Row};
use crate::{Options, report};

/// Steps of the plan.
const STEPS: usize = 20;
/// Milliseconds that planning may take.
const MOST_MS: f64 = 50.0;
/// Milliseconds that looking for drift may take.
const MOST_DRIFT_MS: f64 = 20.0;

/// Two rows: planning, and looking for drift.
pub async fn measure(options: &Options) -> Result<Vec<Row>> {
    let (guests, nodes, rounds) = options.size((10_000, 20, 31), (300, 3, 3));
    report::progress("plans", Duration::from_secs(30));
    let cluster = Cluster::start(guests, nodes, 1.0).await?;
    let client = Client::new(
        Endpoint::parse(cluster.simulator.api_url())?,
        Token::parse(cluster.token("ops")?)?,
        Trust::CaFile(cluster.simulator.ca_file().to_owned()),
        Limits::default(),
    )?;
    let id: ClusterId = "bench".parse().context("a cluster id")?;
    let listed = Collector::once(client.clone(), id.clone()).await;
    let listed = listed.map_err(|problem| anyhow!("the cluster is not seen: {problem:?}"))?;
    ensure!(listed.guests.len() == guests as usize, "guests are missing");
    let known = Known::from(&*listed);
    let draft = draft(&listed)?;
    let wished = wanted(&draft, &known).map_err(|errors| anyhow!("{errors:?}"))?;
    let facts = sight::facts(&client, known.clone(), &wished).await?;
    let planned = plan_once(&id, &draft, &facts)?;
    ensure!(planned.plan.steps.len() == STEPS, "not {STEPS} steps");
    let after = sight::facts(&client, known, &drift::wanted(&planned.plan)).await?;
    ensure!(drift::check(&planned.plan, &after).is_empty(), "it drifted");

    let (mut planning, mut drifting) = (Rounds::default(), Rounds::default());
    for _ in 0..rounds {
        let written = timed(|| serde_json::to_vec(&*listed).map(black_box))?;
        planning.comparison.push(written);
        drifting.comparison.push(written);
        planning.argus.push(timed(|| {
            let _ = black_box(wanted(&draft, &facts.inventory));
            plan_once(&id, &draft, &facts).map(black_box)
        })?);
        drifting.argus.push(timed(|| {
            let _ = black_box(drift::wanted(&planned.plan));
            Ok::<_, anyhow::Error>(black_box(drift::check(&planned.plan, &after)))
        })?);
    }
    let about = |what: &str| About {
        what: format!("{what} a plan of {STEPS} steps on {guests} guests"),
        beside: "writing the list of guests as JSON".to_owned(),
        unit: "ms",
    };
    let note = "pure work on one core: everything has been read";
    Ok(vec![
        Row::judged(
            about("planning and simulating"),
            planning,
            "ms",
            |ours, _| ours,
            Goal::Below(MOST_MS),
            note.to_owned(),
        ),
        Row::judged(
            about("looking for drift of"),
            drifting,
            "ms",
            |ours, _| ours,
            Goal::Below(MOST_DRIFT_MS),
            note.to_owned(),
        ),
    ])
}

/// Milliseconds that it takes.
fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<f64, E> {
    let begin = Instant::now();
    work()?;
    Ok(begin.elapsed().as_secs_f64() * 1000.0)
}

fn plan_once(id: &ClusterId, draft: &Draft, facts: &Facts) -> Result<Planned> {
    let input = PlanInput {
        proposal: ProposalId(uuid::Uuid::nil()),
        cluster: id.clone(),
        draft,
        facts,
        snapshots_first: false,
    };
    plan(input).map_err(|errors| anyhow!("{errors:?}"))
}

/// Four kinds of action in turns, on guests from all over the list.
fn draft(listed: &Listed) -> Result<Draft> {
    let apart = listed.guests.len() / (STEPS * 4);
    let mut chosen = listed
        .guests
        .iter()
        .step_by(apart.max(1))
        .filter(|guest| !guest.template && guest.lock.is_none());
    let actions = (0..STEPS)
        .map(|number| {
            let guest = chosen.next().context("too few guests")?;
            Ok(action(number, guest))
        })
        .collect::<Result<_>>()?;
    Ok(Draft::of(actions))
}

fn action(number: usize, guest: &Guest) -> Action {
    let target = Target {
        kind: guest.kind,
        vmid: guest.vmid,
        node: None,
    };
    match (number % 3, guest.status) {
        (0, GuestStatus::Running) => Action::Shutdown {
            target,
            timeout_s: None,
        },
        (0, _) => Action::Start { target },
        // Some generated containers are on storages without snapshots.
        (1, _) if guest.kind == GuestKind::Qemu => Action::Snapshot {
            target,
            name: None,
            description: None,
            include_memory: false,
        },
        _ => Action::SetConfig {
            target,
            set: ConfigChange {
                cores: Some(7),
                onboot: Some(guest.vmid.get() % 2 == 0),
                ..ConfigChange::default()
            },
        },
    }
}
