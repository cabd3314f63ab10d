//! Watches every commit, every lease and every request of one schedule, and keeps its own books of what may be. It
//! trusts neither the executor nor the journal in memory.

use std::collections::BTreeMap;
use std::time::Duration;

use argus_domain::check;
use argus_executor::testing::{Answer, Books, Model, Task};
use argus_store::journal::{Append, Lease, ResourceLease};
use argus_types::event::Event;
use argus_types::execution::ExecutionState;
use argus_types::id::ExecutionId;
use argus_types::plan::{Lock, Step};
use tokio::time::Instant;

use super::doubts::Doubts;

/// A replica and which of its processes.
pub type Process = (usize, u32);

/// Its books.
#[derive(Debug, Default)]
pub struct Witness {
    executions: BTreeMap<ExecutionId, Seen>,
    /// By the step's title, which no other step has.
    steps: BTreeMap<String, (ExecutionId, u16)>,
    holders: BTreeMap<Lock, ExecutionId>,
    /// What became of each step's requests.
    pub doubts: BTreeMap<(ExecutionId, u16), Doubts>,
    /// Whether a read of Proxmox ever failed.
    pub reads_failed: bool,
    /// What must not be, in words.
    pub violations: Vec<String>,
}

#[derive(Debug, Default)]
struct Seen {
    lease: Option<Held>,
    /// The last epoch that was given.
    epoch: i64,
    /// Whether anything forbids an intent: a stop, or a right that was lost.
    forbidden: bool,
    steps: Vec<Step>,
    intent: Option<Intent>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    until: Instant,
    by: Process,
}

/// A request that may go out once.
#[derive(Debug, Clone, Copy)]
struct Intent {
    step: u16,
    epoch: i64,
}

impl Witness {
    fn violation(&mut self, what: String) {
        self.violations.push(what);
    }

    /// An execution is confirmed.
    pub fn confirmed(&mut self, id: ExecutionId, steps: &[Step]) {
        for step in steps {
            self.steps.insert(step.title.clone(), (id, step.number));
        }
        let seen = Seen {
            steps: steps.to_vec(),
            ..Seen::default()
        };
        self.executions.insert(id, seen);
    }

    /// From now on it may intend nothing more.
    pub fn forbid(&mut self, id: ExecutionId) {
        if let Some(seen) = self.executions.get_mut(&id) {
            seen.forbidden = true;
        }
    }

    /// The same for all.
    pub fn forbid_all(&mut self) {
        for seen in self.executions.values_mut() {
            seen.forbidden = true;
        }
    }

    /// A lease was given.
    pub fn claimed(&mut self, lease: Lease, ttl: Duration, by: Process) {
        let Some(seen) = self.executions.get_mut(&lease.execution) else {
            return self.violation(format!("{lease:?} is of no execution"));
        };
        let now = Instant::now();
        let before = seen.lease.replace(Held {
            until: now + ttl,
            by,
        });
        let grown = lease.epoch > seen.epoch;
        seen.epoch = lease.epoch;
        if before.is_some_and(|held| held.until > now) || !grown {
            self.violation(format!("{lease:?} was given while another one held"));
        }
    }

    /// A lease was renewed.
    pub fn renewed(&mut self, lease: Lease, ttl: Duration) {
        if !self.holds(lease) {
            return self.violation(format!("{lease:?} was renewed though it was lost"));
        }
        let seen = self.executions.get_mut(&lease.execution);
        if let Some(held) = seen.and_then(|seen| seen.lease.as_mut()) {
            held.until = Instant::now() + ttl;
        }
    }

    /// A lease was given back.
    pub fn released(&mut self, lease: Lease) {
        let seen = self.executions.get_mut(&lease.execution);
        if let Some(seen) = seen.filter(|seen| seen.epoch == lease.epoch) {
            seen.lease = None;
        }
    }

    fn holds(&self, lease: Lease) -> bool {
        let seen = self.executions.get(&lease.execution);
        seen.is_some_and(|seen| {
            seen.epoch == lease.epoch && seen.lease.is_some_and(|held| held.until > Instant::now())
        })
    }

