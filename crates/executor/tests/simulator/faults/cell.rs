//! One action that meets one fault.

use std::sync::Arc;
use std::time::Duration;

use argus_fault_proxy::{Certificate, Proxy};
use argus_proxmox::{Fingerprint, Limits, PinSet, Trust};
use argus_proxmox_sim::{Fault, FaultKind, Target};
use argus_types::event::Event;
use argus_types::execution::ExecutionState;
use argus_types::plan::{Step, StepClass};

use super::kind::{Fate, Kind};
use super::right;
use super::scene::Scene;
use crate::alone::{Cluster, Run, within};
use crate::catalogue::truth::Truth;

/// How long the client waits for an answer that does not come.
const SHORT: Duration = Duration::from_secs(1);
/// Longest answer that is read, in bytes.
const LONGEST: usize = 1 << 20;
/// What a step may take, by the cluster's clock: more than any of them takes in the lab.
const STEP_S: u32 = 130;
/// The same of a task that never ends.
const FOR_EVER_S: u32 = 30;
/// Most requests that one execution may make, its reads included: what is only queued is looked at until its time is over,
/// at each of three attempts.
pub const MOST_REQUESTS: usize = 2000;

/// What came of it.
pub struct Told {
    pub kind: Kind,
    pub action: String,
    pub state: ExecutionState,
    /// Requests of the client, its reads included.
    pub requests: usize,
    /// Tasks that a step made beyond its one.
    pub doubles: usize,
    /// Everything that is not as it must be.
    pub wrong: Vec<String>,
}

pub async fn play(scene: Arc<Scene>, kind: Kind) -> Told {
    let cluster = scene.cluster().await;
    let proxy = cluster.proxy().await;
    let for_ever = kind == Kind::TaskForEver && scene.row.task.is_some();
    let seconds = if for_ever { FOR_EVER_S } else { STEP_S };
    let record = within(seconds, scene.record.clone());
    let steps = record.plan.steps.clone();
    for rule in kind.rules(&steps[0].call) {
        proxy.set(rule);
    }
    if for_ever {
        let never = Fault {
            target: Target::default(),
            count: None,
            kind: FaultKind::TaskNeverEnds,
        };
        cluster.simulator.fault(never).expect("a fault that fits");
    }
    let tasks_before = tasks(&scene, &cluster);
    let client = cluster.client_through(&proxy, pinned(&proxy), limits(kind));
    let run = Run::begin(client, record);
    let state = run.ended().await;
    let made = tasks(&scene, &cluster) - tasks_before;
    let allowed = if scene.row.task.is_some() {
        steps.len()
    } else {
        0
    };
    let connections = proxy.seen().into_iter();
    let lines: Vec<String> = connections.flat_map(|one| one.requests).collect();
    let seen = Seen {
        scene: &scene,
        kind,
        cluster: &cluster,
        steps: &steps,
        lines: &lines,
        state,
    };
    let mut wrong = seen.judge(&run, made);
    if made > allowed {
        wrong.push(format!("{made} tasks were made, and {allowed} may be"));
    }
    if seen.strikes() && proxy.hits() == 0 {
        wrong.push("the fault never happened".to_owned());
    }
    if !wrong.is_empty() {
        wrong.push(format!("{:#?}", run.events()));
    }
    Told {
        kind,
        action: scene.kind.to_string(),
        state,
        requests: lines.len(),
        doubles: made.saturating_sub(allowed),
        wrong,
    }
}

fn limits(kind: Kind) -> Limits {
    let usual = Limits::default();
    Limits {
        total: if kind.is_slow() { SHORT } else { usual.total },
        body: LONGEST,
        ..usual
    }
}

/// Trusts the proxy's right certificate and no other.
fn pinned(proxy: &Proxy) -> Trust {
    let right = proxy.certificate(Certificate::Right).expect("it is made");
    let pin = Fingerprint::of_certificate(&right).to_string();
    Trust::Pins(PinSet::parse(&pin).expect("a pin"))
}

