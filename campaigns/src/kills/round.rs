//! A cluster, a database, and so many kills.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use argus_store::Notification;
use argus_types::event::Event;
use argus_types::id::ExecutionId;
use futures_util::future::try_join_all;
use rand::RngExt;
use rand::rngs::StdRng;
use tokio_util::sync::CancellationToken;

use super::Outcome;
use super::cells::{Cell, Cells};
use crate::replica::{Child, Hands, Harm, Orders, Place};
use crate::stage::{Drafts, Log, Stage};

/// Executions that one replica drives at once: the more there are, the more die at a moment of nobody's choosing.
const AT_ONCE: u32 = 2;
/// The longest proposal.
const LONGEST: usize = 20;
/// How long a replica may work before it is killed wherever it is.
const LIFE: Duration = Duration::from_secs(8);
/// How long all may take to come to an end once nobody is killed any more.
const PATIENCE: Duration = Duration::from_mins(3);

/// What a round is.
pub struct Round<'a> {
    pub server: &'a str,
    pub kills: usize,
    pub replicas: usize,
    pub lease: Duration,
    pub speed: f64,
}

/// What replicas and the one who feeds them share.
struct Field<'a> {
    round: &'a Round<'a>,
    stage: &'a Stage,
    cells: Mutex<&'a mut Cells>,
    dice: Mutex<&'a mut StdRng>,
    killed: Mutex<Vec<(String, Option<Place>)>>,
    /// Nobody is killed any more.
    peace: CancellationToken,
    /// Everything has ended.
    over: CancellationToken,
}

impl Round<'_> {
    /// Runs it and adds what it counted; the number of kills. The first round draws the drafts of all.
    pub async fn run(
        &self,
        drafts: &mut Option<Drafts>,
        cells: &mut Cells,
        dice: &mut StdRng,
        outcome: &mut Outcome,
    ) -> Result<usize> {
        let guests = u32::try_from(self.kills + 40)?;
        let stage = Stage::set(self.server, guests, self.speed).await?;
        let drafts = match drafts {
            Some(drafts) => drafts,
            None => drafts.insert(Drafts::draw(&stage, LONGEST, dice).await?),
        };
        let log = Log::default();
        log.take(&stage.simulator)?;
        let field = Field {
            round: self,
            stage: &stage,
            cells: Mutex::new(cells),
            dice: Mutex::new(dice),
            killed: Mutex::default(),
            peace: CancellationToken::new(),
            over: CancellationToken::new(),
        };
        let lanes = try_join_all((0..self.replicas).map(|lane| field.lane(lane)));
        let fed = tokio::select! {
            worked = async { tokio::try_join!(lanes, field.feed(drafts, guests)) } => worked?.1,
            noted = log.follow(&stage.simulator) => { noted?; bail!("the log ended") }
        };
        log.take(&stage.simulator)?;
        let killed = std::mem::take(&mut *lock(&field.killed));
        outcome.verdict.join(stage.judge(&fed, &log).await?);
        for (cell, _) in &killed {
            *outcome.kills.entry(cell.clone()).or_default() += 1;
        }
        let times = resumptions(
            &stage,
            killed.iter().filter_map(|(_, place)| place.as_ref()),
        )
        .await?;
        outcome.resumed_after.extend(times);
        Ok(killed.len())
    }
}

impl Field<'_> {
    /// One place for a replica: as soon as one is dead, the next takes it.
    async fn lane(&self, lane: usize) -> Result<()> {
        let mut life = 0;
        while !self.peace.is_cancelled() {
            life += 1;
            let name = format!("replica-{lane}-{life}");
            let cell = lock(&self.cells).draw(&mut lock(&self.dice));
            let mut child = self.start(&name, Some(cell)).await?;
            let place = child.hit(LIFE).await?;
            child.kill().await?;
            let told = match &place {
                Some(place) => lock(&self.cells).hit(cell.0, &place.class),
                None => "anywhere".to_owned(),
            };
            self.count(told, place);
        }
        let child = self.start(&format!("replica-{lane}-last"), None).await?;
        self.over.cancelled().await;
        child.kill().await
    }

    async fn start(&self, name: &str, cell: Option<Cell>) -> Result<Child> {
        let orders = Orders {
            lease: self.round.lease,
            concurrency: AT_ONCE,
            harm: cell.map(|(point, class)| (point, class, Harm::Kill)),
            hands: Hands::default(),
        };
        Child::start(self.stage, name, &orders).await
    }

    fn count(&self, cell: String, place: Option<Place>) {
        let mut killed = lock(&self.killed);
        killed.push((cell, place));
        if killed.len() >= self.round.kills {
            self.peace.cancel();
        }
    }

    /// Keeps enough work there until the kills are done, then waits until all of it has ended.
    async fn feed(&self, drafts: &Drafts, guests: u32) -> Result<Vec<ExecutionId>> {
        // What dead replicas leave lies until its leases run out.
        let wanted = self.round.replicas * usize::try_from(AT_ONCE)? * 3;
        let mut heard = self.stage.store.listen().await?;
        let mut fed = Vec::new();
        let mut open = HashSet::new();
        let mut since = None;
        loop {
            let next = u32::try_from(fed.len())?;
            if next >= guests {
                self.peace.cancel();
            }
            if !self.peace.is_cancelled() && open.len() < wanted {
                let length = lock(&self.dice).random_range(1..=LONGEST);
                let proposal = self.stage.propose(&drafts.of(length, next)?).await?;
                let execution = self.stage.confirm(proposal).await?;
                fed.push(execution);
                open.insert(execution);
                continue;
            }
            if self.peace.is_cancelled() {
                let since = since.get_or_insert_with(Instant::now);
                // What does not end by then counts as lost.
                if open.is_empty() || since.elapsed() > PATIENCE {
                    self.over.cancel();
                    return Ok(fed);
                }
            }
            let news = tokio::time::timeout(Duration::from_millis(500), heard.next()).await;
            match news {
                Ok(Ok(Notification::Execution { id, state, .. })) if state.is_final() => {
                    open.remove(&id);
                }
                Ok(Ok(Notification::Missed)) => {
                    for id in open.clone() {
                        let record = self.stage.store.execution_record(id).await?;
                        if record.context("an execution is gone")?.state.is_final() {
                            open.remove(&id);
                        }
                    }
                }
                Ok(Ok(_)) | Err(_) => {}
                Ok(Err(error)) => return Err(error.into()),
            }
        }
    }
}

/// How long after each kill somebody else drove the execution on, in ms.
async fn resumptions(stage: &Stage, places: impl Iterator<Item = &Place>) -> Result<Vec<i64>> {
    let mut resumed: HashMap<ExecutionId, Vec<i64>> = HashMap::new();
    let mut times = Vec::new();
    for place in places {
        if !resumed.contains_key(&place.execution) {
            let events = stage
                .store
                .execution_events(place.execution, 0, u64::MAX)
                .await?;
            let events = events.into_iter().filter_map(|entry| match entry.event {
                Event::Resumed { .. } => Some(entry.at.unix_millis()),
                _ => None,
            });
            resumed.insert(place.execution, events.collect());
        }
        let own = resumed.get(&place.execution).into_iter().flatten();
        if let Some(at) = own.filter(|at| **at >= place.at_ms).min() {
            times.push(at - place.at_ms);
        }
    }
    Ok(times)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
