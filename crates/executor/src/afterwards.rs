//! Looking once more at a step whose outcome could not be decided, for the person who has to: what Proxmox has of it now.
//! Reads only, with whatever token the client has.

use std::time::Duration;

use argus_domain::facts::wanted_by_step;
use argus_proxmox::Client;
use argus_types::Timestamp;
use argus_types::event::{Event, ExecutionEvent};
use argus_types::id::ClusterId;
use argus_types::plan::{Evidence, Plan, Step};

use crate::hypervisor::{Proxmox, ended};
use crate::memory::Memory;
use crate::ports::{Hypervisor, ReadError, TaskState};
use crate::step::look::{Seen as Compared, elsewhere};
use crate::trace::Trace;

/// How far the clocks of Argus' own replicas and of nodes may be apart, in seconds.
const SKEW_S: i64 = 5;

/// Looks at undecided steps.
#[derive(Debug, Clone)]
pub struct Afterwards {
    proxmox: Proxmox,
}

/// What there is now.
#[derive(Debug)]
pub struct Seen {
    /// What the step should have brought about, against fresh state.
    pub state: Result<Vec<Evidence>, ReadError>,
    /// Tasks that are or could be the step's, whoever started them.
    pub tasks: Result<Vec<SeenTask>, ReadError>,
}

/// A task that is or could be the step's.
#[derive(Debug)]
pub struct SeenTask {
    /// Its id.
    pub upid: String,
    /// Whether the journal has it.
    pub own: bool,
    /// How it stands.
    pub state: Result<TaskState, ReadError>,
}

impl Afterwards {
    /// Looks through `client`.
    pub fn new(client: Client, cluster: ClusterId) -> Self {
        Self {
            proxmox: Proxmox::new(client, cluster),
        }
    }

    /// What there is of `step` of `plan` after these journal entries.
    pub async fn look(
        &self,
        plan: &Plan,
        step: &Step,
        journal: &[ExecutionEvent],
        now: Timestamp,
    ) -> Seen {
        let past = Past::of(plan, step, journal);
        let (state, tasks) = tokio::join!(self.state(step, &past, now), self.tasks(step, &past));
        Seen { state, tasks }
    }

    async fn state(
        &self,
        step: &Step,
        past: &Past,
        now: Timestamp,
    ) -> Result<Vec<Evidence>, ReadError> {
        // By the clock of the wall, because whoever looks does so much later, in another process.
        let passed = past.checked_at.map_or(0, |at| {
            (now.get() - at.get())
                .whole_seconds()
                .saturating_sub(SKEW_S)
        });
        let passed = Duration::from_secs(passed.try_into().unwrap_or(0));
        let wanted = wanted_by_step(&step.target, &step.post_checks, elsewhere(step));
        let facts = self.proxmox.look(&wanted).await?;
        let seen = Compared::of(step, &step.post_checks, &facts, (&past.memory, passed));
        Ok(seen.evidence)
    }

    async fn tasks(&self, step: &Step, past: &Past) -> Result<Vec<SeenTask>, ReadError> {
        let mut seen = Vec::new();
        if let Some(upid) = &past.own {
            seen.push(SeenTask {
                upid: upid.clone(),
                own: true,
                state: self.proxmox.task(upid).await,
            });
        }
        let (Some(trace), Some(intended_at)) = (Trace::of(step), past.intended_at) else {
            return Ok(seen);
        };
        let since = intended_at.plus_seconds(-SKEW_S).get().unix_timestamp();
        for task in self.proxmox.left_tasks(&trace, since, None).await? {
            let upid = task.upid.to_string();
            if past.memory.tasks.contains(&upid) {
                continue;
            }
            let state = match task.exit() {
                _ if task.is_running() => Ok(TaskState::Running),
                Some(exit) => Ok(ended(exit)),
                // Listed with an end and without a word about it.
                None => self.proxmox.task(&upid).await,
            };
            seen.push(SeenTask {
                upid,
                own: false,
                state,
            });
        }
        seen.sort_by(|a, b| (!a.own, &a.upid).cmp(&(!b.own, &b.upid)));
        Ok(seen)
    }
}

/// What the journal says of the step's last attempt.
struct Past {
    memory: Memory,
    checked_at: Option<Timestamp>,
    intended_at: Option<Timestamp>,
    own: Option<String>,
}

impl Past {
    fn of(plan: &Plan, step: &Step, journal: &[ExecutionEvent]) -> Self {
        let mut past = Self {
            memory: Memory::new(plan),
            checked_at: None,
            intended_at: None,
            own: None,
        };
        for entry in journal {
            // As far as it holds together: a journal that does not is one of the reasons to look.
            if past.memory.apply(entry.at, &entry.event).is_err() {
                break;
            }
            if entry.event.step() != Some(step.number) {
                continue;
            }
            match &entry.event {
                Event::StepStarted { .. } => {
                    (past.checked_at, past.intended_at, past.own) = (None, None, None);
                }
                Event::PreChecked { .. } => past.checked_at = Some(entry.at),
                Event::Intended { .. } => past.intended_at = Some(entry.at),
                Event::Submitted { upid, .. } => past.own = Some(upid.clone()),
                _ => {}
            }
        }
        past
    }
}
