//! A Proxmox of a few guests that answers as a test tells it. Its list of tasks is the truth of what was
//! done: journals are compared with it, never with themselves.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use argus_domain::facts::{Facts, GuestFacts, SnapshotFacts, Wanted};
use argus_domain::inventory::{Inventory, NodeFacts};
use argus_executor::ports::{Hypervisor, ReadError, Refusal, SendError, Sent, TaskState};
use argus_types::cluster::GuestStatus;
use argus_types::event::{TaskExit, TaskLine};
use argus_types::id::{GuestKey, NodeName};
use argus_types::plan::{Command, Step};
use tokio::sync::Notify;
use tokio::time::Instant;

/// What becomes of one request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A task that works.
    Task,
    /// A task that ends with this text.
    TaskFails(&'static str),
    /// A task that works and warns of something in the last line of its log.
    TaskWarns(&'static str),
    /// A task that says OK and does nothing.
    NoEffect,
    /// A task that never ends.
    NeverEnds,
    /// A task that works and whose end Proxmox cannot explain, the first so many times that it is asked.
    LostTrack(u32),
    /// A task that only queues the wish; it comes true so many seconds later.
    Queued(u64),
    /// Nothing is sent.
    NotSent,
    /// Refused.
    Refused(Refusal, &'static str),
    /// It came true by another hand, and is refused for that.
    AlreadySo,
    /// The task runs, the answer is lost.
    Lost,
    /// The answer is lost and the task appears so many seconds later.
    LostAndLate(u64),
    /// Nothing was done, and nobody knows.
    LostBefore,
    /// Two tasks of one request, as somebody else with our token would make.
    LostAndDoubled,
    /// The task runs, and the process dies before it hears of it.
    Crash,
    /// The process dies before the request leaves.
    CrashBefore,
}

#[derive(Debug, Clone)]
pub struct Guest {
    pub facts: GuestFacts,
    pub started: Option<Instant>,
}

#[derive(Debug, Clone)]
pub struct Task {
    pub upid: String,
    pub step: Step,
    pub appears: Instant,
    pub ends: Option<Instant>,
    pub exit: TaskExit,
    pub message: String,
    pub takes_effect: Option<Instant>,
    pub unexplained: u32,
}

#[derive(Debug)]
pub struct Model {
    pub guests: BTreeMap<GuestKey, Guest>,
    pub tasks: Vec<Task>,
    pub answers: VecDeque<Answer>,
    pub sends: usize,
    /// Reads of guests fail while this is set.
    pub unreadable: bool,
    /// Nobody answers any read until then.
    pub silent_until: Option<Instant>,
    /// Reads that nobody answered.
    pub asked_in_vain: usize,
    /// How long a read takes after it has seen the guest's uptime.
    pub slow: Duration,
    pub log_lines: u32,
    /// The last line of every log, where a task warned.
    pub warning: Option<&'static str>,
    /// The most lines of a log that were asked for at once.
    pub most_asked: u32,
}

#[derive(Debug, Clone)]
pub struct Scripted {
    model: Arc<Mutex<Model>>,
    pub crashed: Arc<Notify>,
    pub sent: Arc<Notify>,
}

/// How long a task takes.
pub const TASK: Duration = Duration::from_secs(4);

impl Scripted {
    pub fn new(guests: Vec<GuestFacts>, crashed: Arc<Notify>) -> Self {
        let guests = guests.into_iter().map(|facts| {
            let runs = facts.status == GuestStatus::Running;
            let started = runs.then(Instant::now);
            (facts.key, Guest { facts, started })
        });
        Self {
            model: Arc::new(Mutex::new(Model {
                guests: guests.collect(),
                tasks: Vec::new(),
                answers: VecDeque::new(),
                sends: 0,
                unreadable: false,
                silent_until: None,
                asked_in_vain: 0,
                slow: Duration::ZERO,
                log_lines: 3,
                warning: None,
                most_asked: 0,
            })),
            crashed,
            sent: Arc::new(Notify::new()),
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, Model> {
        self.model
            .lock()
            .expect("no test panics while it holds this")
    }
}

impl Scripted {
    fn see(&self, wanted: &Wanted) -> Result<Facts, ReadError> {
        let mut model = self.lock();
        model.settle();
        model.is_heard()?;
        if model.unreadable {
            return Err(no_connection());
        }
        let mut facts = Facts::new(inventory());
        for (key, look) in &wanted.guests {
            let Some(guest) = model.guests.get(key).cloned() else {
                facts.absent.insert(*key);
                continue;
            };
            let mut seen = guest.facts;
            seen.uptime_s = guest
                .started
                .map(|started| (Instant::now() - started).as_secs());
            seen.snapshot_supported = look.snapshot_feature.then_some(true);
            let nodes = look.migrate_to.iter();
            seen.migrate = nodes.map(|node| (node.clone(), Ok(()))).collect();
            facts.guests.insert(*key, seen);
        }
        Ok(facts)
    }
}

pub fn inventory() -> Inventory {
    let node = |name: &str| NodeFacts::new(name.parse().expect("a node name"), true);
    Inventory {
        cluster: "lab".parse().expect("a cluster id"),
        quorate: Some(true),
        release: Some(9),
        nodes: vec![node("pve1"), node("pve2")],
        guests: Vec::new(),
        storages: Vec::new(),
    }
}

fn no_connection() -> ReadError {
    ReadError {
        silent: true,
        message: "no connection".to_owned(),
        ..ReadError::default()
    }
}

impl Model {
    /// Whether anybody answers a read.
    fn is_heard(&mut self) -> Result<(), ReadError> {
        if self
            .silent_until
            .is_none_or(|until| until <= Instant::now())
        {
            return Ok(());
        }
        self.asked_in_vain += 1;
        Err(no_connection())
    }

    /// Lets everything happen that is due.
    fn settle(&mut self) {
        let now = Instant::now();
        for index in 0..self.tasks.len() {
            if self.tasks[index].takes_effect.is_some_and(|at| at <= now) {
                let at = self.tasks[index].takes_effect.take().unwrap_or(now);
                let step = self.tasks[index].step.clone();
                self.take_effect(&step, at);
            }
        }
    }

    fn take_effect(&mut self, step: &Step, at: Instant) {
        let key = step.target.key();
        let Some(guest) = key.and_then(|key| self.guests.get_mut(&key)) else {
            return;
        };
        let facts = &mut guest.facts;
        match &step.command {
            Command::Start {} | Command::Reboot { .. } => {
                facts.status = GuestStatus::Running;
                guest.started = Some(at);
            }
            Command::Stop {} | Command::Shutdown { .. } => {
                facts.status = GuestStatus::Stopped;
                guest.started = None;
            }
            Command::Suspend {} => facts.status = GuestStatus::Paused,
            Command::Resume {} => facts.status = GuestStatus::Running,
            // The process goes on, and nothing tells.
            Command::Reset {} => {}
            Command::Snapshot { name, .. } => {
                facts.snapshots.push(SnapshotFacts {
                    name: name.to_string(),
                    parent: facts.grown_from.replace(name.to_string()),
                    with_memory: false,
                });
            }
            Command::DeleteSnapshot { name } => {
                facts.snapshots.retain(|one| one.name != name.as_str());
            }
            Command::Rollback { name, start } => {
                facts.grown_from = Some(name.to_string());
                facts.status = if *start {
                    GuestStatus::Running
                } else {
                    GuestStatus::Stopped
                };
                guest.started = start.then_some(at);
            }
            Command::SetConfig { set, .. } => {
                let config = facts.config.get_or_insert_default();
                config.values.extend(set.clone());
            }
            Command::Migrate { to, .. } => facts.node = to.clone(),
            other => panic!("this Proxmox does not know {other:?}"),
        }
    }

    fn start(&mut self, step: &Step, after: Duration) -> &mut Task {
        let mut appears = Instant::now() + after;
        let mut takes_effect = appears + TASK;
        if is_done_at_once(step) {
            // There is a change, and never a task to be seen.
            (takes_effect, appears) = (appears, appears + Duration::from_hours(24));
        }
        let number = self.tasks.len() + 1;
        self.tasks.push(Task {
            upid: format!(
                "UPID:{}:{number:08X}:00000001:6B49D200:task:{}:argus@pve!ops:",
                step.target.node(),
                step.target.key().expect("a guest").vmid
            ),
            step: step.clone(),
            appears,
            ends: Some(appears + TASK),
            exit: TaskExit::Ok,
            message: "OK".to_owned(),
            takes_effect: Some(takes_effect),
            unexplained: 0,
        });
        self.tasks.last_mut().expect("just pushed")
    }

    fn answer(&mut self, step: &Step, answer: &Answer) -> Result<String, SendError> {
        let lost = || SendError::Indeterminate {
            message: "the connection ended before an answer".to_owned(),
        };
        let now = Duration::ZERO;
        match answer {
            Answer::Task | Answer::Crash => Ok(self.start(step, now).upid.clone()),
            Answer::TaskFails(message) => {
                let task = self.start(step, now);
                task.exit = TaskExit::Failed;
                (*message).clone_into(&mut task.message);
                task.takes_effect = None;
                Ok(task.upid.clone())
            }
            Answer::TaskWarns(line) => {
                self.warning = Some(line);
                let task = self.start(step, now);
                task.exit = TaskExit::Warnings;
                "WARNINGS: 1".clone_into(&mut task.message);
                Ok(task.upid.clone())
            }
            Answer::NoEffect => {
                let task = self.start(step, now);
                task.takes_effect = None;
                Ok(task.upid.clone())
            }
            Answer::NeverEnds => {
                let task = self.start(step, now);
                (task.ends, task.takes_effect) = (None, None);
                Ok(task.upid.clone())
            }
            Answer::LostTrack(times) => {
                let task = self.start(step, now);
                task.unexplained = *times;
                Ok(task.upid.clone())
            }
            Answer::Queued(seconds) => {
                let task = self.start(step, now);
                task.takes_effect = Some(Instant::now() + Duration::from_secs(*seconds));
                Ok(task.upid.clone())
            }
            Answer::NotSent | Answer::CrashBefore => Err(SendError::NotSent {
                message: "no connection".to_owned(),
            }),
            Answer::Refused(refusal, message) => Err(SendError::Refused {
                refusal: *refusal,
                message: (*message).to_owned(),
            }),
            Answer::AlreadySo => {
                self.take_effect(step, Instant::now());
                Err(SendError::Refused {
                    refusal: Refusal::AlreadySo,
                    message: "CT already running".to_owned(),
                })
            }
            Answer::Lost => {
                self.start(step, now);
                Err(lost())
            }
            Answer::LostAndLate(seconds) => {
                self.start(step, Duration::from_secs(*seconds));
                Err(lost())
            }
            Answer::LostBefore => Err(lost()),
            Answer::LostAndDoubled => {
                self.start(step, now);
                self.start(step, now);
                Err(lost())
            }
        }
    }
}

/// Whether Proxmox carries the step out while it is asked.
fn is_done_at_once(step: &Step) -> bool {
    matches!(step.command, Command::SetConfig { .. })
}

impl Hypervisor for Scripted {
    async fn look(&self, wanted: &Wanted) -> Result<Facts, ReadError> {
        let seen = self.see(wanted);
        let slow = self.lock().slow;
        tokio::time::sleep(slow).await;
        seen
    }

    async fn send(&self, step: &Step) -> Result<Sent, SendError> {
        let (answer, result) = {
            let mut model = self.lock();
            model.settle();
            let answer = model.answers.pop_front().unwrap_or(Answer::Task);
            if !matches!(answer, Answer::CrashBefore) {
                model.sends += 1;
            }
            let result = model.answer(step, &answer).map(|upid| {
                if is_done_at_once(step) {
                    Sent::Done { told: Vec::new() }
                } else {
                    Sent::Task(upid)
                }
            });
            (answer, result)
        };
        if matches!(answer, Answer::Crash | Answer::CrashBefore) {
            self.crashed.notify_one();
            std::future::pending::<()>().await;
        }
        self.sent.notify_one();
        result
    }

    async fn tasks(&self, step: &Step, _: i64) -> Result<Vec<String>, ReadError> {
        let mut model = self.lock();
        model.is_heard()?;
        model.settle();
        let now = Instant::now();
        let found = model
            .tasks
            .iter()
            .filter(|task| task.step.action == step.action && task.appears <= now);
        Ok(found.map(|task| task.upid.clone()).collect())
    }

    async fn task(&self, upid: &str) -> Result<TaskState, ReadError> {
        let mut model = self.lock();
        model.is_heard()?;
        model.settle();
        let now = Instant::now();
        let Some(task) = model.tasks.iter_mut().find(|task| task.upid == upid) else {
            return Err(ReadError {
                absent: true,
                message: "no such task".to_owned(),
                ..ReadError::default()
            });
        };
        if task.ends.is_none_or(|ends| ends > now) {
            return Ok(TaskState::Running);
        }
        if task.unexplained > 0 {
            task.unexplained -= 1;
            return Ok(TaskState::Ended {
                exit: TaskExit::Unexpected,
                message: "unexpected status".to_owned(),
            });
        }
        Ok(TaskState::Ended {
            exit: task.exit,
            message: task.message.clone(),
        })
    }

    async fn task_log(&self, _: &str, after: u32, limit: u32) -> Result<Vec<TaskLine>, ReadError> {
        let mut model = self.lock();
        model.is_heard()?;
        model.most_asked = model.most_asked.max(limit);
        let (last, warning) = (model.log_lines, model.warning);
        Ok((after + 1..=last.min(after.saturating_add(limit)))
            .map(|n| TaskLine {
                n,
                text: warning
                    .filter(|_| n == last)
                    .map_or_else(|| format!("line {n}"), str::to_owned),
            })
            .collect())
    }
}

pub fn node(name: &str) -> NodeName {
    name.parse().expect("a node name")
}
