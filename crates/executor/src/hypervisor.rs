//! Proxmox behind the executor's port: fresh state, tasks and logs. What it sends is the adapter's.

use argus_domain::facts::{Facts, Wanted};
use argus_proxmox::{ApiErrorKind, Client, Error, Exit, Upid, read};
use argus_store::journal::Lease;
use argus_types::event::{TaskExit, TaskLine};
use argus_types::id::ClusterId;
use argus_types::plan::{Plan, Step};

use crate::adapter;
use crate::alert;
use crate::plan_token::PlanTokens;
use crate::ports::{Hypervisor, NotAdmitted, ReadError, Refusal, SendError, Sent, TaskState};
use crate::sight;
use crate::trace::Trace;

/// Longest line of a task log that is kept, in characters.
const LONGEST_LINE: usize = 2000;
/// Tasks asked for in a search; far more than one guest can have started within seconds.
const TASKS: u64 = 500;

/// One cluster, through the tokens that may change it.
#[derive(Debug, Clone)]
pub struct Proxmox {
    /// Looks, and sends what nobody else does.
    client: Client,
    /// Sends what is dangerous.
    danger: Option<Client>,
    /// Sends everything, each execution's with a token of its own.
    plans: Option<PlanTokens>,
    cluster: ClusterId,
}

impl Proxmox {
    /// A cluster and the client that reaches it.
    pub fn new(client: Client, cluster: ClusterId) -> Self {
        Self {
            client,
            danger: None,
            plans: None,
            cluster,
        }
    }

    /// Sends what is [dangerous](argus_domain::danger) by another token, and only that.
    #[must_use]
    pub fn with_danger(self, danger: Client) -> Self {
        Self {
            danger: Some(danger),
            ..self
        }
    }

    /// Sends each execution's steps by a token of its own, and by no other.
    #[must_use]
    pub fn with_plan_tokens(self, plans: PlanTokens) -> Self {
        Self {
            plans: Some(plans),
            ..self
        }
    }

    /// Who sends a step; nobody where its execution has no token.
    fn sends(&self, lease: Lease, step: &Step) -> Option<Client> {
        if let Some(plans) = &self.plans {
            return plans.client(lease);
        }
        let danger = self.danger.as_ref();
        let danger = danger.filter(|_| argus_domain::danger::is_dangerous(step));
        Some(danger.unwrap_or(&self.client).clone())
    }

    /// Who is this sender, where this process is.
    fn of_sender(&self, sender: &str) -> Option<Client> {
        let own = [Some(&self.client), self.danger.as_ref()];
        let own = own
            .into_iter()
            .flatten()
            .find(|client| client.token_id() == sender);
        own.cloned()
            .or_else(|| self.plans.as_ref()?.client_of(sender))
    }

    /// Who asks about a task: its own sender, to whom Proxmox shows it in any case, or who may see everybody's.
    fn asks(&self, upid: &Upid) -> Client {
        self.of_sender(upid.user())
            .unwrap_or_else(|| self.client.clone())
    }

    /// Who can list what `sender` started on a node. Proxmox shows a token its own tasks, and everybody's only with a
    /// privilege; to others the list is empty, which must never be taken for "nothing was started".
    async fn lists(&self, sender: &str, node: &str) -> Result<Client, ReadError> {
        if let Some(own) = self.of_sender(sender) {
            return Ok(own);
        }
        let held = self
            .client
            .read(read::permissions())
            .await
            .map_err(read_error)?;
        if held.allows("Sys.Audit", &format!("/nodes/{node}")) {
            return Ok(self.client.clone());
        }
        Err(ReadError {
            absent: false,
            silent: false,
            node: None,
            message: format!(
                "{sender} sent it, and {} may not see its tasks: Sys.Audit on /nodes/{node} is missing",
                self.client.token_id()
            ),
        })
    }

