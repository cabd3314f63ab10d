//! What the server was asked: the ground truth of tests about retries, budgets and tokens.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// How many of the last requests are kept one by one.
const LAST: usize = 2_000;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Virtual ms since the epoch.
    pub at_ms: u64,
    /// `GET`.
    pub method: String,
    /// As it stood in the request line, with its query.
    pub path: String,
    /// The path below `/api2/json`, decoded and without its query; empty where there is no such call.
    #[serde(default)]
    pub call: String,
    /// The parameters in query and body; none where the request ended before they were read.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// The status that was sent; none when the connection was broken instead.
    pub status: Option<u16>,
}

/// Counts, and the last ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    /// All of them.
    pub total: u64,
    /// Those with an `Authorization` header.
    pub authorizations: u64,
    /// Accepted TLS connections.
    pub connections: u64,
    /// By `GET /nodes/{node}/tasks`.
    pub by_route: BTreeMap<String, u64>,
    /// The last ones, oldest first.
    pub last: VecDeque<Seen>,
}

impl Requests {
    /// Notes a request.
    pub fn note(&mut self, route: &str, seen: Seen) {
        self.total += 1;
        *self.by_route.entry(route.to_owned()).or_default() += 1;
        self.last.push_back(seen);
        if self.last.len() > LAST {
            self.last.pop_front();
        }
    }
}
