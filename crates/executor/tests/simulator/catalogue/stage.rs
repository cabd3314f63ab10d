//! A lab with a row's scene set, and what all shows have in common.

use std::future::Future;
use std::time::Duration;

use argus_proxmox_sim::Handle;
use argus_types::action::{Action, ActionKind};
use argus_types::execution::{Execution, ExecutionState};
use argus_types::plan::Plan;
use futures_util::{StreamExt as _, stream};

use super::rows::{Row, row};
use super::truth::Truth;
use crate::lab::Lab;

/// Labs at a time: each has a database, a simulator and an executor.
const AT_A_TIME: usize = 4;

/// No process dies here, and a busy machine must not look like one that did.
const LEASE: Duration = Duration::from_mins(1);

/// A lab in which an action can be shown.
pub struct Stage {
    pub row: Row,
    pub lab: Lab,
    /// The world before the action.
    pub before: Truth,
    pub action: Action,
}

impl Stage {
    pub async fn set(kind: ActionKind) -> Self {
        Self::set_in(Lab::start().await, kind).await
    }

    /// The same in a lab that is there.
    pub async fn set_in(mut lab: Lab, kind: ActionKind) -> Self {
        lab.lease = LEASE;
        let row = row(kind);
        set_scene(&lab.simulator, &row, async |actions| {
            let done = lab.run(actions).await;
            assert_eq!(done.state, ExecutionState::Succeeded, "{kind}: {done:#?}");
        })
        .await;
        let before = Truth::of(&lab.simulator);
        let action = (row.action)(&before);
        Self {
            row,
            lab,
            before,
            action,
        }
    }

    /// Runs the action as a plan of its own.
    pub async fn play(&self) -> (Plan, Execution) {
        let id = self.lab.confirm(vec![self.action.clone()]).await;
        let plan = self.lab.plan(id).await;
        let _process = self.lab.process("a");
        (plan, self.lab.ended(id).await)
    }

    /// Tasks of the row's type that were ever made.
    pub fn tasks(&self) -> usize {
        self.row.task.map_or(0, |task| self.lab.tasks(task))
    }

    pub fn is_seen(&self) -> bool {
        (self.row.seen)(&self.before, &Truth::of(&self.lab.simulator))
    }

    /// Requests of this method and path that reached the simulator.
    pub fn sent(&self, method: &str, path: &str) -> usize {
        let requests = self.lab.simulator.requests();
        let same = requests
            .last
            .iter()
            .filter(|seen| seen.method == method && seen.call == path);
        same.count()
    }
}

/// Makes a simulator what a row's action needs; `run` has Argus do what comes before.
pub async fn set_scene(simulator: &Handle, row: &Row, run: impl AsyncFnOnce(Vec<Action>)) {
    for vmid in row.stopped {
        let changed = simulator.change_guest(*vmid, Row::stop());
        changed.expect("a guest of the lab");
    }
    // Past the next broadcast of what lists show.
    simulator.advance(15_000);
    if !row.before.is_empty() {
        run(row.before.clone()).await;
        simulator.advance(15_000);
    }
    simulator.forget_requests();
}

/// Shows every entry of the catalogue, a few at a time; says of each that does not hold why.
pub async fn every<F: Future<Output = Result<(), String>>>(show: impl Fn(ActionKind) -> F) {
    let shown = stream::iter(ActionKind::ALL)
        .map(|kind| {
            let shown = show(kind);
            async move { shown.await.err().map(|why| format!("{kind}: {why}")) }
        })
        .buffer_unordered(AT_A_TIME);
    let wrong: Vec<String> = shown.filter_map(std::future::ready).collect().await;
    assert!(
        wrong.is_empty(),
        "{} of {} do not hold\n{}",
        wrong.len(),
        ActionKind::ALL.len(),
        wrong.join("\n")
    );
}

/// `Err` with these words unless it holds.
pub fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
