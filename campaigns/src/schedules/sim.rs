//! What everybody in one schedule shares: the dice, the trace, who lives, and what is away.

use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argus_executor::testing::{MemoryJournal, MemoryProxmox, wall_clock};
use argus_types::Timestamp;
use rand::rngs::StdRng;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::weather::Weather;
use super::witness::Witness;

/// Ports are called less often than this in any schedule; who calls more goes round in a circle.
const MOST_CALLS: u32 = 200_000;

/// One schedule under way; clones share it.
#[derive(Clone)]
pub struct Sim {
    /// The database.
    pub journal: MemoryJournal,
    /// Proxmox.
    pub proxmox: MemoryProxmox,
    /// When it began.
    pub began: Instant,
    /// Told whenever an execution ends.
    pub ended: Arc<Notify>,
    shared: Arc<Mutex<Shared>>,
}

/// What only one may change at a time.
pub struct Shared {
    /// The one source of chance.
    pub dice: StdRng,
    /// What goes wrong at random.
    pub weather: Weather,
    /// Who watches.
    pub witness: Witness,
    /// The replicas.
    pub replicas: Vec<Life>,
    /// Until when the database is away.
    pub database_away: Option<Instant>,
    /// Until when Proxmox is away.
    pub proxmox_away: Option<Instant>,
    /// Calls of ports that are left to this schedule.
    pub calls_left: u32,
    /// How many more times chance may kill or freeze somebody: bad weather ends.
    pub mischief_left: u32,
    trace: Option<Vec<String>>,
    began: Instant,
}

/// How one replica is.
pub struct Life {
    /// Its present process; another is dead.
    pub process: u32,
    /// Told when it dies.
    pub died: Arc<Notify>,
    /// Until when it stands still.
    pub frozen: Option<Instant>,
    /// How far its wall clock is off, in seconds.
    pub clock_error: i64,
}

impl Shared {
    /// Writes a line of the trace, where there is one.
    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            let at = self.began.elapsed().as_millis();
            trace.push(format!("{at:>8} {}", line()));
        }
    }

    /// Ends the present process of a replica.
    pub fn kill(&mut self, replica: usize) {
        let life = &mut self.replicas[replica];
        life.process += 1;
        life.frozen = None;
        life.died.notify_one();
        let process = life.process;
        self.note(|| format!("r{replica} dies; the next one is process {process}"));
    }

    /// Lets a replica stand still.
    pub fn freeze(&mut self, replica: usize, while_: Duration) {
        let until = Instant::now() + while_;
        self.replicas[replica].frozen = Some(until);
        self.note(|| format!("r{replica} stands still for {} ms", while_.as_millis()));
    }
}

impl Sim {
    /// At its beginning.
    pub fn new(
        dice: StdRng,
        weather: Weather,
        skews: &[i64],
        proxmox: MemoryProxmox,
        traced: bool,
    ) -> Self {
        let began = Instant::now();
        let replicas = skews.iter().map(|skew| Life {
            process: 0,
            died: Arc::default(),
            frozen: None,
            clock_error: *skew,
        });
        Self {
            journal: MemoryJournal::default(),
            proxmox,
            began,
            ended: Arc::default(),
            shared: Arc::new(Mutex::new(Shared {
                dice,
                weather,
                witness: Witness::default(),
                replicas: replicas.collect(),
                database_away: None,
                proxmox_away: None,
                calls_left: MOST_CALLS,
                mischief_left: 8,
                trace: traced.then(Vec::new),
                began,
            })),
        }
    }

    /// What is shared, for as long as the guard lives.
    pub fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a replica takes for the time.
    pub fn clock(&self, replica: usize) -> Timestamp {
        let error = self.shared().replicas[replica].clock_error;
        wall_clock(self.began).plus_seconds(error)
    }

    /// Notes what came of a call.
    pub fn note(&self, who: impl Display, what: impl FnOnce() -> String) {
        self.shared().note(|| format!("{who} {}", what()));
    }

    /// The trace so far.
    pub fn take_trace(&self) -> Vec<String> {
        self.shared()
            .trace
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }
}
