//! Reads about the services of a node. Both need `Sys.Audit` on it.

use serde::Deserialize;

use super::{Read, of_node, plain};
use crate::lenient;

/// A service of a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Service {
    /// Name in paths, such as `pveproxy`.
    #[serde(deserialize_with = "lenient::text")]
    pub service: String,
    /// Name of its unit.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// One line about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub desc: Option<String>,
    /// What systemd says in detail, such as `running`, `exited`, `dead` or `failed`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub state: Option<String>,
    /// What systemd says in short, such as `active`, `inactive` or `failed`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub active_state: Option<String>,
    /// Whether it starts with the node, such as `enabled`, `masked` or `not-found`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub unit_state: Option<String>,
}

impl Service {
    /// Whether it runs, as a process of its own.
    pub fn is_running(&self) -> bool {
        self.state.as_deref() == Some("running")
    }
}

/// `GET /nodes/{node}/services`.
pub fn services(node: &str) -> Read<Vec<Service>> {
    plain(of_node(node).segment("services"))
}

/// `GET /nodes/{node}/services/{service}/state`.
pub fn service(node: &str, service: &str) -> Read<Service> {
    let call = of_node(node).segment("services").segment(service);
    plain(call.segment("state"))
}