    /// Entries were committed.
    pub fn committed(&mut self, lease: Lease, append: &Append, books: &Books, model: &Model) {
        let id = lease.execution;
        let name = id.0.as_u128();
        if !self.holds(lease) {
            self.violation(format!("{name}/{} wrote without its lease", lease.epoch));
        }
        self.reserve(id, &append.resources);
        for event in &append.events {
            let Some(seen) = self.executions.get_mut(&id) else {
                continue;
            };
            match event {
                Event::Intended { step, .. } => {
                    seen.intent = Some(Intent {
                        step: *step,
                        epoch: lease.epoch,
                    });
                    self.doubts.entry((id, *step)).or_default().unanswered = true;
                    let forbidden = seen.forbidden || books.emergency_stop;
                    let locked = seen.steps.iter().find(|one| one.number == *step);
                    let unlocked = locked.is_none_or(|step| {
                        let own = |lock: &Lock| self.holders.get(lock) == Some(&id);
                        !step.locks.iter().all(own)
                    });
                    if forbidden {
                        self.violation(format!("{name} intended step {step} after a stop"));
                    }
                    if unlocked {
                        self.violation(format!(
                            "{name} intended step {step} without what it reserves"
                        ));
                    }
                    if !append.intent {
                        self.violation(format!("{name} intended step {step} unchecked"));
                    }
                }
                Event::StopRequested { .. } => seen.forbidden = true,
                Event::StepSucceeded { step } => {
                    seen.intent = None;
                    self.succeeded(id, *step, model);
                }
                Event::Log { .. } | Event::Resumed { .. } => {}
                Event::Refused { step, .. }
                | Event::Absent { step, .. }
                | Event::Submitted { step, .. }
                | Event::Answered { step, .. } => {
                    seen.intent = None;
                    self.doubts.entry((id, *step)).or_default().unanswered = false;
                }
                _ => seen.intent = None,
            }
        }
        match append.end {
            None | Some(ExecutionState::NeedsAttention) => {}
            Some(_) => self.holders.retain(|_, holder| *holder != id),
        }
    }

    fn reserve(&mut self, id: ExecutionId, changes: &[ResourceLease]) {
        for change in changes {
            match change {
                ResourceLease::Acquire { locks, .. } => {
                    for lock in locks {
                        let before = self.holders.insert(lock.clone(), id);
                        if before.is_some_and(|holder| holder != id) {
                            self.violation(format!("two executions have {lock}"));
                        }
                    }
                }
                ResourceLease::Release { locks, .. } => {
                    for lock in locks {
                        if self.holders.get(lock) == Some(&id) {
                            self.holders.remove(lock);
                        }
                    }
                }
            }
        }
    }

    /// A step counts as done: then its effect is there, or came about by another hand, or nothing can show it.
    fn succeeded(&mut self, id: ExecutionId, number: u16, model: &Model) {
        let seen = self.executions.get(&id);
        let step = seen.and_then(|seen| seen.steps.iter().find(|step| step.number == number));
        let Some(step) = step else {
            return self.violation(format!("{id} has no step {number}"));
        };
        let doubts = self.doubts.get(&(id, number)).copied().unwrap_or_default();
        let excused =
            doubts.by_another_hand || doubts.forgotten || (!check::tells(step) && doubts.said_done);
        if effects(model, step) != 1 && !excused {
            let title = step.title.clone();
            self.violation(format!("'{title}' counts as done and is not"));
        }
    }

    /// A request leaves.
    pub fn sent(&mut self, step: &Step, by: Process, answer: &Answer, model: &Model) {
        let Some((id, number)) = self.steps.get(&step.title).copied() else {
            return self.violation(format!("'{}' is of no plan", step.title));
        };
        self.doubts.entry((id, number)).or_default().note(answer);
        let Some(seen) = self.executions.get_mut(&id) else {
            return;
        };
        let own = seen.lease.is_some_and(|held| held.by == by);
        let intent = seen.intent.take();
        let intended =
            intent.is_some_and(|intent| intent.step == number && intent.epoch == seen.epoch);
        if !(own && intended) {
            self.violation(format!(
                "'{}' was sent without an intent of its sender's",
                step.title
            ));
        }
        let at_work = model.tasks.iter().find(|task| {
            let other = self.steps.get(&task.step.title);
            is_at_work(task)
                && task.step.target.key() == step.target.key()
                && other.is_some_and(|(other, _)| *other != id)
        });
        if let Some(task) = at_work {
            let (one, other) = (&step.title, &task.step.title);
            self.violation(format!("'{one}' was sent while '{other}' was at work"));
        }
    }

    /// What is reserved by the witness' own books.
    pub fn holders(&self) -> &BTreeMap<Lock, ExecutionId> {
        &self.holders
    }
}

/// How often the step took effect.
pub fn effects(model: &Model, step: &Step) -> usize {
    let own = model
        .tasks
        .iter()
        .filter(|task| task.step.title == step.title);
    own.filter(|task| task.took_effect.is_some()).count()
}

/// Whether it runs, or its effect is still to come.
fn is_at_work(task: &Task) -> bool {
    let runs = task.ends.is_none_or(|ends| ends > Instant::now());
    runs || task.takes_effect.is_some()
}
