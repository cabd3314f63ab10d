//! What one seed means: which executions, how many replicas, what goes wrong at random, and what happens when.

use std::time::Duration;

use argus_domain::facts::{Facts, GuestFacts};
use argus_domain::planner::{PlanInput, plan};
use argus_executor::testing::{self, OLD};
use argus_store::ExecutionRecord;
use argus_types::Timestamp;
use argus_types::action::{Action, Draft, Target};
use argus_types::cluster::GuestStatus;
use argus_types::execution::ExecutionState;
use argus_types::guest_config::ConfigChange;
use argus_types::id::{ExecutionId, GuestKey, GuestKind, PersonId, ProposalId, Vmid};
use argus_types::person::{Person, Role};
use rand::rngs::StdRng;
use rand::{Rng, RngExt};
use uuid::Uuid;

use super::weather::Weather;

/// Guests that run, without high availability and with it, and that do not.
const GUESTS: [(u32, GuestStatus, bool); 5] = [
    (101, GuestStatus::Running, false),
    (102, GuestStatus::Running, true),
    (103, GuestStatus::Stopped, false),
    (104, GuestStatus::Running, false),
    (105, GuestStatus::Stopped, false),
];
/// Within this time of the clock everything that is drawn beforehand happens.
const HORIZON_MS: u64 = 90_000;

/// One schedule.
#[derive(Debug)]
pub struct Schedule {
    /// The executions, and when each is confirmed.
    pub executions: Vec<(Duration, ExecutionRecord)>,
    /// Replicas.
    pub replicas: usize,
    /// How far each replica's clock is off from the start, in seconds.
    pub skews: Vec<i64>,
    /// How often a replica looks for executions.
    pub look_every: Duration,
    /// How many executions a replica drives at once.
    pub concurrency: u32,
    /// How long a step waits for a guest.
    pub guest_patience: Duration,
    /// How long a task takes.
    pub task: Duration,
    /// What goes wrong at random.
    pub weather: Weather,
    /// What happens when, in order.
    pub happenings: Vec<(Duration, Happening)>,
}

/// Something from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// The execution of this place is confirmed.
    Confirm(usize),
    /// Somebody stops it.
    Stop(usize),
    /// The emergency stop is set.
    EmergencyStop {
        /// Whether it finds the executions that run; one that is confirmed in the same moment it does not.
        finds: bool,
    },
    /// Somebody who stands for it may not any more.
    Bar(usize),
    /// A replica dies, and its next process starts soon.
    Crash(usize),
    /// A replica is asked to end, and its next process starts soon.
    Restart(usize),
    /// A replica stands still.
    Freeze(usize, Duration),
    /// A replica's wall clock jumps by so many seconds.
    ClockJumps(usize, i64),
    /// The database is away.
    DatabaseAway(Duration),
    /// Proxmox is away.
    ProxmoxAway(Duration),
}

/// The cluster that every schedule begins with.
pub fn guests() -> Vec<GuestFacts> {
    GUESTS
        .map(|(vmid, status, ha)| testing::guest(key(vmid), status, ha))
        .to_vec()
}

impl Schedule {
    /// Draws one.
    pub fn draw(dice: &mut StdRng) -> Self {
        let weather = Weather::draw(dice);
        let facts = {
            let guests = guests();
            Facts::new(testing::inventory(&guests)).with_guests(guests)
        };
        let count = dice.random_range(1..=3_u128);
        let executions: Vec<_> = (1..=count)
            .map(|number| {
                let at = Duration::from_millis(dice.random_range(0..20_000));
                (at, execution(dice, &facts, number))
            })
            .collect();
        let replicas = dice.random_range(1..=3);
        let skews = (0..replicas)
            .map(|_| {
                if weather.clocks {
                    dice.random_range(-60..=60)
                } else {
                    0
                }
            })
            .collect();
        let mut happenings: Vec<_> = (0..executions.len())
            .map(|place| (executions[place].0, Happening::Confirm(place)))
            .collect();
        for _ in 0..dice.random_range(0..=3) {
            let at = Duration::from_millis(dice.random_range(0..HORIZON_MS));
            happenings.push((at, happening(dice, &weather, executions.len(), replicas)));
        }
        happenings.sort_by_key(|(at, _)| *at);
        Self {
            executions,
            replicas,
            skews,
            look_every: Duration::from_secs(dice.random_range(1..=3)),
            concurrency: dice.random_range(1..=4),
            guest_patience: Duration::from_secs(dice.random_range(10..=120)),
            task: task(dice),
            weather,
            happenings,
        }
    }
}

