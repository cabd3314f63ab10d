//! Which calls there are: path, method, parameters, permission, where it runs, and the function that answers.
//! Must not know HTTP; `admit` holds the order in which a call is checked.

mod access_table;
mod admit;
mod agent_table;
mod args;
mod attempt;
mod copy_table;
mod guarded_table;
mod guest_table;
mod ha_table;
mod node_table;
mod params;
mod pool_table;
mod storage_table;
mod table;
#[cfg(test)]
mod table_test;

use std::sync::LazyLock;

use serde_json::Value;

pub use admit::call;
pub use args::{Args, Raw, RawValue};
#[cfg(test)]
use params::{Form, Kind};
pub use params::{Param, UNKNOWN, list, names_a_task};

use crate::failure::Failure;
use crate::scenario::GuestKind;
use crate::state::{Caller, Machine};

/// The methods that Proxmox knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Starts something or adds something.
    Post,
    /// Changes something.
    Put,
    /// Removes something.
    Delete,
}

impl Method {
    /// As it stands in a request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Out of a request line; other methods are not served by Proxmox at all.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Get, Self::Post, Self::Put, Self::Delete]
            .into_iter()
            .find(|m| m.as_str() == text)
    }

    /// Whether parameters travel in the body.
    pub fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put)
    }
}

/// Who may call; `{…}` in a path stands for the call's own path parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Anybody, without a ticket.
    World,
    /// Anybody who has signed in; the handler filters.
    User,
    /// One of the privileges on the path.
    Any(&'static str, &'static [&'static str]),
    /// The privilege on one of the paths; a refusal gives no reason.
    Either(&'static [&'static str], &'static str),
    /// Every one of them; the first that fails gives the reason.
    All(&'static [Check]),
    /// One of them; a refusal gives no reason. A path whose parameter is not given is out of the question.
    OneOf(&'static [Check]),
    /// The user in the path, signed in as themself: a token of theirs is not.
    OwnUser,
    /// One of the privileges on the groups of users, or on one group that the user in the path is in.
    UsersGroup(&'static [&'static str]),
    /// May change who has which rights on the path that the parameters name.
    ModifyRights,
}

/// What a call answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// JSON, with the length of the whole list where Proxmox tells it.
    Data {
        /// Below `data`.
        data: Value,
        /// Below `total`.
        total: Option<usize>,
    },
    /// A text file.
    Text(String),
}

impl From<Value> for Answer {
    fn from(data: Value) -> Self {
        Self::Data { data, total: None }
    }
}

/// What a handler gives back.
pub type Answered = Result<Answer, Failure>;
/// A function that answers a call that was admitted.
pub type Handler = fn(&mut Machine, &Caller, &Args) -> Answered;

/// One call.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, with names in braces.
    pub path: &'static str,
    /// VM or container, for the paths of guests.
    pub guest: Option<GuestKind>,
    /// Its parameters, those of the path included.
    pub params: Vec<Param>,
    /// Who may call it.
    pub check: Check,
    /// Whether API tokens may.
    pub token: bool,
    /// Whether it runs in the daemon behind the proxy.
    pub protected: bool,
    /// Whether it runs on the node in its path.
    pub proxied: bool,
    /// Whether it starts a task.
    pub upid: bool,
    /// What answers it.
    pub handler: Handler,
}

/// All calls.
pub fn table() -> &'static [Route] {
    static TABLE: LazyLock<Vec<Route>> = LazyLock::new(|| {
        let mut routes = table::routes();
        routes.extend(access_table::routes());
        routes.extend(guest_table::routes());
        routes.extend(node_table::routes());
        routes.extend(ha_table::routes());
        routes.extend(pool_table::routes());
        routes.extend(agent_table::routes());
        routes.extend(copy_table::routes());
        routes.extend(storage_table::routes());
        routes.extend(guarded_table::routes());
        routes
    });
    &TABLE
}

/// A call as a test may know it that tries them all.
#[derive(Debug, Clone, Copy)]
pub struct Served {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Its path, with names in braces.
    pub path: &'static str,
    /// Who may call it, as far as Proxmox documents it: that is asked before anything else.
    pub check: Check,
}

/// Every call that is served.
pub fn served() -> impl Iterator<Item = Served> {
    table().iter().map(|route| Served {
        method: route.method.as_str(),
        path: route.path,
        check: route.check,
    })
}

/// A call that was found, with the texts in its path.
#[derive(Debug, Clone)]
pub struct Found {
    /// The call.
    pub route: &'static Route,
    /// The texts by name, already decoded.
    pub path: Vec<(&'static str, String)>,
}

impl Found {
    /// The node in the path.
    pub fn node(&self) -> Option<&str> {
        self.path
            .iter()
            .find(|(name, _)| *name == "node")
            .map(|(_, value)| value.as_str())
    }

    /// Whether a proxy with a time limit stands between the client and the code.
    pub fn behind_proxy(&self, entry_node: &str) -> bool {
        self.route.protected
            || (self.route.proxied && self.node().is_some_and(|node| node != entry_node))
    }

    /// `GET /nodes/{node}/qemu`.
    pub fn pattern(&self) -> String {
        format!("{} {}", self.route.method.as_str(), self.route.path)
    }
}

/// Finds the call for a decoded path below `/api2/json`.
pub fn find(method: Method, segments: &[String]) -> Result<Found, Failure> {
    for route in table() {
        if route.method != method {
            continue;
        }
        if let Some(path) = matches(route.path, segments) {
            return Ok(Found { route, path });
        }
    }
    Err(Failure::with(
        501,
        format!(
            "Method '{} /{}' not implemented",
            method.as_str(),
            segments.join("/")
        ),
    ))
}

fn matches(pattern: &'static str, segments: &[String]) -> Option<Vec<(&'static str, String)>> {
    let mut found = Vec::new();
    let mut rest = segments.iter();
    for part in pattern.split('/').skip(1) {
        // A volume's id may have slashes: the rest of the path is all its.
        if part == "{volume}" {
            let id: Vec<&str> = rest.by_ref().map(String::as_str).collect();
            if id.is_empty() {
                return None;
            }
            found.push(("volume", id.join("/")));
            continue;
        }
        let segment = rest.next()?;
        match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(name) => found.push((name, segment.clone())),
            None if part == segment => {}
            None => return None,
        }
    }
    rest.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(path: &str) -> Vec<String> {
        path.split('/').map(str::to_owned).collect()
    }

    #[test]
    fn a_path_is_found_with_its_names() {
        let found = find(Method::Get, &segments("nodes/pve1/qemu/101/status/current")).unwrap();
        assert_eq!(
            found.pattern(),
            "GET /nodes/{node}/qemu/{vmid}/status/current"
        );
        assert_eq!(found.node(), Some("pve1"));
    }

    #[test]
    fn an_unknown_path_and_an_unknown_method_of_a_path_are_not_implemented() {
        for (method, path) in [
            (Method::Get, "nodes/pve1/nothing"),
            (Method::Put, "version"),
        ] {
            let failure = find(method, &segments(path)).unwrap_err();
            assert_eq!(failure.status, 501);
            assert_eq!(
                failure.message,
                format!("Method '{} /{path}' not implemented", method.as_str())
            );
        }
    }
}
