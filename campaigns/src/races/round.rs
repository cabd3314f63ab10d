//! Races with one cluster and one database, and what they lead to.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use argus_executor::Config;
use argus_store::{PoolLimits, Store};
use argus_types::id::{ExecutionId, PersonId, ProposalId};
use argus_types::person::{Person, Role};
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::contest::{approve, claim, confirm, race, stop};
use super::{Outcome, Prize};
use crate::stage::{Drafts, Log, Stage, now};

/// How many race.
const SIZES: [usize; 2] = [2, 5];
/// The longest proposal.
const LONGEST: usize = 3;
/// Two proposals of so many are not stopped, and carried out by whoever raced.
const DRIVEN: u32 = 10;
/// How long all may take to come to an end.
const PATIENCE: Duration = Duration::from_mins(2);

/// So many races, four to a proposal, or three where it is carried out.
pub async fn run(
    server: &str,
    speed: f64,
    races: usize,
    dice: &mut StdRng,
    outcome: &mut Outcome,
) -> Result<()> {
    let guests = u32::try_from(races.div_ceil(3))?;
    let stage = Stage::set(server, guests, speed).await?;
    let otto = otto();
    let mut tx = stage.store.begin().await?;
    tx.upsert_person(&otto, true, now()).await?;
    tx.commit().await?;
    let drafts = Drafts::draw(&stage, LONGEST, dice).await?;
    let log = Log::default();
    log.take(&stage.simulator)?;
    let mut replicas = Vec::new();
    for _ in 0..SIZES[SIZES.len() - 1] {
        replicas.push(pool(&stage).await?);
    }
    let before = outcome.total();
    let mut executions = Vec::new();
    for number in 0..guests {
        if outcome.total() - before >= races {
            break;
        }
        let size = SIZES[usize::try_from(number)? % SIZES.len()];
        let draft = drafts.of(dice.random_range(1..=LONGEST), number)?;
        let proposal = stage.propose_patiently(&draft).await?;
        let is_driven = number % DRIVEN < 2;
        let of_one = OneProposal {
            stage: &stage,
            replicas: &replicas[..size],
            by: &otto,
        };
        executions.extend(of_one.run(proposal, is_driven, outcome).await?);
        log.take(&stage.simulator)?;
    }
    drive(&stage, replicas, &log).await?;
    outcome.verdict.join(stage.judge(&executions, &log).await?);
    Ok(())
}

fn otto() -> Person {
    Person {
        id: PersonId(Uuid::from_u128(2)),
        name: "Otto".to_owned(),
        role: Role::Admin,
    }
}

async fn pool(stage: &Stage) -> Result<Store> {
    let limits = PoolLimits {
        max_connections: 4,
        acquire_timeout: Duration::from_secs(30),
        ..PoolLimits::default()
    };
    Ok(Store::connect(&stage.database.secret_url(), limits).await?)
}

/// What one proposal is raced for.
struct OneProposal<'a> {
    stage: &'a Stage,
    replicas: &'a [Store],
    by: &'a Person,
}

impl OneProposal<'_> {
    async fn run(
        &self,
        id: ProposalId,
        is_driven: bool,
        outcome: &mut Outcome,
    ) -> Result<Option<ExecutionId>> {
        let stored = self.stage.store.proposal(id, now()).await?;
        let digest = stored.context("the proposal is gone")?.proposal.digest;
        let by = self.by.clone();
        let won = race(self.replicas, |store| {
            approve(store, id, digest, by.clone())
        })
        .await?;
        self.count(Prize::Approval, id, won.len(), outcome);
        let won = race(self.replicas, |store| confirm(store, id)).await?;
        self.count(Prize::Confirmation, id, won.len(), outcome);
        let Some(execution) = won.first().copied() else {
            return Ok(None);
        };
        let won = race(self.replicas, claim).await?;
        self.count(Prize::Lease, id, won.len(), outcome);
        if !is_driven {
            let won = race(self.replicas, |store| stop(store, execution)).await?;
            self.count(Prize::Stop, id, won.len(), outcome);
        }
        Ok(Some(execution))
    }

    fn count(&self, prize: Prize, id: ProposalId, winners: usize, outcome: &mut Outcome) {
        let replicas = self.replicas.len();
        *outcome.races.entry((prize, replicas)).or_default() += 1;
        if winners != 1 {
            let of = format!("{} of {id}: {winners} of {replicas} won", prize.label());
            outcome.unfair.push(of);
        }
    }
}

/// Everybody who raced drives what is left, to its end.
async fn drive(stage: &Stage, replicas: Vec<Store>, log: &Log) -> Result<()> {
    // Whoever won a claim is gone: its lease has run out.
    stage
        .database
        .execute("UPDATE execution SET lease_until = clock_timestamp()")
        .await?;
    let ending = CancellationToken::new();
    let mut driving = JoinSet::new();
    for (number, store) in replicas.into_iter().enumerate() {
        let config = Config {
            look_every: Duration::from_millis(50),
            ..Config::new(format!("replica-{number}"))
        };
        driving.spawn(stage.replica(store, config)?.run(ending.clone()));
    }
    let until = Instant::now() + PATIENCE;
    while !stage.store.unfinished_executions().await?.is_empty() {
        if Instant::now() > until {
            bail!("executions do not end");
        }
        log.take(&stage.simulator)?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ending.cancel();
    driving.join_all().await;
    log.take(&stage.simulator)
}
