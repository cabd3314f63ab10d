//! A cluster, a database and people; plans are made from fresh reads, as the API makes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use argus_domain::planner::{PlanInput, plan};
use argus_executor::{Config, Executor, Pace, PlanTokens, Ports, Proxmox, StoreJournal};
use argus_proxmox::{Client, Endpoint, Limits, Token, Trust};
use argus_proxmox_sim::{Fault, FaultKind, Handle, Options, Scenario, Simulator, Target};
use argus_store::testing::TestDatabase;
use argus_store::{Closing, Created, NewBrokenGlass, NewExecution, NewProposal, Store};
use argus_types::Timestamp;
use argus_types::action::{Action, Draft, Target as Guest};
use argus_types::execution::{Execution, ExecutionState};
use argus_types::id::{ExecutionId, GuestKind, HumanId, PersonId, ProposalId, Vmid};
use argus_types::person::{Person, Role};
use argus_types::plan::Plan;
use argus_types::proposal::{Origin, Proposal, ProposalState};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::reading;

/// How much faster than real time the cluster runs.
pub const SPEED: f64 = 20.0;
/// How long a dead process' lease holds, where nobody says.
const LEASE: Duration = Duration::from_secs(1);
/// How often a process looks for what nobody drives: about as often, by the cluster's time, as in production.
pub const LOOK_EVERY: Duration = Duration::from_millis(50);

pub struct Lab {
    /// How long a process' lease holds.
    pub lease: Duration,
    /// How often a process looks for tokens that were left over.
    pub sweep_every: Duration,
    pub simulator: Handle,
    pub store: Store,
    pub client: Client,
    /// Makes a token for each plan, where plans get one.
    manager: Option<Client>,
    database: TestDatabase,
    _dir: tempfile::TempDir,
}

/// A process' clock, off by as many seconds as a test likes.
#[derive(Clone, Default)]
pub struct SkewedClock(Arc<AtomicI64>);

impl SkewedClock {
    /// Has it be off by so many seconds from now on.
    pub fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    fn now(&self) -> Timestamp {
        now().plus_seconds(self.0.load(Ordering::SeqCst))
    }
}

pub fn now() -> Timestamp {
    Timestamp::new(std::time::SystemTime::now().into())
}

pub fn guest(kind: GuestKind, vmid: u32) -> Guest {
    Guest {
        kind,
        vmid: Vmid::try_from(vmid).expect("a vmid"),
        node: None,
    }
}

pub fn vm(vmid: u32) -> Guest {
    guest(GuestKind::Qemu, vmid)
}

pub fn snapshot(target: Guest) -> Action {
    Action::Snapshot {
        target,
        name: None,
        description: None,
        include_memory: false,
    }
}

pub fn migrate(target: Guest, to: &str) -> Action {
    Action::Migrate {
        target,
        node: to.parse().expect("a node name"),
    }
}

pub fn shutdown(target: Guest) -> Action {
    Action::Shutdown {
        target,
        timeout_s: None,
    }
}

pub fn admin() -> Person {
    Person {
        id: PersonId(Uuid::from_u128(1)),
        name: "Anna".to_owned(),
        role: Role::Admin,
    }
}

impl Lab {
    pub async fn start() -> Self {
        Self::start_in(Scenario::lab()).await
    }

    /// One in which each plan gets a token of its own, and nothing else may send.
    pub async fn with_plan_tokens() -> Self {
        let mut lab = Self::start_in(Scenario::lab().managing_tokens()).await;
        lab.manager = Some(lab.client_of("manage"));
        // Facts are read with a token that may change nothing, but for asking whether a guest may move.
        lab.client = lab.client_of("ops");
        lab
    }

    /// A client with a token of the scenario.
    pub fn client_of(&self, token: &str) -> Client {
        client_of(&self.simulator, token)
    }

