//! What Argus adds to a step: a plan of starts, confirmed and executed, against the same calls by a plain client.
//!
//! The simulated guests start within microseconds, so that no time is spent waiting for Proxmox and what is left is
//! work: pre-check, the durable commits of journal and ledger, post-check. Argus' time runs from its first step's
//! start to the execution's end, by the journal. The calls are those that the simulator saw, repeated over the same
//! guests in the same way: reads over a kept connection, each write over one of its own, because a kept one may be
//! closing just then and a write must not be sent twice. What they would take over one kept connection is told, too.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use argus_api::address::TrustedProxies;
use argus_api::config::{Config, Profile, TrustSource};
use argus_api::server::Server;
use argus_api::session::Lifetimes;
use argus_executor::Pace;
use argus_proxmox::{Endpoint, Token};
use argus_proxmox_sim::scenario::GuestKind as SimulatedKind;
use argus_proxmox_sim::{Change, Scenario};
use argus_types::action::{Action, Draft, Target};
use argus_types::execution::{Execution, ExecutionState};
use argus_types::id::{ExecutionId, GuestKind, Vmid};
use argus_types::paths;
use argus_types::person::Role;
use argus_types::proposal::{Confirmation, ProposalInput, ProposalOutcome};
use serde::Deserialize;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::cluster::Cluster;
use crate::person::{ORIGIN, Person};
use crate::raw_calls::{self, Call, PlainClient, WriteOver};
use crate::row::{About, Goal, Rounds, Row, figure, median};
use crate::{Options, disk, report};

/// Milliseconds that a step may cost on top of its calls.
const MOST_MS: f64 = 20.0;
/// How much faster than real time the cluster lives, and Argus waits for it.
const SPEED: f64 = 100.0;
/// Between two looks whether an execution has ended; rare, so that looking costs nothing.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How often it is looked.
const LOOKS: usize = 600;

/// Makes PostgreSQL answer a commit before it is on the disk; for finding out what the disk costs.
const NOT_DURABLE: &str = "options=-c%20synchronous_commit%3Doff";

/// Two rows: as it is shipped, and with commits that do not wait for the disk.
pub async fn measure(options: &Options) -> Result<Vec<Row>> {
    let shipped = options.database(0)?.to_owned();
    let other = options.database(1)?;
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
    let argus = InProcess::start(&cluster, database).await?;
    let admin = Person::sign_in(argus.address, Role::Admin).await?;
    let plain = PlainClient::new(&cluster)?;
    let (mut rounds, mut kept, mut calls, mut looks) = (Rounds::default(), Vec::new(), 0.0, 0.0);
    for _ in 0..turns {
        stop_all(&cluster, &guests)?;
        let (ours, made) = executed(&cluster, &admin, &guests).await?;
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
    argus.stop().await?;
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

fn stop_all(cluster: &Cluster, guests: &[u32]) -> Result<()> {
    for vmid in guests {
        let change = Change {
            status: Some("stopped".to_owned()),
            ..Change::default()
        };
        cluster.simulator.change_guest(*vmid, change)?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Confirmed {
    execution: ExecutionId,
}

/// Asks for the start of all guests, confirms, waits; how long the steps took, and the calls that they made.
async fn executed(
    cluster: &Cluster,
    admin: &Person,
    guests: &[u32],
) -> Result<(Duration, Vec<Call>)> {
    let actions = guests
        .iter()
        .map(|vmid| {
            Ok(Action::Start {
                target: Target {
                    kind: GuestKind::Qemu,
                    vmid: Vmid::try_from(*vmid)?,
                    node: None,
                },
            })
        })
        .collect::<Result<_>>()?;
    let input = ProposalInput {
        supersedes: None,
        request: None,
        draft: Some(Draft::of(actions)),
        reason: None,
    };
    let outcome: ProposalOutcome = admin.post(paths::PROPOSALS, &input).await?;
    let ProposalOutcome::Proposal { proposal } = outcome else {
        anyhow::bail!("Argus asks back instead of planning");
    };
    cluster.simulator.forget_requests();
    let confirmation = Confirmation {
        digest: proposal.digest,
        without_snapshot: None,
        step_up: None,
    };
    let confirmed: Confirmed = admin
        .post(&paths::confirm(proposal.id), &confirmation)
        .await?;
    let execution = ended(admin, confirmed.execution).await?;
    let seen = cluster.simulator.requests().last;
    ensure!(
        execution.state == ExecutionState::Succeeded,
        "the execution is {}: {:?}",
        execution.state.as_str(),
        execution.message
    );
    let begun = execution.steps.first().and_then(|step| step.started_at);
    let (begun, over) = begun
        .zip(execution.ended_at)
        .context("the execution has no times")?;
    let took = u64::try_from(over.unix_millis() - begun.unix_millis())
        .context("the clock went backwards")?;
    let calls = raw_calls::of_execution(&seen, guests.len())?;
    Ok((Duration::from_millis(took), calls))
}

async fn ended(admin: &Person, id: ExecutionId) -> Result<Execution> {
    for _ in 0..LOOKS {
        let execution: Execution = admin.read(&paths::execution(id)).await?;
        if execution.state.is_final() {
            return Ok(execution);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    anyhow::bail!("the execution does not end")
}

/// An Argus in this process: only here its waiting times can follow the cluster's clock.
struct InProcess {
    address: std::net::SocketAddr,
    stop: CancellationToken,
    serving: JoinSet<Result<()>>,
}

impl InProcess {
    async fn start(cluster: &Cluster, database: &str) -> Result<Self> {
        let token = Token::parse(cluster.token("ops")?)?;
        let config = Config {
            profile: Profile::Demo,
            listen: ([127, 0, 0, 1], 0).into(),
            metrics_listen: None,
            public_origin: ORIGIN.to_owned(),
            trusted_proxies: TrustedProxies::default(),
            lifetimes: Lifetimes::default(),
            first_policy: argus_api::config::HOME_LAB_POLICY.to_owned(),
            providers: Vec::new(),
            page_dir: None,
            cluster: "bench".parse()?,
            // The collector's polls would stand among the calls of a step.
            poll_interval_s: 60,
            stale_after_s: 600,
            endpoint: Endpoint::parse(cluster.simulator.api_url())?,
            token: token.clone(),
            read_token: token,
            danger_token: None,
            manage_token: None,
            trust: TrustSource::CaFile(cluster.simulator.ca_file().to_owned()),
            database_url: database.into(),
            sign_in_limit: argus_api::limits::AddressLimit::default(),
            session_secret: format!("{:032x}", rand::random::<u128>()).into(),
            pace: Pace::scaled(1.0 / SPEED),
        };
        let server = Server::prepare(&config).await?;
        let (address, stop) = (server.address()?, server.stopper());
        let mut serving = JoinSet::new();
        serving.spawn(server.serve());
        let this = Self {
            address,
            stop,
            serving,
        };
        this.until_ready().await?;
        Ok(this)
    }

    async fn until_ready(&self) -> Result<()> {
        let http = crate::person::http_client()?;
        let url = format!("http://{}{}", self.address, paths::HEALTH_READY);
        for _ in 0..LOOKS {
            if http.get(&url).send().await?.status().is_success() {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY / 4).await;
        }
        anyhow::bail!("Argus does not become ready")
    }

    /// Ends it, so that it polls no cluster during the next row.
    async fn stop(mut self) -> Result<()> {
        self.stop.cancel();
        match self.serving.join_next().await {
            Some(serving) => serving.context("the server broke off")?,
            None => Ok(()),
        }
    }
}