    /// Tasks that fit the trace and started at `since` (epoch seconds) or later, each once: those of `user`, or of
    /// anybody.
    pub(crate) async fn left_tasks(
        &self,
        trace: &Trace<'_>,
        since: i64,
        user: Option<&str>,
    ) -> Result<Vec<read::TaskEntry>, ReadError> {
        let filter = read::TaskFilter {
            source: read::TaskSource::All,
            vmid: trace.vmid(),
            user: user.map(str::to_owned),
            since: Some(since.try_into().unwrap_or(0)),
            limit: Some(TASKS),
            ..read::TaskFilter::default()
        };
        let mut found: Vec<read::TaskEntry> = Vec::new();
        // The worker runs on the node that the request named.
        for node in trace.nodes() {
            let client = match user {
                Some(sender) => self.lists(sender, node.as_str()).await?,
                None => self.client.clone(),
            };
            let tasks = client
                .read(read::node_tasks(node.as_str(), &filter))
                .await
                .map_err(read_error)?;
            for task in tasks {
                // Proxmox's filters match parts of a text: look again.
                let fits = user.is_none_or(|user| task.upid.user() == user)
                    && i64::from(task.upid.starttime()) >= since
                    && trace.is_left_by(task.upid.type_(), task.upid.id());
                if fits && !found.iter().any(|known| known.upid == task.upid) {
                    found.push(task);
                }
            }
        }
        Ok(found)
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

    async fn admit(&self, lease: Lease, plan: &Plan, longest: u64) -> Result<(), NotAdmitted> {
        match &self.plans {
            Some(plans) => plans.admit(lease, plan, longest).await,
            None => Ok(()),
        }
    }

    async fn fence(&self, lease: Lease) {
        if let Some(plans) = &self.plans {
            plans.fence(lease).await;
        }
    }

    async fn dismiss(&self, lease: Lease) {
        if let Some(plans) = &self.plans {
            plans.dismiss(lease).await;
        }
    }

    async fn sweep(&self) {
        if let Some(plans) = &self.plans {
            plans.sweep().await;
        }
    }

    fn sender(&self, lease: Lease, step: &Step) -> Option<String> {
        let client = self.sends(lease, step)?;
        Some(client.token_id().to_owned())
    }

    async fn send_as(
        &self,
        lease: Lease,
        sender: Option<&str>,
        step: &Step,
    ) -> Result<Sent, SendError> {
        let client = self.sends(lease, step);
        match client.filter(|client| sender == Some(client.token_id())) {
            Some(client) => adapter::send(&client, step).await,
            None => Err(SendError::NotSent {
                message: "the token that it was to be sent with is gone".to_owned(),
            }),
        }
    }

    async fn tasks(&self, step: &Step, since: i64) -> Result<Vec<String>, ReadError> {
        self.tasks_of(None, step, since).await
    }

    async fn tasks_of(
        &self,
        sender: Option<&str>,
        step: &Step,
        since: i64,
    ) -> Result<Vec<String>, ReadError> {
        // Intents of before senders were kept were sent by the one token that there was.
        let sender = sender.unwrap_or(self.client.token_id());
        let Some(trace) = Trace::of(step) else {
            return Ok(Vec::new());
        };
        let found = self.left_tasks(&trace, since, Some(sender)).await?;
        Ok(found.iter().map(|task| task.upid.to_string()).collect())
    }

    async fn task(&self, upid: &str) -> Result<TaskState, ReadError> {
        let upid = parse(upid)?;
        let status = self
            .asks(&upid)
            .read(read::task_status(&upid))
            .await
            .map_err(read_error)?;
        if status.running {
            return Ok(TaskState::Running);
        }
        // A worker that is gone without a last line, so far.
        Ok(ended(status.exit.unwrap_or(Exit::Unexpected)))
    }

    async fn task_log(
        &self,
        upid: &str,
        after: u32,
        limit: u32,
    ) -> Result<Vec<TaskLine>, ReadError> {
        let upid = parse(upid)?;
        let page = self
            .asks(&upid)
            .read(read::task_log(&upid, u64::from(after), u64::from(limit)))
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

pub(crate) fn ended(exit: Exit) -> TaskState {
    TaskState::Ended {
        message: exit.to_string(),
        exit: match exit {
            Exit::Ok => TaskExit::Ok,
            Exit::Warnings(_) => TaskExit::Warnings,
            Exit::Unexpected => TaskExit::Unexpected,
            Exit::Error(_) => TaskExit::Failed,
        },
    }
}

fn parse(upid: &str) -> Result<Upid, ReadError> {
    upid.parse().map_err(|error| ReadError {
        message: format!("{error}"),
        ..ReadError::default()
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn read_error(error: Error) -> ReadError {
    alert::certificate_refused(&error);
    ReadError {
        absent: error.api_kind() == Some(ApiErrorKind::NotFound),
        silent: matches!(error, Error::NotSent { .. } | Error::Indeterminate { .. }),
        node: error.call().and_then(|call| call.node()?.parse().ok()),
        message: in_words(&error),
    }
}

pub(crate) fn send_error(error: &Error) -> SendError {
    alert::certificate_refused(error);
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
pub(crate) fn in_words(error: &Error) -> String {
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
