//! High availability. All need `Sys.Console` on `/`. None starts a task: the manager acts on what it finds within about
//! ten seconds, and `/cluster/ha/status/current` shows it.

use serde::Deserialize;

use super::{Write, done};
use crate::{answer, call::CallBuilder, guest::HaSid, lenient, read::BlockingHaResource};

/// What the manager is to do with a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HaState {
    /// Keep it running.
    Started,
    /// Keep it stopped: a running one is shut down. It is still moved away from a node that fails.
    Stopped,
    /// Keep it stopped and leave it where it is. Also takes it out of the state `error`.
    Disabled,
    /// Leave it alone, as if it were not managed.
    Ignored,
}

impl HaState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Stopped => "stopped",
            Self::Disabled => "disabled",
            Self::Ignored => "ignored",
        }
    }
}

/// How a guest comes under management.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HaAdd {
    /// What to do with it; `started` if nothing is said.
    pub state: Option<HaState>,
    /// Starts that are tried on one node; 1 if nothing is said.
    pub max_restart: Option<u32>,
    /// Other nodes that are tried; 1 if nothing is said.
    pub max_relocate: Option<u32>,
    /// Note.
    pub comment: Option<String>,
}

/// `POST /cluster/ha/resources`. One that is managed already is refused, as [`crate::ApiErrorKind::HaDefined`].
pub fn ha_add(sid: HaSid, options: &HaAdd) -> Write<()> {
    let call = CallBuilder::post()
        .path("cluster/ha/resources")
        .text("sid", &sid.to_string())
        .text_if("state", options.state.map(HaState::as_str))
        .number_if("max_restart", options.max_restart.map(u64::from))
        .number_if("max_relocate", options.max_relocate.map(u64::from))
        .text_if("comment", options.comment.as_deref());
    done(call)
}

/// What of a managed guest changes; `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HaSet {
    /// What to do with it.
    pub state: Option<HaState>,
    /// Starts that are tried on one node.
    pub max_restart: Option<u32>,
    /// Other nodes that are tried.
    pub max_relocate: Option<u32>,
    /// Note; an empty one takes it away.
    pub comment: Option<String>,
    /// Digest of the file of all managed guests that the change was decided on.
    pub digest: Option<String>,
}

/// `PUT /cluster/ha/resources/{sid}`. One that is not managed is refused, as [`crate::ApiErrorKind::HaNotDefined`], and
/// one in the state `error` for every other state than `disabled`.
pub fn ha_set(sid: HaSid, options: &HaSet) -> Write<()> {
    let call = of_resource(CallBuilder::put(), sid)
        .text_if("state", options.state.map(HaState::as_str))
        .number_if("max_restart", options.max_restart.map(u64::from))
        .number_if("max_relocate", options.max_relocate.map(u64::from));
    let call = match options.comment.as_deref() {
        Some("") => call.text("delete", "comment"),
        comment => call.text_if("comment", comment),
    };
    done(call.text_if("digest", options.digest.as_deref()))
}

/// `DELETE /cluster/ha/resources/{sid}`: the guest stays as it is and nobody looks after it. Since 9 it goes out of the
/// rules that name it as well. One that is not managed is refused, as [`crate::ApiErrorKind::HaNotDefined`].
pub fn ha_remove(sid: HaSid) -> Write<()> {
    done(of_resource(CallBuilder::delete(), sid))
}

/// What the manager says to a wish to move a guest. Empty before 9, which is answered with null.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HaMove {
    /// The node that was asked for.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub requested_node: Option<String>,
    /// Managed guests that move along, by a rule.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub comigrated_resources: Vec<String>,
    /// Managed guests on the target that a rule keeps apart from this one.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub blocking_resources: Vec<BlockingHaResource>,
}

/// `POST /cluster/ha/resources/{sid}/migrate`: wishes a guest onto another node while it runs. Only queued.
pub fn ha_migrate(sid: HaSid, node: &str) -> Write<HaMove> {
    moving(sid, "migrate", node)
}

/// `POST /cluster/ha/resources/{sid}/relocate`: wishes a guest onto another node, stopped here and started there. Only
/// queued.
pub fn ha_relocate(sid: HaSid, node: &str) -> Write<HaMove> {
    moving(sid, "relocate", node)
}

fn moving(sid: HaSid, how: &str, node: &str) -> Write<HaMove> {
    let call = of_resource(CallBuilder::post(), sid).segment(how);
    Write::new(call.text("node", node), |body| {
        Ok(answer::data::<Option<HaMove>>(body)?.unwrap_or_default())
    })
}

/// Any method on `/cluster/ha/resources/{sid}/…`
fn of_resource(call: CallBuilder, sid: HaSid) -> CallBuilder {
    call.path("cluster/ha/resources").segment(&sid.to_string())
}
