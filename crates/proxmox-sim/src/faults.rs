//! Faults: which calls they hit, how often, and what they do. Must not know HTTP.

use serde::{Deserialize, Serialize};

use crate::routes::Method;

/// A fault as the control port takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which calls it hits; all when absent.
    #[serde(default, rename = "match")]
    pub target: Target,
    /// How many calls it hits; until it is cleared when absent.
    pub count: Option<u64>,
    /// What it does.
    pub kind: FaultKind,
}

/// Which calls a fault hits; every condition that is there must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Target {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: Option<String>,
    /// A part of the path below `/api2/json`.
    pub path_contains: Option<String>,
    /// The node in the path.
    pub node: Option<String>,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// Nobody listens on the port, until it is cleared.
    Refuse,
    /// The call is carried out, and the connection ends without a byte.
    AcceptThenDrop,
    /// The connection ends before the call is looked at.
    DropBefore,
    /// A fixed answer; the call is not looked at.
    Status {
        /// The status.
        code: u16,
        /// The reason phrase.
        #[serde(default)]
        reason: String,
        /// The body; empty when absent.
        body: Option<String>,
    },
    /// The call is carried out, and its answer comes late (real ms); the proxy's limit holds.
    Slow {
        /// Real milliseconds.
        ms: u64,
    },
    /// The call is carried out, and its answer never comes; behind a proxy 596 comes instead.
    Stall,
    /// The call is carried out, and half of its answer comes.
    Truncate,
    /// The task that the call starts fails with this text, having changed nothing.
    TaskFails {
        /// The task's last words.
        message: String,
    },
    /// The task that the call starts runs until it is stopped, or the fault is cleared.
    TaskNeverEnds,
    /// The task that the call starts writes so many lines into its log, evenly over this time, and does its work then.
    TaskWrites {
        /// Lines.
        lines: u64,
        /// Virtual milliseconds.
        ms: u64,
    },
    /// A guest's configuration is locked, until it is cleared.
    LockHeld {
        /// The guest.
        vmid: u32,
        /// The lock's name.
        lock: String,
    },
    /// A node has no power, until it is cleared.
    NodeDown {
        /// The node.
        node: String,
    },
    /// The cluster has no quorum, until it is cleared.
    QuorumLost,
    /// The server shows a certificate of an unknown authority, until it is cleared.
    CertificateSwap,
}

impl FaultKind {
    /// Whether it is a state of the world and not something that happens to calls.
    pub fn is_state(&self) -> bool {
        matches!(
            self,
            Self::Refuse
                | Self::LockHeld { .. }
                | Self::NodeDown { .. }
                | Self::QuorumLost
                | Self::CertificateSwap
        )
    }

    /// Whether it needs a call that starts a task.
    fn needs_task(&self) -> bool {
        matches!(
            self,
            Self::TaskFails { .. } | Self::TaskNeverEnds | Self::TaskWrites { .. }
        )
    }
}

/// A call as a fault sees it.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// Its method.
    pub method: Method,
    /// Its path below `/api2/json`.
    pub path: &'a str,
    /// The node in its path.
    pub node: Option<&'a str>,
    /// Whether it starts a task.
    pub task: bool,
}

impl Target {
    fn hits(&self, call: &Sight<'_>) -> bool {
        self.method
            .as_ref()
            .is_none_or(|m| m.eq_ignore_ascii_case(call.method.as_str()))
            && self
                .path_contains
                .as_ref()
                .is_none_or(|p| call.path.contains(p.as_str()))
            && self.node.as_ref().is_none_or(|n| call.node == Some(n))
    }
}

/// The faults that are there, oldest first.
#[derive(Debug, Default)]
pub struct Faults {
    list: Vec<Fault>,
}

impl Faults {
    /// Adds one.
    pub fn add(&mut self, fault: Fault) {
        self.list.push(fault);
    }

    /// Those that are there.
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// Takes all away.
    pub fn clear(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.list)
    }

    /// The first one that hits a call; one that has hit as often as it may is gone.
    pub fn strike(&mut self, call: &Sight<'_>) -> Option<FaultKind> {
        let at = self.list.iter().position(|fault| {
            !fault.kind.is_state()
                && fault.count != Some(0)
                && (call.task || !fault.kind.needs_task())
                && fault.target.hits(call)
        })?;
        let fault = &mut self.list[at];
        let kind = fault.kind.clone();
        if let Some(count) = &mut fault.count {
            *count -= 1;
            if *count == 0 {
                self.list.remove(at);
            }
        }
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: Sight<'static> = Sight {
        method: Method::Post,
        path: "/nodes/pve1/qemu/101/snapshot",
        node: Some("pve1"),
        task: true,
    };

    fn fault(text: &str) -> Fault {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_counted_fault_hits_as_often_as_it_says() {
        let mut faults = Faults::default();
        faults.add(fault(r#"{"count": 2, "kind": "accept_then_drop"}"#));
        let hits = (0..4).filter(|_| faults.strike(&CALL).is_some()).count();
        assert_eq!((hits, faults.list().len()), (2, 0));
    }

    #[test]
    fn every_condition_must_hold() {
        let mut faults = Faults::default();
        faults.add(fault(
            r#"{"match": {"method": "POST", "path_contains": "/snapshot", "node": "pve2"}, "kind": "stall"}"#,
        ));
        assert_eq!(faults.strike(&CALL), None);
        let other = Sight {
            node: Some("pve2"),
            ..CALL
        };
        assert_eq!(faults.strike(&other), Some(FaultKind::Stall));
    }

    #[test]
    fn a_fault_of_tasks_waits_for_a_call_that_starts_one() {
        let mut faults = Faults::default();
        faults.add(fault(
            r#"{"count": 1, "kind": {"task_fails": {"message": "no"}}}"#,
        ));
        let read = Sight {
            task: false,
            ..CALL
        };
        assert_eq!(faults.strike(&read), None);
        assert!(faults.strike(&CALL).is_some());
    }
}
