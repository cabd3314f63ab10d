//! A breaker for each node: a node that did not answer several times in a row is left alone for a while.
//!
//! - Reads wait until it is their turn: after each wait one of them tries the node, and the others go by what came of it.
//!   A wait is never a failure, so whoever looks for as long as a step may take looks for as long as that.
//! - A write does not wait. While the node does not answer it counts as not sent.
//!
//! Only silence counts: no connection, no answer in time, somebody else's answer. A node that says no is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argus_domain::facts::{Facts, Wanted};
use argus_store::journal::Lease;
use argus_types::event::TaskLine;
use argus_types::id::NodeName;
use argus_types::plan::{Plan, Step};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::pace::Pace;
use crate::ports::{Chance, Hypervisor, NotAdmitted, ReadError, SendError, Sent, TaskState};
use crate::trace::Trace;

/// Silences in a row after which a node is left alone.
const MOST_SILENCES: u32 = 5;
/// Whether a node is left alone (1) or not (0), by node.
const OPEN: &str = "argus_node_breaker_open";
/// How often a node that answered before was left alone, by node.
const OPENED: &str = "argus_node_breaker_opened_total";

/// Proxmox behind a breaker for each of its nodes.
pub(crate) struct Guarded<H> {
    inner: H,
    breakers: Breakers,
}

impl<H> Guarded<H> {
    pub(crate) fn new(inner: H, pace: Pace, chance: Arc<dyn Chance>) -> Self {
        Self {
            inner,
            breakers: Breakers {
                nodes: Mutex::default(),
                changed: Notify::new(),
                pace,
                chance,
            },
        }
    }
}

struct Breakers {
    nodes: Mutex<BTreeMap<NodeName, Breaker>>,
    /// Somebody who tried a node knows what came of it.
    changed: Notify,
    pace: Pace,
    chance: Arc<dyn Chance>,
}

/// What is known of one node.
#[derive(Debug, Default)]
struct Breaker {
    /// Silences since it last answered.
    silences: u32,
    /// Until when it is left alone, once there were too many.
    until: Option<Instant>,
    /// How often it was tried since then.
    tried: u32,
    /// Somebody is trying it.
    probing: bool,
}

/// A node's turn, or how long it is to be waited for.
enum Turn {
    Free,
    Probe,
    At(Instant),
    /// Behind who is trying it.
    Behind,
}

/// The right to try a node that was left alone; given back when dropped, whatever came of it.
struct Probe<'a> {
    breakers: &'a Breakers,
    node: NodeName,
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        self.breakers.with(&self.node, |one| one.probing = false);
        self.breakers.changed.notify_waiters();
    }
}

impl Breakers {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<NodeName, Breaker>> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, node: &NodeName, change: impl FnOnce(&mut Breaker) -> T) -> T {
        change(self.lock().entry(node.clone()).or_default())
    }

    /// Waits until these nodes may be asked: in order, so that no two wait for each other.
    async fn turn(&self, nodes: &[NodeName]) -> Vec<Probe<'_>> {
        let mut probes = Vec::new();
        for node in nodes.iter().collect::<BTreeSet<_>>() {
            probes.extend(self.turn_of(node).await);
        }
        probes
    }

    async fn turn_of(&self, node: &NodeName) -> Option<Probe<'_>> {
        loop {
            // Before the look, so that no change is missed.
            let changed = self.changed.notified();
            let turn = self.with(node, |one| match one.until {
                None => Turn::Free,
                Some(until) if until > Instant::now() => Turn::At(until),
                Some(_) if one.probing => Turn::Behind,
                Some(_) => {
                    one.probing = true;
                    Turn::Probe
                }
            });
            match turn {
                Turn::Free => return None,
                Turn::Probe => {
                    let node = node.clone();
                    let breakers = self;
                    return Some(Probe { breakers, node });
                }
                Turn::At(until) => tokio::time::sleep_until(until).await,
                Turn::Behind => changed.await,
            }
        }
    }

    /// Whether the node is left alone at the moment; also while somebody tries it.
    fn is_open(&self, node: &NodeName) -> bool {
        let nodes = self.lock();
        nodes.get(node).is_some_and(|one| one.until.is_some())
    }

    fn answered(&self, node: &NodeName) {
        let was = self.with(node, |one| {
            let was = one.until.is_some();
            let probing = one.probing;
            *one = Breaker {
                probing,
                ..Breaker::default()
            };
            was
        });
        if was {
            tracing::info!(target: "argus::event", kind = "node_answers", %node, "the node answers again");
            metrics::gauge!(OPEN, "node" => node.to_string()).set(0.0);
            self.changed.notify_waiters();
        }
    }

    fn silent(&self, node: &NodeName, why: &str) {
        let chance = self.chance.fraction();
        let opened = self.with(node, |one| {
            one.silences = one.silences.saturating_add(1);
            if one.silences < MOST_SILENCES {
                return false;
            }
            let first = one.until.is_none();
            // What was asked before it was left alone tells nothing new.
            if first || one.probing {
                one.tried += 1;
                one.until = Some(Instant::now() + self.pace.leave_alone(one.tried, chance));
            }
            first
        });
        if opened {
            tracing::warn!(
                target: "argus::event", kind = "node_silent", %node, why,
                "the node does not answer and is left alone for a while"
            );
            metrics::gauge!(OPEN, "node" => node.to_string()).set(1.0);
            metrics::counter!(OPENED, "node" => node.to_string()).increment(1);
        }
    }

    /// Notes what came of a read of these nodes.
    fn note<T>(&self, nodes: &[NodeName], result: &Result<T, ReadError>) {
        match result {
            Ok(_) => {
                for node in nodes {
                    self.answered(node);
                }
            }
            Err(ReadError {
                silent: true,
                node,
                message,
                ..
            }) => {
                // Where the way to all of them is broken, it is the first that is meant.
                if let Some(node) = node.as_ref().or(nodes.first()) {
                    self.silent(node, message);
                }
            }
            Err(_) => {}
        }
    }
}

