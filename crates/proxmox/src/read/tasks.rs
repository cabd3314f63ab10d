//! Reads about tasks.

use serde::Deserialize;

use super::{Read, of_node, plain};
use crate::{
    answer::{self, Malformed},
    call::CallBuilder,
    lenient,
    task::{Exit, TaskStatus},
    upid::Upid,
};

/// More tasks than a node's list of active ones holds; Proxmox gives 50 if nothing is said.
const MOST_RUNNING: u64 = 1000;

/// A task in a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TaskEntry {
    /// Its id, which also says who started it and when.
    pub upid: Upid,
    /// End in epoch seconds; `None` while it runs.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub endtime: Option<u64>,
    /// How it ended, `RUNNING`, or nothing while it runs. See [`TaskEntry::exit`].
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub status: Option<String>,
}

impl TaskEntry {
    /// How it ended; `None` while it runs.
    pub fn exit(&self) -> Option<Exit> {
        let text = self.status.as_deref().filter(|&text| text != "RUNNING")?;
        let Ok(exit) = text.parse();
        Some(exit)
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        self.endtime.is_none() && self.exit().is_none()
    }
}

/// `GET /cluster/tasks`: about the last 25 of each node. A token without `Sys.Audit` on `/` sees none, not even its own.
pub fn cluster_tasks() -> Read<Vec<TaskEntry>> {
    plain(CallBuilder::get().path("cluster/tasks"))
}

/// Which of a node's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TaskSource {
    /// Those that ended.
    Archive,
    /// Those that run, and those that ended just now.
    Active,
    /// Both. What a search for a lost answer needs.
    #[default]
    All,
}

/// Which tasks of a node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskFilter {
    /// Running, ended or both.
    pub source: TaskSource,
    /// Only those about this guest.
    pub vmid: Option<u32>,
    /// Only those of this type, such as `qmsnapshot`.
    pub type_: Option<String>,
    /// Only those whose user holds this text.
    pub user: Option<String>,
    /// Only those that started at or after this epoch second.
    pub since: Option<u64>,
    /// Only those that started at or before this epoch second.
    pub until: Option<u64>,
    /// Only failed ones.
    pub errors: bool,
    /// How many to leave out at the start.
    pub start: Option<u64>,
    /// How many at most; Proxmox gives 50 if nothing is said.
    pub limit: Option<u64>,
}

/// `GET /nodes/{node}/tasks`. A token sees its own; all with `Sys.Audit` on the node.
pub fn node_tasks(node: &str, filter: &TaskFilter) -> Read<Vec<TaskEntry>> {
    let source = match filter.source {
        TaskSource::Archive => "archive",
        TaskSource::Active => "active",
        TaskSource::All => "all",
    };
    let mut call = of_node(node)
        .segment("tasks")
        .text("source", source)
        .number_if("vmid", filter.vmid.map(u64::from))
        .text_if("typefilter", filter.type_.as_deref())
        .text_if("userfilter", filter.user.as_deref())
        .number_if("since", filter.since)
        .number_if("until", filter.until)
        .number_if("start", filter.start)
        .number_if("limit", filter.limit);
    if filter.errors {
        call = call.flag("errors", true);
    }
    plain(call)
}

/// `GET /nodes/{node}/tasks` of those that run, without those that Proxmox still lists as active because they ended just
/// now. A token sees its own; all with `Sys.Audit` on the node.
pub fn running_tasks(node: &str) -> Read<Vec<TaskEntry>> {
    let call = of_node(node).segment("tasks").text("source", "active");
    Read::new(call.number("limit", MOST_RUNNING), |body| {
        let mut tasks = answer::data::<Vec<TaskEntry>>(body)?;
        tasks.retain(TaskEntry::is_running);
        Ok(tasks)
    })
}

/// `GET /nodes/{node}/tasks/{upid}/status`, on the node in the id. The owner, or `Sys.Audit` on the node.
pub fn task_status(upid: &Upid) -> Read<TaskStatus> {
    Read::new(of_task(upid).segment("status"), |body| {
        #[derive(Deserialize)]
        struct Status {
            #[serde(deserialize_with = "lenient::text")]
            status: String,
            #[serde(default, deserialize_with = "lenient::opt_text")]
            exitstatus: Option<String>,
        }
        let Status { status, exitstatus } = answer::data(body)?;
        let running = match status.as_str() {
            "running" => true,
            "stopped" => false,
            other => {
                return Err(Malformed {
                    path: "data.status".to_owned(),
                    reason: format!("{other:?} is neither running nor stopped"),
                });
            }
        };
        let exit = exitstatus.filter(|_| !running).map(|text| {
            let Ok(exit) = text.parse();
            exit
        });
        Ok(TaskStatus { running, exit })
    })
}

/// `GET /nodes/{node}/tasks/{upid}/…`
pub(super) fn of_task(upid: &Upid) -> CallBuilder {
    of_node(upid.node()).segment("tasks").segment(upid.as_str())
}
