//! People who follow executions, for campaigns and benches: each with a session of their own, some who stall and some
//! whose connection breaks again and again. They count what is lost and what comes twice or out of order.
//!
//! They reach Argus as a browser does: over its port, through the demo profile's door, with a ticket a connection.

mod door;
mod house;
mod operator;
mod visit;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use argus_types::id::ExecutionId;
use argus_types::person::Role;
use futures_util::{StreamExt, TryStreamExt, stream};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

use door::{Door, Visitor};

pub use house::{Cluster, House, ORIGIN, config};
pub use operator::Operator;

/// Sessions and first connections that are opened at once.
const AT_ONCE: usize = 16;
/// Of a hundred, those who stall, and those whose connection breaks.
const SHARES: (u32, u32) = (30, 30);

/// Raises this process' limit of open files, and fails where it stays too low for so many connections.
pub fn room_for(connections: u32) -> Result<()> {
    let most = crate::descriptors::raise_limit().context("the limit of open files")?;
    // Databases, clusters and files of their own.
    let needed = u64::from(connections) + 200;
    ensure!(
        most.is_none_or(|most| most >= needed),
        "{needed} open files are needed and {} are allowed: raise the hard limit (`ulimit -Hn`)",
        most.unwrap_or_default()
    );
    Ok(())
}

/// How somebody follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Reads whatever comes.
    Steady,
    /// Stops reading for a while, again and again, and goes on.
    Stalling,
    /// Breaks the connection at random places, and goes on from the last number that was read.
    Flapping,
}

/// People with sessions.
pub struct Crowd {
    door: Arc<Door>,
    visitors: Vec<Arc<Visitor>>,
    seed: u64,
}

/// What they saw.
#[derive(Debug, Default)]
pub struct Tally {
    here: AtomicU64,
    connections: AtomicU64,
    messages: AtomicU64,
    entries: AtomicU64,
    lost: AtomicU64,
    disordered: AtomicU64,
    told_behind: AtomicU64,
}

/// The same, read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Connections that were opened.
    pub connections: u64,
    /// Messages that came.
    pub messages: u64,
    /// Entries in them.
    pub entries: u64,
    /// Entries that never came to somebody.
    pub lost: u64,
    /// Entries that came twice to somebody, or before an earlier one.
    pub disordered: u64,
    /// How often somebody was told to be too slow.
    pub told_behind: u64,
}

impl Tally {
    /// What was seen so far.
    pub fn seen(&self) -> Seen {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Seen {
            connections: read(&self.connections),
            messages: read(&self.messages),
            entries: read(&self.entries),
            lost: read(&self.lost),
            disordered: read(&self.disordered),
            told_behind: read(&self.told_behind),
        }
    }

    fn add(count: &AtomicU64, more: u64) {
        count.fetch_add(more, Ordering::Relaxed);
    }
}

/// People who follow. They leave when this is dropped.
pub struct Following {
    people: JoinSet<Result<u64>>,
    tally: Arc<Tally>,
    number: usize,
}

impl Crowd {
    /// So many sign in at the Argus at `address`, whose page's origin is `origin`. The seed decides what they do.
    pub async fn gather(address: SocketAddr, origin: &str, number: u32, seed: u64) -> Result<Self> {
        let door = Arc::new(Door::find(address, origin).await?);
        let visitors: Vec<Arc<Visitor>> = stream::iter(0..number)
            .map(|_| async { door.sign_in(Role::Viewer).await.map(Arc::new) })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
            .context("not everybody can sign in")?;
        Ok(Self {
            door,
            visitors,
            seed,
        })
    }

    /// They follow these executions, each of them one, from the first entry to the last.
    pub fn follow(&self, executions: &[ExecutionId]) -> Result<Following> {
        ensure!(!executions.is_empty(), "there is nothing to follow");
        let tally = Arc::new(Tally::default());
        let mut people = JoinSet::new();
        let mut dice = StdRng::seed_from_u64(self.seed);
        let wave = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
        for (number, visitor) in (0_u32..).zip(&self.visitors) {
            let manner = match number % 100 {
                stalls if stalls < SHARES.0 => Manner::Stalling,
                flaps if flaps < SHARES.0 + SHARES.1 => Manner::Flapping,
                _ => Manner::Steady,
            };
            let execution = executions[number as usize % executions.len()];
            let visit = visit::Visit {
                door: Arc::clone(&self.door),
                visitor: Arc::clone(visitor),
                execution,
                manner,
                dice: StdRng::seed_from_u64(dice.random()),
                tally: Arc::clone(&tally),
                wave: Arc::clone(&wave),
            };
            people.spawn(visit.to_the_end());
        }
        Ok(Following {
            people,
            tally,
            number: self.visitors.len(),
        })
    }
}

impl Following {
    /// Waits until everybody has been connected once.
    pub async fn until_all_are_here(&mut self, patience: Duration) -> Result<()> {
        let all = async {
            while self.tally.here.load(Ordering::Relaxed) < self.number as u64 {
                if let Some(left) = self.people.try_join_next() {
                    left.context("somebody broke off")?
                        .context("somebody left early")?;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(())
        };
        tokio::time::timeout(patience, all)
            .await
            .context("not everybody can follow in time")?
    }

    /// How many they are. Each follows one of the executions, in turn.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Waits until everybody has read the end.
    pub async fn until_the_end(mut self, patience: Duration) -> Result<Seen> {
        let all = async {
            while let Some(left) = self.people.join_next().await {
                left.context("somebody broke off")?
                    .context("somebody could not follow to the end")?;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(patience, all)
            .await
            .context("not everybody comes to the end in time")??;
        Ok(self.tally.seen())
    }
}
