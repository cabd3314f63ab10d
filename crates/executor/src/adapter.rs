//! Proxmox behind the executor's port: the only file in Argus that names `argus_proxmox::write`.

use argus_domain::inventory::Inventory;
use argus_proxmox::{ApiErrorKind, Client, Error, Exit, Upid, read, write};
use argus_types::event::{TaskExit, TaskLine};
use argus_types::id::{ClusterId, NodeName};
use argus_types::plan::{Command, MigrateMode, Step, StepTarget};

use crate::ports::{Hypervisor, Look, ReadError, Refusal, SendError, Sent, Sight, TaskState};
use crate::sight::{self, Question};

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
    async fn look(&self, look: &Look<'_>) -> Result<Sight, ReadError> {
        let question = Question {
            snapshots: look.snapshots,
            snapshot_feature: look.snapshot_feature,
            migrate_to: look.migrate_to.iter().copied().cloned().collect(),
            elsewhere: look.elsewhere.iter().copied().cloned().collect(),
        };
        let guest = sight::guest(&self.client, look.guest, look.node, &question)
            .await
            .map_err(read_error)?;
        let inventory = if look.cluster {
            sight::inventory(&self.client, &self.cluster)
                .await
                .map_err(read_error)?
        } else {
            Inventory {
                cluster: self.cluster.clone(),
                quorate: None,
                nodes: Vec::new(),
                guests: Vec::new(),
            }
        };
        let (guest, uptime_s) = guest.map(|seen| (seen.facts, seen.uptime_s)).unzip();
        Ok(Sight {
            guest,
            uptime_s: uptime_s.flatten(),
            inventory,
        })
    }

    async fn send(&self, step: &Step) -> Result<Sent, SendError> {
        let sent = match request(step) {
            Request::Task(write) => {
                let upid = self.client.write(write).await;
                upid.map(|upid| Sent::Task(upid.to_string()))
            }
            Request::AtOnce(write) => self.client.write(write).await.map(|()| Sent::Done),
        };
        sent.map_err(|error| send_error(&error))
    }

    async fn tasks(&self, step: &Step, since: i64) -> Result<Vec<String>, ReadError> {
        let Some(types) = task_types(step) else {
            return Ok(Vec::new());
        };
        let filter = read::TaskFilter {
            source: read::TaskSource::All,
            vmid: Some(step.target.vmid.get()),
            user: Some(self.client.token_id().to_owned()),
            since: Some(since.try_into().unwrap_or(0)),
            limit: Some(TASKS),
            ..read::TaskFilter::default()
        };
        let mut found = Vec::new();
        // The worker runs on the node that the request named.
        for node in nodes(step) {
            let tasks = self
                .client
                .read(read::node_tasks(node.as_str(), &filter))
                .await
                .map_err(read_error)?;
            for task in tasks {
                // Proxmox's filters match parts of a text: look again.
                let ours = task.upid.user() == self.client.token_id()
                    && task.upid.id() == step.target.vmid.to_string()
                    && i64::from(task.upid.starttime()) >= since
                    && types.contains(&task.upid.type_());
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
            .lines
            .into_iter()
            // A log without a line yet is answered with one that says so, and counted as one: taken for the
            // first line it would hide the real one.
            .filter(|line| !(page.total <= 1 && line.n == 1 && line.t == "no content"))
            .filter_map(|line| {
                Some(TaskLine {
                    n: u32::try_from(line.n).ok().filter(|n| *n > after)?,
                    text: line.t.chars().take(LONGEST_LINE).collect(),
                })
            })
            .collect())
    }
}

/// A request, by how Proxmox answers it.
enum Request {
    /// With a task.
    Task(write::Write<Upid>),
    /// When it is done.
    AtOnce(write::Write<()>),
}