impl<H: Hypervisor> Guarded<H> {
    /// A read of these nodes, in its turn.
    async fn ask<T>(
        &self,
        nodes: &[NodeName],
        read: impl Future<Output = Result<T, ReadError>> + Send,
    ) -> Result<T, ReadError> {
        let probes = self.breakers.turn(nodes).await;
        let result = read.await;
        self.breakers.note(nodes, &result);
        drop(probes);
        result
    }
}

impl<H: Hypervisor> Guarded<H> {
    /// Sends unless the step's node is left alone, and notes whether it answered.
    async fn deliver(
        &self,
        step: &Step,
        sending: impl Future<Output = Result<Sent, SendError>>,
    ) -> Result<Sent, SendError> {
        let node = step.target.node();
        if self.breakers.is_open(node) {
            return Err(SendError::NotSent {
                message: format!("{node} has not answered for a while; nothing was sent"),
            });
        }
        let sent = sending.await;
        match &sent {
            Ok(_) => self.breakers.answered(node),
            Err(SendError::NotSent { message } | SendError::Indeterminate { message }) => {
                self.breakers.silent(node, message);
            }
            Err(SendError::Refused { .. }) => {}
        }
        sent
    }
}

impl<H: Hypervisor> Hypervisor for Guarded<H> {
    async fn look(&self, wanted: &Wanted) -> Result<Facts, ReadError> {
        self.ask(&asked(wanted), self.inner.look(wanted)).await
    }

    async fn send(&self, step: &Step) -> Result<Sent, SendError> {
        self.deliver(step, self.inner.send(step)).await
    }

    async fn send_as(
        &self,
        lease: Lease,
        sender: Option<&str>,
        step: &Step,
    ) -> Result<Sent, SendError> {
        let sending = self.inner.send_as(lease, sender, step);
        self.deliver(step, sending).await
    }

    async fn admit(&self, lease: Lease, plan: &Plan, longest: u64) -> Result<(), NotAdmitted> {
        self.inner.admit(lease, plan, longest).await
    }

    async fn fence(&self, lease: Lease) {
        self.inner.fence(lease).await;
    }

    async fn dismiss(&self, lease: Lease) {
        self.inner.dismiss(lease).await;
    }

    async fn sweep(&self) {
        self.inner.sweep().await;
    }

    fn sender(&self, lease: Lease, step: &Step) -> Option<String> {
        self.inner.sender(lease, step)
    }

    async fn tasks_of(
        &self,
        sender: Option<&str>,
        step: &Step,
        since: i64,
    ) -> Result<Vec<String>, ReadError> {
        let read = self.inner.tasks_of(sender, step, since);
        self.ask(&listed(step), read).await
    }

    async fn tasks(&self, step: &Step, since: i64) -> Result<Vec<String>, ReadError> {
        self.ask(&listed(step), self.inner.tasks(step, since)).await
    }

    async fn task(&self, upid: &str) -> Result<TaskState, ReadError> {
        self.ask(&runs_on(upid), self.inner.task(upid)).await
    }

    async fn task_log(
        &self,
        upid: &str,
        after: u32,
        limit: u32,
    ) -> Result<Vec<TaskLine>, ReadError> {
        let read = self.inner.task_log(upid, after, limit);
        self.ask(&runs_on(upid), read).await
    }
}

/// The nodes in whose lists a step's task can be.
fn listed(step: &Step) -> Vec<NodeName> {
    let trace = Trace::of(step);
    let nodes = trace.iter().flat_map(|trace| trace.nodes().iter().copied());
    nodes.cloned().collect()
}

/// The nodes that a look asks.
fn asked(wanted: &Wanted) -> Vec<NodeName> {
    let guests = wanted.guests.values().map(|guest| &guest.node);
    let volumes = wanted.volumes.values();
    let nodes = guests.chain(wanted.nodes.keys()).chain(volumes);
    nodes.cloned().collect()
}

/// The node in a task's id.
fn runs_on(upid: &str) -> Vec<NodeName> {
    let node = upid.split(':').nth(1).and_then(|node| node.parse().ok());
    node.into_iter().collect()
}

#[cfg(test)]
mod tests;
