//! A Proxmox of a few guests that treats each request as it is told to. Its list of tasks is the truth of what was
//! done: journals are compared with it, never with themselves.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argus_domain::facts::{Facts, GuestFacts, SnapshotFacts, Wanted};
use argus_types::cluster::GuestStatus;
use argus_types::event::{TaskExit, TaskLine};
use argus_types::id::GuestKey;
use argus_types::plan::{Command, Step};
use tokio::time::Instant;

use super::answer::Answer;
use super::cluster::{BEGAN, inventory};
use crate::ports::{Hypervisor, ReadError, Refusal, SendError, Sent, TaskState};

/// A guest.
#[derive(Debug, Clone)]
pub struct Guest {
    /// As it is.
    pub facts: GuestFacts,
    /// Since when it is up.
    pub started: Option<Instant>,
}

/// A task, or a change that was made at once.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its id.
    pub upid: String,
    /// The step whose request it came from.
    pub step: Step,
    /// From when on it is to be seen; never where the change is made at once.
    pub appears: Option<Instant>,
    /// When it ends.
    pub ends: Option<Instant>,
    /// How.
    pub exit: TaskExit,
    /// In Proxmox's words.
    pub message: String,
    /// When its effect is still to come.
    pub takes_effect: Option<Instant>,
    /// When its effect came.
    pub took_effect: Option<Instant>,
    /// How often its end cannot be explained before it can.
    pub unexplained: u32,
    /// Whether Proxmox lost every trace of it.
    pub forgotten: bool,
}

/// All of it.
#[derive(Debug)]
pub struct Model {
    began: Instant,
    /// The guests.
    pub guests: BTreeMap<GuestKey, Guest>,
    /// Everything that requests led to.
    pub tasks: Vec<Task>,
    /// How long each task takes.
    pub task: Duration,
    /// Lines that each task writes.
    pub log_lines: u32,
    /// The last line of every log, where a task warned.
    pub warning: Option<&'static str>,
    /// The most lines of a log that were asked for at once.
    pub most_asked: u32,
}

/// A handle on it; clones share it.
#[derive(Debug, Clone)]
pub struct MemoryProxmox {
    model: Arc<Mutex<Model>>,
}

/// How long a task takes, where nobody says otherwise.
pub const TASK: Duration = Duration::from_secs(4);

impl MemoryProxmox {
    /// With these guests; those that run have been up for an hour, so that an uptime that starts anew shows.
    pub fn new(guests: Vec<GuestFacts>) -> Self {
        let now = Instant::now();
        let up_since = now.checked_sub(Duration::from_hours(1)).unwrap_or(now);
        let guests = guests.into_iter().map(|facts| {
            let runs = facts.status == GuestStatus::Running;
            let started = runs.then_some(up_since);
            (facts.key, Guest { facts, started })
        });
        Self {
            model: Arc::new(Mutex::new(Model {
                began: now,
                guests: guests.collect(),
                tasks: Vec::new(),
                task: TASK,
                log_lines: 3,
                warning: None,
                most_asked: 0,
            })),
        }
    }

    /// Looks into it or changes it, with nobody in between. Everything that is due has happened.
    pub fn lock(&self) -> MutexGuard<'_, Model> {
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        model.settle();
        model
    }

    /// Treats a request in this way.
    pub fn request(&self, step: &Step, answer: &Answer) -> Result<Sent, SendError> {
        let upid = self.lock().answer(step, answer)?;
        Ok(if is_done_at_once(step) {
            Sent::Done { told: Vec::new() }
        } else {
            Sent::Task(upid)
        })
    }
}

impl Model {
    /// Epoch seconds by Proxmox's clock.
    fn unix(&self, at: Instant) -> i64 {
        let passed = at.saturating_duration_since(self.began).as_secs();
        BEGAN.saturating_add_unsigned(passed)
    }

    /// As the nodes answer.
    fn see(&self, wanted: &Wanted) -> Facts {
        let mut facts = Facts::new(inventory(&[]));
        for (key, look) in &wanted.guests {
            let Some(guest) = self.guests.get(key) else {
                facts.absent.insert(*key);
                continue;
            };
            let mut seen = guest.facts.clone();
            seen.uptime_s = guest.started.map(|started| started.elapsed().as_secs());
            seen.snapshot_supported = look.snapshot_feature.then_some(true);
            let nodes = look.migrate_to.iter();
            seen.migrate = nodes.map(|node| (node.clone(), Ok(()))).collect();
            facts.guests.insert(*key, seen);
        }
        facts
    }