/// Mostly short. No guest goes down and up within the two seconds that an uptime may be off by.
fn task(dice: &mut StdRng) -> Duration {
    let time = if dice.random_bool(0.7) {
        dice.random_range(500..5_000)
    } else {
        dice.random_range(5_000..30_000)
    };
    Duration::from_millis(time.max(2_500))
}

fn happening(
    dice: &mut StdRng,
    weather: &Weather,
    executions: usize,
    replicas: usize,
) -> Happening {
    let execution = dice.random_range(0..executions);
    let replica = dice.random_range(0..replicas);
    let while_ = Duration::from_millis(dice.random_range(100..40_000));
    match dice.random_range(0..10) {
        0 | 1 => Happening::Stop(execution),
        2 => Happening::EmergencyStop {
            finds: dice.random_bool(0.8),
        },
        3 => Happening::Bar(execution),
        4 => Happening::Crash(replica),
        5 => Happening::Restart(replica),
        6 => Happening::Freeze(replica, while_),
        7 if weather.clocks => Happening::ClockJumps(replica, jump(dice)),
        8 => Happening::ProxmoxAway(while_),
        _ => Happening::DatabaseAway(while_),
    }
}

fn jump(dice: &mut StdRng) -> i64 {
    let size = [60, 3_600, 86_400][dice.random_range(0..3)];
    if dice.random_bool(0.5) { size } else { -size }
}

/// A confirmed execution of a plan that the planner made.
fn execution(dice: &mut StdRng, facts: &Facts, number: u128) -> ExecutionRecord {
    let proposal = ProposalId(Uuid::from_u128(1_000 + number));
    let planned = loop {
        let steps = [1, 1, 1, 2, 2, 2, 3, 3, 4, 6][dice.random_range(0..10)];
        // Mostly about one guest or two, as people's are.
        let about = [dice.random_range(0..5), dice.random_range(0..5)];
        let actions = (0..steps).map(|step| {
            let guest = about[dice.random_range(0..2)];
            action(dice, GUESTS[guest].0, step)
        });
        let planned = plan(PlanInput {
            proposal,
            cluster: facts.inventory.cluster.clone(),
            draft: &Draft::of(actions.collect()),
            facts,
            snapshots_first: false,
        });
        if let Ok(planned) = planned {
            break planned;
        }
    };
    let id = ExecutionId(Uuid::from_u128(number));
    let mut plan = planned.plan;
    for step in &mut plan.steps {
        // So that Proxmox's truth can be told apart by step, and nothing takes hours.
        step.title = format!("{number}.{} {}", step.number, step.title);
        step.timeout_s = dice.random_range(40..=90);
        // What only people read makes each digest dearer, and there are very many.
        step.changes.clear();
        step.privileges.clear();
        step.worst_case.clear();
        step.undo.how.clear();
    }
    ExecutionRecord {
        id,
        proposal,
        title: planned.title,
        digest: argus_domain::digest::of(&plan),
        plan,
        state: ExecutionState::Running,
        confirmed_by: Person {
            id: PersonId(Uuid::from_u128(1)),
            name: "Anna".to_owned(),
            role: Role::Admin,
        },
        started_at: Timestamp::from_unix(testing::BEGAN).expect("within the calendar"),
        ended_at: None,
        undoes: None,
    }
}

/// Of all classes: by state, by a key of their own, unsafe to repeat.
fn action(dice: &mut impl Rng, vmid: u32, step: usize) -> Action {
    let target = Target {
        kind: GuestKind::Qemu,
        vmid: key(vmid).vmid,
        node: None,
    };
    match dice.random_range(0..13) {
        0 => Action::Start { target },
        1 => Action::Shutdown {
            target,
            timeout_s: None,
        },
        2 => Action::Stop { target },
        3 => Action::Reboot {
            target,
            timeout_s: None,
        },
        4 => Action::Reset { target },
        5 => Action::Suspend { target },
        6 => Action::Resume { target },
        7 | 8 => Action::Snapshot {
            target,
            name: Some(format!("s{step}").parse().expect("a snapshot name")),
            description: None,
            include_memory: false,
        },
        9 => Action::DeleteSnapshot {
            target,
            name: OLD.parse().expect("a snapshot name"),
        },
        10 => Action::Rollback {
            target,
            name: OLD.parse().expect("a snapshot name"),
            start: dice.random_bool(0.5),
        },
        11 => Action::SetConfig {
            target,
            set: ConfigChange {
                cores: Some(dice.random_range(2..=8)),
                ..ConfigChange::default()
            },
        },
        _ => Action::Migrate {
            target,
            node: "pve2".parse().expect("a node name"),
        },
    }
}

fn key(vmid: u32) -> GuestKey {
    GuestKey {
        kind: GuestKind::Qemu,
        vmid: Vmid::try_from(vmid).expect("a guest's number"),
    }
}
