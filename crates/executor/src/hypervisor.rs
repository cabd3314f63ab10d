//! Proxmox behind the executor's port: fresh state, tasks and logs. What it sends is the adapter's.

use argus_domain::facts::{Facts, Wanted};
use argus_proxmox::{ApiErrorKind, Client, Error, Exit, Upid, read};
use argus_types::event::{TaskExit, TaskLine};
use argus_types::id::ClusterId;
use argus_types::plan::Step;

use crate::adapter;
use crate::ports::{Hypervisor, ReadError, Refusal, SendError, Sent, TaskState};
use crate::sight;
use crate::trace::Trace;

/// Longest line of a task log that is kept, in characters.
const LONGEST_LINE: usize = 2000;
/// Tasks asked for in a search; far more than one guest can have started within seconds.
const TASKS: u64 = 500;

/// One cluster, through a token that may change it.
#[derive(Debug, Clone)]
pub struct Proxmox {
    client: Client,
    cluster: ClusterId,
}

impl Proxmox {
    /// A cluster and the client that reaches it.
    pub fn new(client: Client, cluster: ClusterId) -> Self {
        Self { client, cluster }
    }
}

impl Hypervisor for Proxmox {
    async fn look(&self, wanted: &Wanted) -> Result<Facts, ReadError> {
        let known = sight::nothing_known(self.cluster.clone());
        sight::facts(&self.client, known, wanted)
            .await
            .map_err(read_error)
    }

    async fn send(&self, step: &Step) -> Result<Sent, SendError> {
        adapter::send(&self.client, step).await
    }

    async fn tasks(&self, step: &Step, since: i64) -> Result<Vec<String>, ReadError> {
        let Some(trace) = Trace::of(step) else {
            return Ok(Vec::new());
        };
        let filter = read::TaskFilter {
            source: read::TaskSource::All,
            vmid: trace.vmid(),
            user: Some(self.client.token_id().to_owned()),
            since: Some(since.try_into().unwrap_or(0)),
            limit: Some(TASKS),
            ..read::TaskFilter::default()
        };
        let mut found = Vec::new();
        // The worker runs on the node that the request named.
        for node in trace.nodes() {
            let tasks = self
                .client
                .read(read::node_tasks(node.as_str(), &filter))
                .await
                .map_err(read_error)?;
            for task in tasks {
                // Proxmox's filters match parts of a text: look again.
                let ours = task.upid.user() == self.client.token_id()
                    && i64::from(task.upid.starttime()) >= since
                    && trace.is_left_by(task.upid.type_(), task.upid.id());
                let upid = task.upid.to_string();
                if ours && !found.contains(&upid) {
                    found.push(upid);
                }
            }
        }
        Ok(found)
    }

    async fn task(&self, upid: &str) -> Result<TaskState, ReadError> {
        let status = self
            .client
            .read(read::task_status(&parse(upid)?))
            .await
            .map_err(read_error)?;
        if status.running {
            return Ok(TaskState::Running);
        }
        // A worker that is gone without a last line, so far.
        let exit = status.exit.unwrap_or(Exit::Unexpected);
        Ok(TaskState::Ended {
            message: exit.to_string(),
            exit: match exit {
                Exit::Ok => TaskExit::Ok,
                Exit::Warnings(_) => TaskExit::Warnings,
                Exit::Unexpected => TaskExit::Unexpected,
                Exit::Error(_) => TaskExit::Failed,
            },
        })
    }

    async fn task_log(
        &self,
        upid: &str,
        after: u32,
        limit: u32,
    ) -> Result<Vec<TaskLine>, ReadError> {
        let page = self
            .client
            .read(read::task_log(
                &parse(upid)?,
                u64::from(after),
                u64::from(limit),
            ))
            .await
            .map_err(read_error)?;
        Ok(page
            .of_what_was_written()
            .lines
            .into_iter()
            .filter_map(|line| {
                Some(TaskLine {
                    n: u32::try_from(line.n).ok().filter(|n| *n > after)?,
                    text: line.t.chars().take(LONGEST_LINE).collect(),
                })
            })
            .collect())
    }
}

fn parse(upid: &str) -> Result<Upid, ReadError> {
    upid.parse().map_err(|error| ReadError {
        absent: false,
        message: format!("{error}"),
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn read_error(error: Error) -> ReadError {
    ReadError {
        absent: error.api_kind() == Some(ApiErrorKind::NotFound),
        message: in_words(&error),
    }
}

pub(crate) fn send_error(error: &Error) -> SendError {
    let message = in_words(error);
    match error {
        Error::NotSent { .. } => SendError::NotSent { message },
        Error::Indeterminate { .. } | Error::Decode { .. } => SendError::Indeterminate { message },
        Error::Api(api) => SendError::Refused {
            refusal: match api.kind() {
                ApiErrorKind::AlreadyRunning
                | ApiErrorKind::NotRunning
                | ApiErrorKind::AlreadySo
                | ApiErrorKind::HaDefined
                | ApiErrorKind::HaNotDefined => Refusal::AlreadySo,
                ApiErrorKind::Locked { .. }
                | ApiErrorKind::LockTimeout
                | ApiErrorKind::NoQuorum
                | ApiErrorKind::NodeUnreachable => Refusal::Busy,
                _ => Refusal::Final,
            },
            message: api.message.trim().to_owned(),
        },
    }
}

/// The error with its causes, for people: the chain says what the network did.
fn in_words(error: &Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let text = cause.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        source = cause.source();
    }
    words
}