    /// Lets everything happen that is due.
    fn settle(&mut self) {
        let now = Instant::now();
        for index in 0..self.tasks.len() {
            if self.tasks[index].takes_effect.is_some_and(|at| at <= now) {
                let at = self.tasks[index].takes_effect.take().unwrap_or(now);
                let step = self.tasks[index].step.clone();
                self.take_effect(&step, at);
                self.tasks[index].took_effect = Some(at);
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
                    taken: None,
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
            other => panic!("a Proxmox in memory does not know {other:?}"),
        }
    }

    fn start(&mut self, step: &Step, after: Duration) -> &mut Task {
        let arrives = Instant::now() + after;
        // A change that is made at once is never to be seen as a task.
        let at_once = is_done_at_once(step);
        let number = self.tasks.len() + 1;
        let about = step.target.key().map(|key| key.vmid.to_string());
        self.tasks.push(Task {
            upid: format!(
                "UPID:{}:{number:08X}:00000001:6B49D200:task:{}:argus@pve!ops:",
                step.target.node(),
                about.unwrap_or_default(),
            ),
            step: step.clone(),
            appears: (!at_once).then_some(arrives),
            ends: Some(arrives + if at_once { Duration::ZERO } else { self.task }),
            exit: TaskExit::Ok,
            message: "OK".to_owned(),
            takes_effect: Some(if at_once {
                arrives
            } else {
                arrives + self.task
            }),
            took_effect: None,
            unexplained: 0,
            forgotten: false,
        });
        let last = self.tasks.len() - 1;
        &mut self.tasks[last]
    }

    fn answer(&mut self, step: &Step, answer: &Answer) -> Result<String, SendError> {
        let lost = || SendError::Indeterminate {
            message: "the connection ended before an answer".to_owned(),
        };
        let now = Duration::ZERO;
        match answer {
            Answer::Task => Ok(self.start(step, now).upid.clone()),
            Answer::TaskFails(message) => {
                let task = self.start(step, now);
                task.exit = TaskExit::Failed;
                (*message).clone_into(&mut task.message);
                task.takes_effect = None;
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
            Answer::TaskWarns(line) => {
                self.warning = Some(line);
                let task = self.start(step, now);
                task.exit = TaskExit::Warnings;
                "WARNINGS: 1".clone_into(&mut task.message);
                Ok(task.upid.clone())
            }
            Answer::Forgotten(effect) => {
                let task = self.start(step, now);
                task.forgotten = true;
                task.takes_effect = task.takes_effect.filter(|_| *effect);
                Ok(task.upid.clone())
            }
            Answer::LostTrackAndNoEffect => {
                let task = self.start(step, now);
                task.unexplained = u32::MAX;
                task.takes_effect = None;
                Ok(task.upid.clone())
            }
            Answer::Queued(seconds) => {
                let task = self.start(step, now);
                task.takes_effect = Some(Instant::now() + Duration::from_secs(*seconds));
                Ok(task.upid.clone())
            }
            Answer::NotSent => Err(SendError::NotSent {
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

impl Hypervisor for MemoryProxmox {
    async fn look(&self, wanted: &Wanted) -> Result<Facts, ReadError> {
        Ok(self.lock().see(wanted))
    }

    async fn send(&self, step: &Step) -> Result<Sent, SendError> {
        self.request(step, &Answer::Task)
    }

    async fn tasks(&self, step: &Step, since: i64) -> Result<Vec<String>, ReadError> {
        let model = self.lock();
        let now = Instant::now();
        let found = model.tasks.iter().filter(|task| {
            task.appears
                .is_some_and(|appears| appears <= now && model.unix(appears) >= since)
                && task.step.action == step.action
                && task.step.target.key() == step.target.key()
                && !task.forgotten
        });
        Ok(found.map(|task| task.upid.clone()).collect())
    }

    async fn task(&self, upid: &str) -> Result<TaskState, ReadError> {
        let mut model = self.lock();
        let now = Instant::now();
        let task = model.tasks.iter_mut().find(|task| task.upid == upid);
        let Some(task) = task.filter(|task| !task.forgotten) else {
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
