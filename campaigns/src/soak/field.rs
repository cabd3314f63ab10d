//! Replicas, the one who feeds them, and the one who strikes.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use argus_types::id::ExecutionId;
use futures_util::future::try_join_all;
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::sync::{Notify, RwLock};
use tokio_util::sync::CancellationToken;

use super::survivor::{Growth, Survivor};
use super::{LONGEST, Options};
use crate::replica::{Child, Hands, Orders};
use crate::stage::{Drafts, Postgres, Stage, now};

/// Executions that one replica drives at once.
const AT_ONCE: u32 = 2;
/// The shortest time between two strikes, in ms.
const AT_LEAST_MS: u64 = 500;
/// How long all may take to come to an end once nobody strikes any more.
const PATIENCE: Duration = Duration::from_mins(3);
/// How often the feeder looks.
const LOOK: Duration = Duration::from_millis(250);

/// A strike.
#[derive(Debug, Clone, Copy)]
pub struct Struck {
    /// When, in ms since the epoch.
    pub at_ms: i64,
    /// When the database was back; the same moment where only a process was killed.
    pub back_at_ms: i64,
    /// A process was killed.
    pub process: bool,
    /// The database was stopped.
    pub database: bool,
}

/// What came of it.
pub struct Lived {
    pub executions: Vec<ExecutionId>,
    pub strikes: Vec<Struck>,
    pub growth: Growth,
}

/// Everything that lives at the same time.
pub struct Field<'a> {
    stage: &'a Stage,
    options: &'a Options,
    guests: u32,
    /// Held for reading by whoever needs the database to be there, for writing by whoever takes it away.
    database: &'a RwLock<Postgres>,
    dice: Mutex<StdRng>,
    /// One for each replica that is killed.
    blows: Vec<Notify>,
    /// Nobody strikes any more.
    peace: CancellationToken,
    /// Everything has ended.
    over: CancellationToken,
}

impl<'a> Field<'a> {
    pub fn new(
        stage: &'a Stage,
        options: &'a Options,
        guests: u32,
        (database, dice): (&'a RwLock<Postgres>, StdRng),
    ) -> Self {
        Self {
            stage,
            options,
            guests,
            database,
            dice: Mutex::new(dice),
            blows: (0..options.replicas).map(|_| Notify::new()).collect(),
            peace: CancellationToken::new(),
            over: CancellationToken::new(),
        }
    }

    /// Lives as long as the options say, and until all has ended.
    pub async fn live(&self, drafts: &Drafts) -> Result<Lived> {
        let lanes = try_join_all((0..self.options.replicas).map(|lane| self.lane(lane)));
        let (_, growth, strikes, executions) =
            tokio::try_join!(lanes, self.survive(), self.strike(), self.feed(drafts))?;
        Ok(Lived {
            executions,
            strikes,
            growth,
        })
    }

    /// One place for a replica: as soon as one is dead, the next takes it.
    async fn lane(&self, lane: usize) -> Result<()> {
        let blow = self.blows.get(lane).context("a lane")?;
        for life in 1.. {
            let child = self.start(&format!("replica-{lane}-{life}")).await?;
            let is_over = tokio::select! {
                () = blow.notified() => false,
                () = self.over.cancelled() => true,
            };
            child.kill().await?;
            if is_over {
                break;
            }
        }
        Ok(())
    }

    /// The one that is never killed.
    async fn survive(&self) -> Result<Growth> {
        let child = self.start("survivor").await?;
        let mut survivor = Survivor::of(&child)?;
        while !self.peace.is_cancelled() {
            survivor.look()?;
            tokio::time::sleep(Survivor::EVERY).await;
        }
        self.over.cancelled().await;
        child.kill().await?;
        Ok(survivor.growth())
    }

    async fn start(&self, name: &str) -> Result<Child> {
        let _there = self.database.read().await;
        let orders = Orders {
            lease: Duration::from_millis(self.options.lease_ms),
            concurrency: AT_ONCE,
            harm: None,
            hands: Hands::default(),
        };
        Child::start(self.stage, name, &orders).await
    }

    /// Strikes at random moments, and then lets all come to its end.
    async fn strike(&self) -> Result<Vec<Struck>> {
        let until = Instant::now() + Duration::from_secs(self.options.seconds);
        let mut strikes = Vec::new();
        while Instant::now() < until {
            let (pause, kind, lane) = {
                let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
                let longest = self.options.every_ms.max(AT_LEAST_MS);
                (
                    dice.random_range(AT_LEAST_MS..=longest),
                    dice.random_range(0..4),
                    dice.random_range(0..self.blows.len().max(1)),
                )
            };
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let (process, database) = (kind != 0, kind < 2);
            let at_ms = now().unix_millis();
            if process {
                self.blows.get(lane).context("a replica")?.notify_one();
            }
            if database {
                let mut postgres = self.database.write().await;
                tokio::task::block_in_place(|| {
                    postgres.stop_at_once()?;
                    postgres.resume()
                })?;
            }
            strikes.push(Struck {
                at_ms,
                back_at_ms: now().unix_millis(),
                process,
                database,
            });
        }
        self.peace.cancel();
        Ok(strikes)
    }

    /// Keeps enough work there until nobody strikes any more, then waits until all of it has ended.
    async fn feed(&self, drafts: &Drafts) -> Result<Vec<ExecutionId>> {
        // What dead replicas leave lies until its leases run out.
        let wanted = (self.options.replicas + 1) * usize::try_from(AT_ONCE)? * 2;
        let mut fed = Vec::new();
        let mut open: Vec<ExecutionId> = Vec::new();
        let mut peace_since = None;
        loop {
            let next = u32::try_from(fed.len())?;
            if !self.peace.is_cancelled() && open.len() < wanted && next < self.guests {
                let length = {
                    let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
                    dice.random_range(1..=LONGEST)
                };
                let _there = self.database.read().await;
                let draft = drafts.of(length, next)?;
                let proposal = self.stage.propose_patiently(&draft).await?;
                let execution = self.stage.confirm(proposal).await?;
                fed.push(execution);
                open.push(execution);
                continue;
            }
            if self.peace.is_cancelled() {
                let since = peace_since.get_or_insert_with(Instant::now);
                // What does not end by then counts as lost.
                if open.is_empty() || since.elapsed() > PATIENCE {
                    self.over.cancel();
                    return Ok(fed);
                }
            }
            open = self.unended(open).await?;
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn unended(&self, open: Vec<ExecutionId>) -> Result<Vec<ExecutionId>> {
        let _there = self.database.read().await;
        let mut left = Vec::with_capacity(open.len());
        for id in open {
            let record = self.stage.store.execution_record(id).await?;
            if !record.context("an execution is gone")?.state.is_final() {
                left.push(id);
            }
        }
        Ok(left)
    }
}
