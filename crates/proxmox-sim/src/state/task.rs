//! Tasks: what Proxmox runs in a worker, their logs, and who may see them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::access::Caller;
use super::flood::Flood;
use super::program::{Job, Program};
use super::upid::Upid;

/// A task's number inside the simulator; the outside knows the UPID only.
pub type TaskKey = u64;

/// How many ended tasks a node's index keeps.
const INDEX: usize = 1_000;

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    /// It did what it was for.
    Ok,
    /// It did, and complained.
    Warnings(u32),
    /// It failed with this text.
    Error(String),
    /// It was gone without a last line.
    Vanished,
}

impl Exit {
    /// What `exitstatus` says.
    pub fn text(&self) -> String {
        match self {
            Self::Ok => "OK".into(),
            Self::Warnings(count) => format!("WARNINGS: {count}"),
            Self::Error(text) => text.clone(),
            Self::Vanished => "unexpected status".into(),
        }
    }

    /// The last line of the log, if there is one.
    pub fn last_line(&self) -> Option<String> {
        match self {
            Self::Ok => Some("TASK OK".into()),
            Self::Warnings(count) => Some(format!("TASK WARNINGS: {count}")),
            Self::Error(text) => Some(format!("TASK ERROR: {text}")),
            Self::Vanished => None,
        }
    }

    /// `ok`, `warning`, `error` or `unknown`, as the list filters name it.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warnings(_) => "warning",
            Self::Error(_) => "error",
            Self::Vanished => "unknown",
        }
    }
}

/// A task, running or ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    /// Its name.
    pub upid: Upid,
    /// The guest it is about.
    pub vmid: Option<u32>,
    /// What it does.
    pub job: Job,
    /// Its log without the last line.
    pub log: Vec<String>,
    /// Start, virtual ms.
    pub started_ms: u64,
    /// End and result; none while it runs.
    pub ended: Option<(u64, Exit)>,
    /// How a fault wants it to end.
    pub twist: Option<Twist>,
    /// What is left to do when a fault keeps it from ending.
    pub held: Option<Program>,
}

/// How a fault bends the next task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Twist {
    /// It runs its time and fails with this text, having changed nothing.
    Fails(String),
    /// It runs until it is stopped or the fault is lifted.
    NeverEnds,
    /// It writes a long log before it does its work.
    Writes(Flood),
}

impl Task {
    /// How many lines its log has at `now_ms`, with its last one.
    pub fn line_count(&self, now_ms: u64) -> usize {
        let end = self.ended.as_ref().and_then(|(_, exit)| exit.last_line());
        self.flooded(now_ms) + self.log.len() + usize::from(end.is_some())
    }

    /// At most `limit` lines of its log at `now_ms`, from number `start` on, which counts from 0.
    pub fn lines(&self, now_ms: u64, start: usize, limit: usize) -> Vec<String> {
        let flooded = self.flooded(now_ms);
        let end = self.ended.as_ref().and_then(|(_, exit)| exit.last_line());
        let own = self.log.iter().cloned().chain(end);
        let written = start.min(flooded)..flooded;
        written
            .map(Flood::line)
            .chain(own.skip(start.saturating_sub(flooded)))
            .take(limit)
            .collect()
    }

    fn flooded(&self, now_ms: u64) -> usize {
        let Some(Twist::Writes(flood)) = &self.twist else {
            return 0;
        };
        let until = self.ended.as_ref().map_or(now_ms, |(at, _)| *at);
        flood.written(until.saturating_sub(self.started_ms))
    }
}

/// All tasks ever made.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tasks {
    all: BTreeMap<TaskKey, Task>,
    next: TaskKey,
}

/// What a task list is asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Ended tasks are wanted.
    pub archive: bool,
    /// Running tasks are wanted.
    pub active: bool,
    /// Only failed ones.
    pub errors: bool,
    /// Only this type.
    pub kind: Option<String>,
    /// Only this guest.
    pub vmid: Option<i64>,
    /// Only users whose name contains this.
    pub user: Option<String>,
    /// Only those started at this second or later.
    pub since: Option<i64>,
    /// Only those started at this second or earlier.
    pub until: Option<i64>,
    /// Only these classes of [`Exit::class`]; empty is all.
    pub classes: Vec<String>,
}

impl Tasks {
    /// Adds a task and gives it its number.
    pub fn add(&mut self, make: impl FnOnce(TaskKey) -> Task) -> TaskKey {
        let key = self.next;
        self.next += 1;
        self.all.insert(key, make(key));
        key
    }

    /// A task by its number.
    pub fn get(&self, key: TaskKey) -> Option<&Task> {
        self.all.get(&key)
    }

    /// A task by its number.
    pub fn get_mut(&mut self, key: TaskKey) -> Option<&mut Task> {
        self.all.get_mut(&key)
    }

    /// A task by its name.
    pub fn find(&self, upid: &str) -> Option<(TaskKey, &Task)> {
        self.iter().rev().find(|(_, t)| t.upid.to_string() == upid)
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (TaskKey, &Task)> {
        self.all.iter().map(|(key, task)| (*key, task))
    }

    /// The numbers of the running ones that a test picks.
    pub fn running(&self, pick: impl Fn(&Task) -> bool) -> Vec<TaskKey> {
        self.iter()
            .filter(|(_, t)| t.ended.is_none() && pick(t))
            .map(|(key, _)| key)
            .collect()
    }

    /// A node's list: running ones first, then the index, newest first; old entries of the index are gone.
    pub fn on_node<'a>(&'a self, node: &'a str, filter: &'a Filter) -> Vec<&'a Task> {
        let here = || {
            self.iter()
                .rev()
                .map(|(_, t)| t)
                .filter(|t| t.upid.node == node)
        };
        let active = here().filter(|t| filter.active && t.ended.is_none());
        let archive = here()
            .filter(|t| t.ended.is_some())
            .take(INDEX)
            .filter(|_| filter.archive);
        active.chain(archive).filter(|t| filter.holds(t)).collect()
    }
}

impl Filter {
    fn holds(&self, task: &Task) -> bool {
        let start = i64::try_from(task.upid.starttime).unwrap_or(i64::MAX);
        let class = task.ended.as_ref().map(|(_, exit)| exit.class());
        let failed = matches!(class, Some("error" | "unknown"));
        self.kind.as_ref().is_none_or(|k| *k == task.upid.kind)
            && self
                .vmid
                .is_none_or(|v| task.vmid.is_some_and(|id| i64::from(id) == v))
            && self
                .user
                .as_ref()
                .is_none_or(|u| task.upid.user.to_lowercase().contains(&u.to_lowercase()))
            && self.since.is_none_or(|s| start >= s)
            && self.until.is_none_or(|u| start <= u)
            && (!self.errors || failed)
            && (self.classes.is_empty()
                || class.is_some_and(|c| self.classes.iter().any(|wanted| wanted == c)))
    }
}

/// Whether a task belongs to a caller: a token sees what it started, a user what they and their tokens started.
pub fn owns(caller: &Caller, task: &Task) -> bool {
    if caller.is_token() {
        task.upid.user == caller.id
    } else {
        task.upid.plain_user() == caller.id
    }
}
