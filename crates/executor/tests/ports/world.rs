//! Puts journal, Proxmox and executor together and runs them to an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use argus_domain::execution::State;
use argus_domain::facts::Facts;
use argus_domain::planner::{PlanInput, plan};
use argus_executor::testing::{Answer, OLD, guest, inventory, wall_clock};
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

use crate::journal::TroubledJournal;
use crate::proxmox::{Death, Scripted, node};

pub const WEB: u32 = 101;
pub const DB: u32 = 102;
pub const OFF: u32 = 103;

pub struct World {
    pub journal: TroubledJournal,
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

impl World {
    /// Three guests: 101 and 102 (managed by HA) run, 103 does not.
    pub fn new(actions: Vec<Action>) -> Self {
        let guests = vec![
            guest(key(WEB), GuestStatus::Running, false),
            guest(key(DB), GuestStatus::Running, true),
            guest(key(OFF), GuestStatus::Stopped, false),
        ];
        let inventory = inventory(&guests);
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
        let journal = TroubledJournal::new(ExecutionRecord {
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
            started_at: wall_clock(began),
            ended_at: None,
            undoes: None,
        });
        let proxmox = Scripted::new(guests, Arc::clone(&journal.crashed));
        Self {
            clock_error: Arc::clone(&journal.clock_error),
            journal,
            proxmox,
            began,
            config: Config::new("a"),
        }
    }

    pub fn answering(self, answers: impl IntoIterator<Item = Answer>) -> Self {
        self.proxmox.script().answers.extend(answers);
        self
    }

    /// The first process that sends something dies.
    pub fn dying(self, death: Death) -> Self {
        self.proxmox.script().death = Some(death);
        self
    }

    pub fn now(&self) -> Timestamp {
        wall_clock(self.began)
    }

    /// One process, which may die; another one takes up what it left. Gives the number of processes.
    pub async fn run(&self) -> u32 {
        let mut processes = 0;
        while !self.stored_state().is_final() {
            processes += 1;
            assert!(processes < 10, "it never ends: {:#?}", self.events());
            let (began, error) = (self.began, Arc::clone(&self.clock_error));
            let executor = Executor::new(
                Ports {
                    journal: self.journal.clone(),
                    hypervisor: self.proxmox.clone(),
                    clock: Arc::new(move || {
                        wall_clock(began).plus_seconds(error.load(Ordering::Relaxed))
                    }),
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
        let entries = self.journal.execution(|execution| execution.events.clone());
        entries.into_iter().map(|entry| entry.event).collect()
    }

    /// The journal, folded from nothing: it must hold together by itself.
    pub fn folded(&self) -> State {
        let execution = self.journal.execution(|execution| execution.clone());
        let mut state = State::new(&execution.record.plan);
        for (index, entry) in execution.events.iter().enumerate() {
            assert_eq!(entry.seq, index as u64 + 1, "no gaps");
            state
                .apply(entry.at, &entry.event)
                .expect("the journal holds together");
        }
        state
    }

    pub fn state(&self) -> ExecutionState {
        let state = self.folded().execution_state();
        assert_eq!(state, self.stored_state());
        state
    }

    /// As the row says it.
    pub fn stored_state(&self) -> ExecutionState {
        self.journal.execution(|execution| execution.record.state)
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
        self.proxmox.script().sends
    }

    pub fn ledger(&self) -> Vec<String> {
        let books = self.journal.books();
        books
            .ledger
            .iter()
            .map(|entry| entry.kind.clone())
            .collect()
    }

    pub fn reserved(&self) -> usize {
        self.journal.books().reserved.len()
    }
}
