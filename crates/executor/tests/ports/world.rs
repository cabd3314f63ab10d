//! Puts journal, Proxmox and executor together and runs them to an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use argus_domain::execution::State;
use argus_domain::facts::{ConfigFacts, Facts, GuestFacts, Kept, SnapshotFacts};
use argus_domain::inventory::GuestListing;
use argus_domain::planner::{PlanInput, plan};
use argus_executor::{Config, Executor, Ports};
use argus_store::ExecutionRecord;
use argus_types::Timestamp;
use argus_types::action::{Action, Draft, Target};
use argus_types::cluster::GuestStatus;
use argus_types::event::Event;
use argus_types::execution::{ExecutionState, StepProgress, StepState};
use argus_types::guest_config::ConfigChange;
use argus_types::id::{ExecutionId, GuestKey, GuestKind, PersonId, ProposalId, Vmid};
use argus_types::person::{Person, Role};
use argus_types::plan::Lock;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::journal::MemoryJournal;
use crate::proxmox::{Answer, Scripted, inventory, node};

pub const WEB: u32 = 101;
pub const DB: u32 = 102;
pub const OFF: u32 = 103;
/// A snapshot that every guest has.
pub const OLD: &str = "old";

pub struct World {
    pub journal: MemoryJournal,
    pub proxmox: Scripted,
    pub began: Instant,
    pub config: Config,
    /// How far the wall clock is off, in seconds; timers do not see it.
    pub clock_error: Arc<AtomicI64>,
}

pub fn key(vmid: u32) -> GuestKey {
    GuestKey {
        kind: GuestKind::Qemu,
        vmid: Vmid::try_from(vmid).expect("a vmid"),
    }
}

/// What a step on the guest reserves.
pub fn lock(vmid: u32) -> Lock {
    Lock::Guest {
        kind: GuestKind::Qemu,
        vmid: key(vmid).vmid,
    }
}

pub fn target(vmid: u32) -> Target {
    Target {
        kind: GuestKind::Qemu,
        vmid: key(vmid).vmid,
        node: None,
    }
}

pub fn start() -> Action {
    Action::Start {
        target: target(OFF),
    }
}

pub fn shutdown(vmid: u32) -> Action {
    Action::Shutdown {
        target: target(vmid),
        timeout_s: None,
    }
}

pub fn reboot() -> Action {
    Action::Reboot {
        target: target(WEB),
        timeout_s: None,
    }
}

pub fn reset() -> Action {
    Action::Reset {
        target: target(WEB),
    }
}

pub fn suspend() -> Action {
    Action::Suspend {
        target: target(WEB),
    }
}

pub fn delete_snapshot() -> Action {
    Action::DeleteSnapshot {
        target: target(WEB),
        name: OLD.parse().expect("a snapshot name"),
    }
}

pub fn roll_back() -> Action {
    Action::Rollback {
        target: target(WEB),
        name: OLD.parse().expect("a snapshot name"),
        start: true,
    }
}

pub fn set_cores() -> Action {
    Action::SetConfig {
        target: target(WEB),
        set: ConfigChange {
            cores: Some(4),
            ..ConfigChange::default()
        },
    }
}

pub fn snapshot() -> Action {
    Action::Snapshot {
        target: target(WEB),
        name: None,
        description: None,
        include_memory: false,
    }
}

pub fn migrate() -> Action {
    Action::Migrate {
        target: target(WEB),
        node: node("pve2"),
    }
}

fn guest(vmid: u32, status: GuestStatus, ha_managed: bool) -> GuestFacts {
    GuestFacts {
        key: key(vmid),
        node: node("pve1"),
        name: format!("guest-{vmid}"),
        status,
        uptime_s: None,
        lock: None,
        template: false,
        identity: Some(format!("uuid-{vmid}")),
        ha_managed,
        tags: Vec::new(),
        snapshots: vec![SnapshotFacts {
            name: OLD.to_owned(),
            parent: None,
            with_memory: false,
        }],
        grown_from: None,
        config: Some(ConfigFacts::default()),
        disks: None,
        snapshot_supported: Some(true),
        migrate: [(node("pve2"), Ok(()))].into(),
        kept: Kept::default(),
    }
}

fn at(began: Instant) -> Timestamp {
    let passed = i64::try_from(began.elapsed().as_millis()).expect("a test takes less");
    let began = Timestamp::from_unix(1_795_000_000).expect("within the calendar");
    Timestamp::new(began.get() + time::Duration::milliseconds(passed))
}

