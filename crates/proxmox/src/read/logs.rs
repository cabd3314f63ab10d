//! Reads of logs. Their lines are foreign text: to be shown, never to be believed.

use serde::Deserialize;

use super::{Read, of_node, plain, tasks::of_task};
use crate::{
    answer::{self, Envelope, Malformed},
    call::CallBuilder,
    lenient,
    upid::Upid,
};

/// One line of a paged log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LogLine {
    /// Number, from 1.
    #[serde(deserialize_with = "lenient::uint")]
    pub n: u64,
    /// Text.
    #[serde(deserialize_with = "lenient::text")]
    pub t: String,
}

/// A page of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// The lines asked for, as far as there are any.
    pub lines: Vec<LogLine>,
    /// Number of lines there are by now.
    pub total: u64,
}

impl LogPage {
    /// The page of a task's log without the line by which Proxmox answers an empty one, and which it counts as one:
    /// taken for the first line it would hide the real one.
    #[must_use]
    pub fn of_what_was_written(self) -> Self {
        let says_nothing = |line: &LogLine| line.n == 1 && line.t == "no content";
        if self.total <= 1 && self.lines.first().is_some_and(says_nothing) {
            return Self {
                lines: Vec::new(),
                total: 0,
            };
        }
        self
    }
}

fn page(body: &[u8]) -> Result<LogPage, Malformed> {
    let Envelope { data, total } = answer::envelope::<Vec<LogLine>>(body)?;
    let total = total.or_else(|| data.last().map(|line| line.n));
    Ok(LogPage {
        lines: data,
        total: total.unwrap_or_default(),
    })
}

/// `GET /nodes/{node}/tasks/{upid}/log`: `limit` lines after the first `start`. A limit of 0 means all of them, which a
/// long migration makes large. An empty log is one line that says so.
pub fn task_log(upid: &Upid, start: u64, limit: u64) -> Read<LogPage> {
    let call = of_task(upid).segment("log");
    Read::log(call.number("start", start).number("limit", limit), page)
}

/// Which lines of a node's system log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyslogFilter {
    /// From this time on, `YYYY-MM-DD HH:MM:SS` by the node's clock.
    pub since: Option<String>,
    /// Up to this time.
    pub until: Option<String>,
    /// Of this service alone.
    pub service: Option<String>,
}

/// `GET /nodes/{node}/syslog`: `limit` lines after the first `start`. Needs `Sys.Syslog` on the node.
pub fn syslog(node: &str, start: u64, limit: u64, filter: &SyslogFilter) -> Read<LogPage> {
    let call = of_node(node)
        .segment("syslog")
        .number("start", start)
        .number("limit", limit)
        .text_if("since", filter.since.as_deref())
        .text_if("until", filter.until.as_deref())
        .text_if("service", filter.service.as_deref());
    Read::log(call, page)
}

/// Which part of a node's journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalFilter {
    /// From this epoch second on.
    pub since: Option<u64>,
    /// Up to this epoch second.
    pub until: Option<u64>,
    /// The last so many entries.
    pub last_entries: Option<u64>,
    /// After this cursor.
    pub start_cursor: Option<String>,
    /// Up to this cursor.
    pub end_cursor: Option<String>,
}

/// `GET /nodes/{node}/journal`: lines, with a cursor as the first and the last. Needs `Sys.Syslog` on the node.
pub fn journal(node: &str, filter: &JournalFilter) -> Read<Vec<String>> {
    let call = of_node(node)
        .segment("journal")
        .number_if("since", filter.since)
        .number_if("until", filter.until)
        .number_if("lastentries", filter.last_entries)
        .text_if("startcursor", filter.start_cursor.as_deref())
        .text_if("endcursor", filter.end_cursor.as_deref());
    Read::log(call, answer::data)
}

/// A line of the cluster's log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClusterLogEntry {
    /// Unique among the entries.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub uid: Option<String>,
    /// Epoch seconds.
    #[serde(deserialize_with = "lenient::uint")]
    pub time: u64,
    /// Which node wrote it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub node: Option<String>,
    /// Which program.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub tag: Option<String>,
    /// Syslog priority, 0 (emergency) to 7 (debug).
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub pri: Option<u64>,
    /// Who was acting.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub user: Option<String>,
    /// Process id.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub pid: Option<u64>,
    /// The message.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub msg: Option<String>,
}

/// `GET /cluster/log`: the newest `max` lines; other users' with `Sys.Syslog` on `/`.
pub fn cluster_log(max: u64) -> Read<Vec<ClusterLogEntry>> {
    plain(
        CallBuilder::get()
            .path("cluster/log")
            .number("max", max.max(1)),
    )
}
