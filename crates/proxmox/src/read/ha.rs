//! Reads about high availability. All need `Sys.Audit` on `/`.

use serde::Deserialize;

use super::{Read, plain};
use crate::{call::CallBuilder, guest::HaSid, lenient};

/// One line of the manager's state: the quorum, a manager, a node's agent or a service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HaEntry {
    /// Such as `quorum`, `master`, `lrm:pve1` or `service:vm:100`.
    #[serde(deserialize_with = "lenient::text")]
    pub id: String,
    /// `quorum`, `master`, `lrm`, `service` and, since late 9.1, `fencing`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub type_: Option<String>,
    /// Where.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub node: Option<String>,
    /// The manager's sentence; "maintenance mode" of a node's agent shows here.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub status: Option<String>,
    /// Service, such as `vm:100` or `ct:101`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub sid: Option<String>,
    /// State of a service, such as `started` or `migrate`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub state: Option<String>,
    /// The manager's own word for it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub crm_state: Option<String>,
    /// What was asked for.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub request_state: Option<String>,
    /// Of the quorum's line.
    #[serde(default, deserialize_with = "lenient::opt_flag")]
    pub quorate: Option<bool>,
    /// When the manager or agent was last heard, epoch seconds.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub timestamp: Option<u64>,
}

/// `GET /cluster/ha/status/current`.
pub fn ha_status() -> Read<Vec<HaEntry>> {
    plain(CallBuilder::get().path("cluster/ha/status/current"))
}

/// A guest that high availability manages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HaResource {
    /// `vm:100` or `ct:101`.
    #[serde(deserialize_with = "lenient::text")]
    pub sid: String,
    /// State that is asked for.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub state: Option<String>,
    /// Group; only before 9, which has rules instead.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub group: Option<String>,
    /// Starts that are tried on one node.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub max_restart: Option<u64>,
    /// Other nodes that are tried.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub max_relocate: Option<u64>,
    /// Note.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
    /// Whether it goes back to its preferred node; it does where nothing is said. Since 9.
    #[serde(default, deserialize_with = "lenient::opt_flag")]
    pub failback: Option<bool>,
    /// Digest of the file of all managed guests.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub digest: Option<String>,
}

/// `GET /cluster/ha/resources`.
pub fn ha_resources() -> Read<Vec<HaResource>> {
    plain(CallBuilder::get().path("cluster/ha/resources"))
}

/// `GET /cluster/ha/resources/{sid}`. One that is not managed is [`crate::ApiErrorKind::HaNotDefined`].
pub fn ha_resource(sid: HaSid) -> Read<HaResource> {
    let call = CallBuilder::get().path("cluster/ha/resources");
    plain(call.segment(&sid.to_string()))
}

/// An affinity rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HaRule {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub rule: String,
    /// `node-affinity` or `resource-affinity`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub type_: Option<String>,
    /// The services it is about, separated by `,`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub resources: Option<String>,
    /// The nodes, with priorities, of a node rule.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub nodes: Option<String>,
    /// `positive` or `negative`, of a resource rule.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub affinity: Option<String>,
    /// Whether other nodes are ruled out.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub strict: bool,
    /// Whether it is switched off.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub disable: bool,
    /// Digest of the configuration.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub digest: Option<String>,
}

impl HaRule {
    /// Whether the rule is about a guest.
    pub fn names(&self, sid: HaSid) -> bool {
        let sid = sid.to_string();
        let resources = self.resources.as_deref().unwrap_or_default();
        resources.split([',', ' ']).any(|resource| resource == sid)
    }
}

/// `GET /cluster/ha/rules`. Since 9; older releases answer that it is not implemented.
pub fn ha_rules() -> Read<Vec<HaRule>> {
    plain(CallBuilder::get().path("cluster/ha/rules"))
}