impl World {
    /// Three guests: 101 and 102 (managed by HA) run, 103 does not.
    pub fn new(actions: Vec<Action>) -> Self {
        let guests = vec![
            guest(WEB, GuestStatus::Running, false),
            guest(DB, GuestStatus::Running, true),
            guest(OFF, GuestStatus::Stopped, false),
        ];
        let mut inventory = inventory();
        inventory.guests = guests
            .iter()
            .map(|guest| GuestListing {
                key: guest.key,
                name: guest.name.clone(),
                node: guest.node.clone(),
                status: guest.status,
                template: false,
                lock: None,
                pool: None,
                tags: Vec::new(),
                ha_managed: guest.ha_managed,
                memory: None,
            })
            .collect();
        let proposal = ProposalId(Uuid::from_u128(7));
        let planned = plan(PlanInput {
            proposal,
            cluster: inventory.cluster.clone(),
            draft: &Draft::of(actions),
            facts: &Facts::new(inventory.clone()).with_guests(guests.clone()),
            snapshots_first: false,
        })
        .expect("the actions are feasible");
        let began = Instant::now();
        let journal = MemoryJournal::new(ExecutionRecord {
            id: ExecutionId(Uuid::from_u128(8)),
            proposal,
            title: planned.title,
            plan: planned.plan,
            digest: planned.digest,
            state: ExecutionState::Running,
            confirmed_by: Person {
                id: PersonId(Uuid::from_u128(1)),
                name: "Anna".to_owned(),
                role: Role::Admin,
            },
            started_at: at(began),
            ended_at: None,
            undoes: None,
        });
        let proxmox = Scripted::new(guests, Arc::clone(&journal.crashed));
        // Long up, so that an uptime that starts anew shows.
        for guest in proxmox.lock().guests.values_mut() {
            guest.started = guest.started.map(|started| {
                started
                    .checked_sub(Duration::from_hours(1))
                    .unwrap_or(started)
            });
        }
        Self {
            clock_error: Arc::clone(&journal.clock_error),
            journal,
            proxmox,
            began,
            config: Config::new("a"),
        }
    }

    pub fn answering(self, answers: impl IntoIterator<Item = Answer>) -> Self {
        self.proxmox.lock().answers.extend(answers);
        self
    }

    pub fn now(&self) -> Timestamp {
        at(self.began)
    }

    /// One process, which may die; another one takes up what it left. Gives the number of processes.
    pub async fn run(&self) -> u32 {
        let mut processes = 0;
        while !self.journal.lock().record.state.is_final() {
            processes += 1;
            assert!(processes < 10, "it never ends: {:#?}", self.events());
            let (began, error) = (self.began, Arc::clone(&self.clock_error));
            let executor = Executor::new(
                Ports {
                    journal: self.journal.clone(),
                    hypervisor: self.proxmox.clone(),
                    clock: Arc::new(move || at(began).plus_seconds(error.load(Ordering::Relaxed))),
                    chance: Arc::new(|| 0.5),
                },
                self.config.clone(),
            );
            let cancel = CancellationToken::new();
            let mut process = JoinSet::new();
            process.spawn(executor.run(cancel.clone()));
            tokio::select! {
                () = self.journal.crashed.notified() => process.shutdown().await,
                () = self.journal.ended.notified() => {
                    cancel.cancel();
                    process.join_all().await;
                    return processes;
                }
                () = tokio::time::sleep(Duration::from_hours(24)) => panic!("it never ends: {:#?}", self.events()),
            }
        }
        processes
    }

    pub fn events(&self) -> Vec<Event> {
        let inner = self.journal.lock();
        inner
            .events
            .iter()
            .map(|entry| entry.event.clone())
            .collect()
    }

    /// The journal, folded from nothing: it must hold together by itself.
    pub fn folded(&self) -> State {
        let inner = self.journal.lock();
        let mut state = State::new(&inner.record.plan);
        for (index, entry) in inner.events.iter().enumerate() {
            assert_eq!(entry.seq, index as u64 + 1, "no gaps");
            state
                .apply(entry.at, &entry.event)
                .expect("the journal holds together");
        }
        state
    }

    pub fn state(&self) -> ExecutionState {
        let state = self.folded().execution_state();
        assert_eq!(state, self.journal.lock().record.state);
        state
    }

    pub fn steps(&self) -> Vec<StepProgress> {
        self.folded().view()
    }

    pub fn step_states(&self) -> Vec<StepState> {
        self.steps().into_iter().map(|step| step.state).collect()
    }

    /// What Proxmox really did.
    pub fn tasks(&self) -> usize {
        self.proxmox.lock().tasks.len()
    }

    pub fn sends(&self) -> usize {
        self.proxmox.lock().sends
    }

    pub fn ledger(&self) -> Vec<String> {
        let inner = self.journal.lock();
        inner
            .ledger
            .iter()
            .map(|entry| entry.kind.clone())
            .collect()
    }

    pub fn reserved(&self) -> usize {
        self.journal.lock().reserved.len()
    }
}
