//! The Proxmox in memory, answering as a test tells it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use argus_domain::facts::{Facts, GuestFacts, Wanted};
use argus_executor::ports::{Hypervisor, ReadError, SendError, Sent, TaskState};
use argus_executor::testing::{Answer, MemoryProxmox, Model};
use argus_types::event::TaskLine;
use argus_types::id::NodeName;
use argus_types::plan::Step;
use tokio::sync::Notify;
use tokio::time::Instant;

/// When the process dies that sends the first request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Before it leaves.
    BeforeTheRequest,
    /// Before the answer is heard.
    BeforeTheAnswer,
}

/// What is to go wrong, and when.
#[derive(Debug, Default)]
pub struct Script {
    pub answers: VecDeque<Answer>,
    pub death: Option<Death>,
    pub sends: usize,
    /// Reads of guests fail while this is set.
    pub unreadable: bool,
    /// Nobody answers any read until then.
    pub silent_until: Option<Instant>,
    /// Reads that nobody answered.
    pub asked_in_vain: usize,
    /// How long a read takes after it has seen the guest's uptime.
    pub slow: Duration,
}

#[derive(Debug, Clone)]
pub struct Scripted {
    memory: MemoryProxmox,
    script: Arc<Mutex<Script>>,
    pub crashed: Arc<Notify>,
    pub sent: Arc<Notify>,
}

impl Scripted {
    pub fn new(guests: Vec<GuestFacts>, crashed: Arc<Notify>) -> Self {
        Self {
            memory: MemoryProxmox::new(guests),
            script: Arc::default(),
            crashed,
            sent: Arc::new(Notify::new()),
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, Model> {
        self.memory.lock()
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script
            .lock()
            .expect("no test panics while it holds this")
    }

    /// A task like this step's that somebody else with our token started, and that does nothing.
    pub fn start_by_another(&self, step: &Step) -> String {
        match self.memory.request(step, &Answer::NoEffect) {
            Ok(Sent::Task(upid)) => upid,
            other => panic!("{other:?}"),
        }
    }

    async fn die(&self) {
        self.crashed.notify_one();
        std::future::pending().await
    }
}

impl Hypervisor for Scripted {
    async fn look(&self, wanted: &Wanted) -> Result<Facts, ReadError> {
        self.script().is_heard()?;
        if self.script().unreadable {
            return Err(no_connection());
        }
        let seen = self.memory.look(wanted).await;
        let slow = self.script().slow;
        tokio::time::sleep(slow).await;
        seen
    }

    async fn send(&self, step: &Step) -> Result<Sent, SendError> {
        let death = self.script().death.take();
        if death == Some(Death::BeforeTheRequest) {
            self.die().await;
        }
        let answer = {
            let mut script = self.script();
            script.sends += 1;
            script.answers.pop_front().unwrap_or(Answer::Task)
        };
        let result = self.memory.request(step, &answer);
        if death == Some(Death::BeforeTheAnswer) {
            self.die().await;
        }
        self.sent.notify_one();
        result
    }

    async fn tasks(&self, step: &Step, since: i64) -> Result<Vec<String>, ReadError> {
        self.script().is_heard()?;
        self.memory.tasks(step, since).await
    }

    async fn task(&self, upid: &str) -> Result<TaskState, ReadError> {
        self.script().is_heard()?;
        self.memory.task(upid).await
    }

    async fn task_log(
        &self,
        upid: &str,
        after: u32,
        limit: u32,
    ) -> Result<Vec<TaskLine>, ReadError> {
        self.script().is_heard()?;
        self.memory.task_log(upid, after, limit).await
    }
}

impl Script {
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
}

fn no_connection() -> ReadError {
    ReadError {
        silent: true,
        message: "no connection".to_owned(),
        ..ReadError::default()
    }
}

pub fn node(name: &str) -> NodeName {
    name.parse().expect("a node name")
}