    async fn start_in(scenario: Scenario) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let simulator = Simulator::start(Options::new(dir.path(), scenario).speed(SPEED))
            .await
            .expect("the simulator starts");
        let client = client_of(&simulator, "danger");
        let database = TestDatabase::create().await;
        let store = database.store().await;
        let mut tx = store.begin().await.expect("a transaction");
        tx.upsert_person(&admin(), true, now())
            .await
            .expect("a person");
        tx.commit().await.expect("a commit");
        Self {
            lease: LEASE,
            sweep_every: Duration::from_mins(1),
            simulator,
            store,
            client,
            manager: None,
            database,
            _dir: dir,
        }
    }

    /// Plans, keeps and confirms; nobody drives it yet.
    pub async fn confirm(&self, actions: Vec<Action>) -> ExecutionId {
        let draft = Draft::of(actions);
        let id = ProposalId(Uuid::from_u128(next_id()));
        let planned = plan(PlanInput {
            proposal: id,
            cluster: "lab".parse().expect("a cluster id"),
            draft: &draft,
            facts: &reading::of_draft(&self.client, &draft).await,
            snapshots_first: false,
        })
        .expect("a feasible draft");
        let destructive = planned.risk.destructive;
        let proposal = Proposal {
            id,
            cluster: planned.plan.cluster.clone(),
            revision: 1,
            state: ProposalState::InReview,
            title: planned.title,
            author: admin(),
            origin: Origin::Draft,
            drafted_by: None,
            request: None,
            reason: None,
            plan: planned.plan,
            digest: planned.digest,
            risk: planned.risk,
            snapshots: planned.snapshots,
            skipped: planned.skipped,
            impact: planned.impact,
            policy: None,
            approvals_required: if destructive { 2 } else { 0 },
            approvals: 0,
            created_at: now(),
            planned_at: now(),
            expires_at: now().plus_seconds(3600),
            closed_by: None,
            closed_at: None,
            closed_reason: None,
            drift: Vec::new(),
            execution: None,
            supersedes: None,
            schedule: None,
            superseded_by: None,
            undoes: None,
        };
        let mut tx = self.store.begin().await.expect("a transaction");
        tx.insert_proposal(NewProposal {
            proposal: &proposal,
            draft: &draft,
            snapshots_first: false,
            placements: &planned.placements,
            question: None,
        })
        .await
        .expect("a proposal");
        if destructive {
            // What two people would approve elsewhere, one breaks the glass for.
            tx.name_for_break_glass(admin().id, true)
                .await
                .expect("a person");
            tx.break_glass(NewBrokenGlass {
                proposal: id,
                person: admin().id,
                human: HumanId(admin().id.0),
                reason: "the lab has one person who does everything",
                at: now(),
            })
            .await
            .expect("broken glass");
        }
        let closing = Closing {
            to: ProposalState::Confirmed,
            by: Some(admin().id),
            at: now(),
            reason: None,
            drift: &[],
        };
        assert!(tx.close_proposal(id, closing).await.expect("a proposal"));
        let execution = ExecutionId(id.0);
        let created = tx
            .create_execution(NewExecution {
                id: execution,
                proposal: id,
                revision: 1,
                confirmed_by: &admin(),
                at: now(),
            })
            .await
            .expect("an execution");
        assert_eq!(created, Created::Yes);
        tx.commit().await.expect("a commit");
        execution
    }

    /// One process. Dropping the set is what `kill -9` is.
    pub fn process(&self, replica: &str) -> JoinSet<()> {
        self.process_by(replica, &SkewedClock::default())
    }

    /// One process with a clock of its own.
    pub fn process_by(&self, replica: &str, clock: &SkewedClock) -> JoinSet<()> {
        let mut process = JoinSet::new();
        let clock = clock.clone();
        let executor = Executor::new(
            Ports {
                journal: StoreJournal::new(self.store.clone()),
                hypervisor: self.hypervisor(),
                clock: Arc::new(move || clock.now()),
                chance: Arc::new(|| 0.5),
            },
            Config {
                lease_ttl: self.lease,
                look_every: LOOK_EVERY,
                sweep_every: self.sweep_every,
                pace: Pace::scaled(1.0 / SPEED),
                ..Config::new(replica)
            },
        );
        process.spawn(executor.run(CancellationToken::new()));
        process
    }

    /// Proxmox as a process reaches it.
    pub fn hypervisor(&self) -> Proxmox {
        let proxmox = Proxmox::new(self.client.clone(), "lab".parse().expect("a cluster id"));
        match &self.manager {
            Some(manager) => {
                let (manager, store) = (manager.clone(), self.store.clone());
                proxmox.with_plan_tokens(PlanTokens::new(manager, store, Arc::new(now)))
            }
            None => proxmox,
        }
    }

    /// Tokens of plans that the simulator has.
    pub fn plan_tokens(&self) -> Vec<String> {
        let ids = self.simulator.token_ids().into_iter();
        ids.filter(|id| id.contains("!argus-")).collect()
    }

    /// Waits until the simulator has no token of a plan, at most as long as a busy machine may take.
    pub async fn none_left(&self) {
        let gone = tokio::time::timeout(Duration::from_secs(60), async {
            while !self.plan_tokens().is_empty() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        });
        if gone.await.is_err() {
            panic!("left: {:?}", self.plan_tokens());
        }
    }

    /// Whether no other process ever took up what the first one began.
    pub async fn was_claimed_once(&self, id: ExecutionId) -> bool {
        let sql = format!("SELECT FROM execution WHERE id = '{id}' AND lease_epoch = 1");
        self.database.execute(sql).await.expect("a count") == 1
    }

    pub async fn execution(&self, id: ExecutionId) -> Execution {
        self.store
            .execution(id)
            .await
            .expect("a journal that holds together")
            .expect("an execution")
    }

    /// What was confirmed.
    pub async fn plan(&self, id: ExecutionId) -> Plan {
        let loaded = self.store.load_execution(id).await.expect("a journal");
        loaded.expect("an execution").0.plan
    }

    /// Waits until `reached`, at most as long as a busy machine may take.
    pub async fn until(&self, id: ExecutionId, reached: impl Fn(&Execution) -> bool) -> Execution {
        let mut heard = self.store.listen().await.expect("a listener");
        let found = tokio::time::timeout(Duration::from_mins(3), async {
            loop {
                let execution = self.execution(id).await;
                if reached(&execution) {
                    return execution;
                }
                heard.next().await.expect("a notification");
            }
        });
        if let Ok(execution) = found.await {
            return execution;
        }
        panic!("it does not come to that: {:#?}", self.execution(id).await)
    }

    pub async fn ended(&self, id: ExecutionId) -> Execution {
        let ended = self.until(id, |execution| execution.state.is_final()).await;
        self.store
            .verify_ledger()
            .await
            .expect("a readable ledger")
            .expect("a ledger that holds together");
        ended
    }

    pub async fn run(&self, actions: Vec<Action>) -> Execution {
        let id = self.confirm(actions).await;
        let _process = self.process("a");
        self.ended(id).await
    }

    pub fn fault(&self, path: &str, kind: FaultKind) {
        self.fault_of("POST", path, kind);
    }

    /// A fault that hits the next call of this method whose path has this in it.
    pub fn fault_of(&self, method: &str, path: &str, kind: FaultKind) {
        self.simulator
            .fault(Fault {
                target: Target {
                    method: Some(method.to_owned()),
                    path_contains: Some(path.to_owned()),
                    node: None,
                },
                count: Some(1),
                kind,
            })
            .expect("a fault that fits");
    }

    /// Ends every connection to the database, as its restart does.
    pub async fn cut_database(&self) {
        self.database
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await
            .expect("the database itself is there");
    }

    /// Tasks of this type that the simulator ever made.
    pub fn tasks(&self, kind: &str) -> usize {
        let tasks = self.simulator.tasks();
        tasks.iter().filter(|task| task.kind == kind).count()
    }

    pub async fn stop_all(&self) {
        let mut tx = self.store.begin().await.expect("a transaction");
        tx.engage_emergency_stop(&admin(), now(), Some("smoke"))
            .await
            .expect("a stop");
        tx.commit().await.expect("a commit");
    }

    pub async fn ledger_kinds(&self, id: ExecutionId) -> Vec<String> {
        let subject = format!("execution/{id}");
        let records = self
            .store
            .ledger_after(0, 1000)
            .await
            .expect("a readable ledger");
        let ours = records
            .into_iter()
            .filter(|record| record.subject == subject);
        ours.map(|record| record.kind).collect()
    }
}

pub fn states(execution: &Execution) -> (ExecutionState, Vec<argus_types::execution::StepState>) {
    let steps = execution.steps.iter().map(|step| step.state).collect();
    (execution.state, steps)
}

fn client_of(simulator: &Handle, token: &str) -> Client {
    Client::new(
        Endpoint::parse(simulator.api_url()).expect("an endpoint"),
        Token::parse(simulator.token(token).expect("the scenario has it")).expect("a token"),
        Trust::CaFile(simulator.ca_file().to_owned()),
        Limits::default(),
    )
    .expect("a client")
}

/// A number that no other lab of this run has: each has a database of its own, so a counter does.
fn next_id() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(0x1000);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed))
}
