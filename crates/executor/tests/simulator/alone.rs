//! One execution with a simulator, a process and a journal in memory to itself, and a proxy in between: for what is done
//! hundreds of times and needs no database.

use std::sync::Arc;
use std::time::Duration;

use argus_domain::planner::{PlanInput, plan};
use argus_executor::{Config, Executor, Pace, Ports, Proxmox};
use argus_fault_proxy::{Proxy, Upstream};
use argus_proxmox::{Client, Endpoint, Limits, Token, Trust};
use argus_proxmox_sim::{Handle, Options, Scenario, Simulator};
use argus_store::ExecutionRecord;
use argus_types::action::{Action, Draft};
use argus_types::event::Event;
use argus_types::execution::{ExecutionState, StepProgress};
use argus_types::id::{ExecutionId, ProposalId};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::journal::TroubledJournal;
use crate::lab::{SPEED, admin, now};
use crate::reading;

/// No process dies here, and a busy machine must not look like one that did.
const LEASE: Duration = Duration::from_mins(5);
/// How long anything may take before it counts as what never comes.
const PATIENCE: Duration = Duration::from_mins(4);
/// How often a journal is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// The lab, but nothing in it is ever due: what is found done there was done by Argus.
fn uneventful() -> Scenario {
    let mut scenario = Scenario::lab();
    for job in &mut scenario.replication {
        "yearly".clone_into(&mut job.schedule);
    }
    scenario
}

/// A cluster with nobody else in it.
pub struct Cluster {
    pub simulator: Handle,
    _dir: tempfile::TempDir,
}

impl Cluster {
    /// In the state of another one, or of the lab.
    pub async fn start(state: Option<Arc<[u8]>>) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let options = Options::new(dir.path(), uneventful()).speed(SPEED);
        let options = Options { state, ..options };
        let simulator = Simulator::start(options).await.expect("it starts");
        Self {
            simulator,
            _dir: dir,
        }
    }

    /// A client without anything in between.
    pub fn client(&self) -> Client {
        let trust = Trust::CaFile(self.simulator.ca_file().to_owned());
        self.client_by(self.simulator.api_url(), trust, Limits::default())
    }

    /// A client by way of a proxy.
    pub fn client_through(&self, proxy: &Proxy, trust: Trust, limits: Limits) -> Client {
        let url = format!("https://{}/api2/json", proxy.address());
        self.client_by(&url, trust, limits)
    }

    fn client_by(&self, url: &str, trust: Trust, limits: Limits) -> Client {
        let token = self.simulator.token("danger").expect("a token");
        let endpoint = Endpoint::parse(url).expect("an address");
        let token = Token::parse(token).expect("a token");
        Client::new(endpoint, token, trust, limits).expect("a client")
    }

    /// A proxy in front of it.
    pub async fn proxy(&self) -> Proxy {
        let url = self.simulator.api_url().trim_start_matches("https://");
        let address = url.split('/').next().expect("a host");
        let authority = std::fs::read(self.simulator.ca_file());
        let upstream = Upstream::Https {
            address: address.parse().expect("an address"),
            authority_pem: authority.expect("an authority"),
        };
        Proxy::start(upstream).await.expect("a proxy")
    }
}

/// What would be confirmed of these actions.
pub async fn planned(client: &Client, actions: Vec<Action>) -> ExecutionRecord {
    let draft = Draft::of(actions);
    let proposal = ProposalId(Uuid::from_u128(7));
    let planned = plan(PlanInput {
        proposal,
        cluster: "lab".parse().expect("a cluster id"),
        draft: &draft,
        facts: &reading::of_draft(client, &draft).await,
        snapshots_first: false,
    })
    .expect("a feasible draft");
    ExecutionRecord {
        id: ExecutionId(Uuid::from_u128(8)),
        proposal,
        title: planned.title,
        plan: planned.plan,
        digest: planned.digest,
        state: ExecutionState::Running,
        confirmed_by: admin(),
        started_at: now(),
        ended_at: None,
        undoes: None,
    }
}

/// The same with steps that may take so many seconds at most.
pub fn within(seconds: u32, mut record: ExecutionRecord) -> ExecutionRecord {
    for step in &mut record.plan.steps {
        step.timeout_s = step.timeout_s.min(seconds);
    }
    record.digest = argus_domain::digest::of(&record.plan);
    record
}

/// An execution under way.
pub struct Run {
    pub journal: TroubledJournal,
    _process: JoinSet<()>,
}

impl Run {
    pub fn begin(client: Client, record: ExecutionRecord) -> Self {
        let journal = TroubledJournal::new(record);
        let executor = Executor::new(
            Ports {
                journal: journal.clone(),
                hypervisor: Proxmox::new(client, "lab".parse().expect("a cluster id")),
                clock: Arc::new(now),
                chance: Arc::new(|| 0.5),
            },
            Config {
                lease_ttl: LEASE,
                pace: Pace::scaled(1.0 / SPEED),
                ..Config::new("a")
            },
        );
        let mut process = JoinSet::new();
        process.spawn(executor.run(CancellationToken::new()));
        Self {
            journal,
            _process: process,
        }
    }

    /// Waits for an entry of the journal.
    pub async fn until(&self, reached: impl Fn(&Event) -> bool) {
        let mut looks = tokio::time::interval(LOOK);
        let found = tokio::time::timeout(PATIENCE, async {
            while !self.events().iter().any(&reached) {
                looks.tick().await;
            }
        });
        let found = found.await;
        assert!(found.is_ok(), "it never comes: {:#?}", self.events());
    }

    /// Waits for the end.
    pub async fn ended(&self) -> ExecutionState {
        let ended = tokio::time::timeout(PATIENCE, self.journal.ended.notified()).await;
        assert!(ended.is_ok(), "it never ends: {:#?}", self.events());
        self.journal.execution(|execution| execution.record.state)
    }

    pub fn events(&self) -> Vec<Event> {
        self.journal.execution(|execution| {
            let events = execution.events.iter().map(|entry| entry.event.clone());
            events.collect()
        })
    }

    pub fn steps(&self) -> Vec<StepProgress> {
        self.journal.execution(|execution| {
            let mut state = argus_domain::execution::State::new(&execution.record.plan);
            for entry in &execution.events {
                state
                    .apply(entry.at, &entry.event)
                    .expect("the journal holds together");
            }
            state.view()
        })
    }
}