/// The one request that a step is.
fn request(step: &Step) -> Request {
    let guest = sight::reference(step.target.key(), &step.target.node);
    Request::Task(match &step.command {
        Command::Start {} => write::start(&guest),
        Command::Stop {} => write::stop(&guest),
        Command::Shutdown { timeout_s } => write::shutdown(
            &guest,
            write::Shutdown {
                timeout: Some(u32::from(*timeout_s)),
            },
        ),
        Command::Reboot { timeout_s } => write::reboot(
            &guest,
            write::Reboot {
                timeout: Some(u32::from(*timeout_s)),
            },
        ),
        Command::Reset {} => write::reset(&guest),
        Command::Suspend {} => write::suspend(&guest),
        Command::Resume {} => write::resume(&guest),
        Command::Snapshot {
            name,
            description,
            include_memory,
        } => write::snapshot_create(
            &guest,
            &write::SnapshotCreate {
                name: name.to_string(),
                description: Some(description.clone()).filter(|text| !text.is_empty()),
                vmstate: *include_memory,
            },
        ),
        Command::DeleteSnapshot { name } => write::snapshot_delete(&guest, name.as_str()),
        Command::Rollback { name, start } => {
            write::snapshot_rollback(&guest, name.as_str(), *start)
        }
        // What the reviewer saw is what is sent: the plan's own parameters, the digest among them.
        Command::SetConfig { digest, .. } => {
            let parameters = &step.call.parameters;
            let options = parameters.iter().filter(|(name, _)| *name != "digest");
            let options = options.map(|(name, value)| (name.as_str(), value.as_str()));
            return Request::AtOnce(write::config_set(&guest, options, digest.as_deref()));
        }
        Command::Migrate { to, mode } => write::migrate(
            &guest,
            &write::Migrate {
                target: to.to_string(),
                mode: match mode {
                    MigrateMode::Offline => write::MigrateMode::Offline,
                    MigrateMode::Online | MigrateMode::Restart => write::MigrateMode::Running,
                },
            },
        ),
    })
}

/// Where the step's task can be.
fn nodes(step: &Step) -> Vec<&NodeName> {
    let mut nodes = vec![&step.target.node];
    if let Command::Migrate { to, .. } = &step.command {
        nodes.push(to);
    }
    nodes
}

/// The types that Proxmox gives the step's task: with HA the wish is only queued, under another type. `None` where
/// Proxmox does the step without a task.
fn task_types(step: &Step) -> Option<[&'static str; 2]> {
    let StepTarget { kind, .. } = step.target;
    let own = |qemu, lxc| match kind {
        argus_types::id::GuestKind::Qemu => qemu,
        argus_types::id::GuestKind::Lxc => lxc,
    };
    Some(match step.command {
        Command::Start {} => [own("qmstart", "vzstart"), "hastart"],
        Command::Stop {} => [own("qmstop", "vzstop"), "hastop"],
        Command::Shutdown { .. } => [own("qmshutdown", "vzshutdown"), "hastop"],
        Command::Reboot { .. } => [own("qmreboot", "vzreboot"); 2],
        Command::Reset {} => ["qmreset"; 2],
        Command::Suspend {} => [own("qmpause", "vzsuspend"); 2],
        Command::Resume {} => [own("qmresume", "vzresume"); 2],
        Command::Snapshot { .. } => [own("qmsnapshot", "vzsnapshot"); 2],
        Command::DeleteSnapshot { .. } => [own("qmdelsnapshot", "vzdelsnapshot"); 2],
        Command::Rollback { .. } => [own("qmrollback", "vzrollback"); 2],
        Command::SetConfig { .. } => return None,
        Command::Migrate { .. } => [own("qmigrate", "vzmigrate"), "hamigrate"],
    })
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

fn send_error(error: &Error) -> SendError {
    let message = in_words(error);
    match error {
        Error::NotSent { .. } => SendError::NotSent { message },
        Error::Indeterminate { .. } | Error::Decode { .. } => SendError::Indeterminate { message },
        Error::Api(api) => SendError::Refused {
            refusal: match api.kind() {
                ApiErrorKind::AlreadyRunning | ApiErrorKind::NotRunning => Refusal::AlreadySo,
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