/// Tasks of the row's type that were ever made.
fn tasks(scene: &Scene, cluster: &Cluster) -> usize {
    let tasks = cluster.simulator.tasks();
    let of_type = |kind: &&str| tasks.iter().filter(|task| task.kind == **kind).count();
    scene.row.task.as_ref().map_or(0, of_type)
}

/// Everything that an end is judged by.
struct Seen<'a> {
    scene: &'a Scene,
    kind: Kind,
    cluster: &'a Cluster,
    steps: &'a [Step],
    /// Every request that the client made.
    lines: &'a [String],
    state: ExecutionState,
}

impl Seen<'_> {
    /// Whether the proxy has something to do to this action.
    fn strikes(&self) -> bool {
        match self.kind.fate() {
            Fate::NeverEnds => false,
            Fate::Gone => self.scene.row.task.is_some(),
            _ => true,
        }
    }

    fn judge(&self, run: &Run, made: usize) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut ensure = |holds: bool, why: String| {
            if !holds {
                wrong.push(why);
            }
        };
        let (state, fate, first) = (self.state, self.kind.fate(), &self.steps[0]);
        let right = right::ends(fate, first, self.scene.row.task.is_some());
        // An answer that makes no sense may have been a read's: then it counts as "no", and nothing is sent at all.
        let read_as_no = self.kind == Kind::WrongType
            && state == ExecutionState::Failed
            && self.steps.iter().all(|step| self.sent(step) == 0);
        ensure(
            right.contains(&state) || read_as_no,
            format!("{state:?} is none of {right:?}"),
        );
        let now = Truth::of(&self.cluster.simulator);
        ensure(
            state != ExecutionState::Succeeded || (self.scene.row.seen)(&self.scene.before, &now),
            "it is said to be done, and the simulator shows otherwise".to_owned(),
        );
        if right::leaves_all_as_it_was(fate, state) {
            let same = self.scene.before.lasting() == now.lasting() && made == 0;
            ensure(same, "something changed".to_owned());
        }
        for step in self.steps {
            let (sent, carried_out) = (self.sent(step), self.carried_out(step));
            // The client reads once more by itself where a connection breaks.
            let each = if step.call.method == "GET" { 2 } else { 1 };
            ensure(
                sent <= usize::from(step.max_attempts) * each,
                format!("step {} was sent {sent} times", step.number),
            );
            ensure(
                step.class != StepClass::UnsafeToRepeat || carried_out <= 1,
                format!("step {} was carried out {carried_out} times", step.number),
            );
        }
        let requests = self.lines.len();
        ensure(
            requests <= MOST_REQUESTS,
            format!("{requests} requests were made"),
        );
        let waits = state == ExecutionState::NeedsAttention;
        let reserved = run.journal.books().reserved.clone();
        ensure(
            waits != reserved.is_empty(),
            format!("{reserved:?} stay reserved"),
        );
        let taken_up = |event: &Event| matches!(event, Event::Resumed { .. });
        ensure(
            !run.events().iter().any(taken_up),
            "driving it broke off".to_owned(),
        );
        wrong
    }

    /// How often the client sent the step's request.
    fn sent(&self, step: &Step) -> usize {
        let (method, path) = (&step.call.method, &step.call.path);
        let own = |line: &&String| {
            line.split_once(' ')
                .is_some_and(|(by, to)| by == method && to.ends_with(path.as_str()))
        };
        self.lines.iter().filter(own).count()
    }

    /// How often Proxmox said yes to it.
    fn carried_out(&self, step: &Step) -> usize {
        let requests = self.cluster.simulator.requests();
        let own = requests.last.iter().filter(|seen| {
            seen.method == step.call.method
                && seen.call == step.call.path
                && seen.status.is_some_and(|status| status < 300)
        });
        own.count()
    }
}
