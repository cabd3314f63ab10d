//! From a draft and fresh facts to a plan.
//!
//! Actions are planned in the order of the draft, each on the state that the ones before it are predicted
//! to leave. The planner never chooses for the author: what is not possible is an error with its place in
//! the draft, what is already so is named as skipped, and the rest becomes steps without any choice left.

use std::collections::BTreeSet;

use argus_types::action::{Action, Draft};
use argus_types::id::{ClusterId, GuestKey, PlanDigest, ProposalId};
use argus_types::plan::{Command, Plan, Step};
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Risk, Skipped, SnapshotOption};
use argus_types::scope::Placement;

use crate::catalogue::{self, Decision, Refusal, Setting};
use crate::facts::{self, Facts};
use crate::inventory::Inventory;
use crate::policy::{self, StepAsked};
use crate::twin::{Twin, TwinGuest};
use crate::{digest, risk, title};

/// The plan format that this planner writes.
const FORMAT: u8 = 1;

/// What planning looks at.
#[derive(Debug, Clone)]
pub struct PlanInput<'a> {
    /// The proposal that the plan will belong to.
    pub proposal: ProposalId,
    /// The cluster.
    pub cluster: ClusterId,
    /// What is wished.
    pub draft: &'a Draft,
    /// What was freshly read.
    pub facts: &'a Facts,
    /// Whether each guest gets a snapshot before its first outage or move, where Proxmox can.
    pub snapshots_first: bool,
}

/// A plan with what people need to judge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// Its name.
    pub digest: PlanDigest,
    /// How much can go wrong.
    pub risk: Risk,
    /// For medium and high risk: what a snapshot first could save.
    pub snapshots: Vec<SnapshotOption>,
    /// Wishes that need no step.
    pub skipped: Vec<Skipped>,
    /// The whole in a few words.
    pub title: String,
    /// Where its guests are, as far as a scope asks; one entry a guest.
    pub placements: Vec<Placement>,
    /// Its steps as the policy's rules look at them.
    pub asked: Vec<StepAsked>,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PlanError {
    /// The place in the draft, as a JSON pointer; empty for all of it.
    pub pointer: String,
    /// The stable code.
    pub code: ProblemCode,
    /// What is wrong and what to do.
    pub message: String,
}

/// Plans `input.draft`, or says everything that is wrong with it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "an input is made for one call; the references in it are what is shared"
)]
pub fn plan(input: PlanInput<'_>) -> Result<Planned, Vec<PlanError>> {
    facts::check_size(input.draft)?;
    check_quorum(&input.facts.inventory)?;
    let mut work = Work::new(&input);
    for index in 0..input.draft.actions.len() {
        work.take(index);
    }
    work.finish()
}

fn check_quorum(inventory: &Inventory) -> Result<(), Vec<PlanError>> {
    let message = match inventory.quorate {
        Some(true) => return Ok(()),
        Some(false) => {
            "the cluster has no quorum, so Proxmox changes nothing; bring more nodes back first"
        }
        None => {
            "Argus cannot see whether the cluster has quorum; give its token Sys.Audit on / in Proxmox"
        }
    };
    Err(vec![PlanError {
        pointer: String::new(),
        code: ProblemCode::NotFeasible,
        message: message.to_owned(),
    }])
}

struct Work<'a> {
    input: &'a PlanInput<'a>,
    twin: Twin<'a>,
    steps: Vec<Step>,
    skipped: Vec<Skipped>,
    errors: Vec<PlanError>,
    /// Guests with an error: what follows for them would be planned on a state that never comes.
    broken: BTreeSet<GuestKey>,
}

impl<'a> Work<'a> {
    fn new(input: &'a PlanInput<'a>) -> Self {
        Self {
            input,
            twin: Twin::new(input.facts),
            steps: Vec::new(),
            skipped: Vec::new(),
            errors: Vec::new(),
            broken: BTreeSet::new(),
        }
    }

    fn take(&mut self, index: usize) {
        let Some(action) = self.input.draft.actions.get(index) else {
            return;
        };
        let key = action.target().key();
        if self.broken.contains(&key) {
            return;
        }
        if let Err(error) = self.try_take(index, action) {
            self.errors.push(error);
            self.broken.insert(key);
        }
    }

    fn try_take(&mut self, index: usize, action: &Action) -> Result<(), PlanError> {
        let inventory = &self.input.facts.inventory;
        let key = action.target().key();
        let Some(guest) = self.twin.guest(key) else {
            return Err(facts::unknown_guest(index, key, inventory));
        };
        if let Some(error) = facts::check_placement(self.input.draft, index, &guest.facts.node) {
            return Err(error);
        }
        if let Action::Migrate { node, .. } = action
            && inventory.node(node).is_none()
        {
            return Err(facts::unknown_node(index, node, inventory));
        }
        let refused = |refusal: Refusal| PlanError {
            pointer: format!("/actions/{index}{}", refusal.part),
            code: ProblemCode::NotFeasible,
            message: refusal.message,
        };
        let mut setting = Setting {
            proposal: self.input.proposal,
            inventory,
            number: next_number(&self.steps),
        };
        let mut command = match catalogue::decide(action, guest, setting).map_err(refused)? {
            Decision::Do(command) => command,
            Decision::Skip(reason) => {
                let label = catalogue::guest_label(guest.facts);
                self.skipped.push(Skipped {
                    title: format!("{} {label}", action.kind().verb()),
                    reason,
                });
                return Ok(());
            }
        };
        if self.input.snapshots_first
            && !guest.snapshot_planned
            && catalogue::wants_snapshot_first(action.kind())
        {
            let first = Action::Snapshot {
                target: action.target().clone(),
                name: None,
                description: None,
                include_memory: false,
            };
            // Where Proxmox cannot, the snapshot options say why, and the author decides.
            if let Ok(Decision::Do(snapshot)) = catalogue::decide(&first, guest, setting) {
                add(&mut self.steps, guest, setting.number, snapshot);
                setting.number = next_number(&self.steps);
                // Decided anew: what the action becomes may depend on its number and on the snapshot.
                if let Decision::Do(again) =
                    catalogue::decide(action, guest, setting).map_err(refused)?
                {
                    command = again;
                }
            }
        }
        add(&mut self.steps, guest, setting.number, command);
        Ok(())
    }

    fn finish(self) -> Result<Planned, Vec<PlanError>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        if self.steps.is_empty() {
            return Err(vec![PlanError {
                pointer: String::new(),
                code: ProblemCode::NothingToDo,
                message: self
                    .skipped
                    .iter()
                    .map(|skipped| format!("{}: {}", skipped.title, skipped.reason))
                    .collect::<Vec<_>>()
                    .join("; "),
            }]);
        }
        let risk = risk::of(&self.steps, self.input.facts);
        let snapshots = risk::snapshot_options(&self.steps, self.input.facts, risk.level);
        let title = title::of(&self.steps);
        let placements = self.placements();
        let asked = policy::steps(&self.steps, self.input.facts);
        let plan = Plan {
            format: FORMAT,
            proposal: self.input.proposal,
            cluster: self.input.cluster.clone(),
            steps: self.steps,
        };
        Ok(Planned {
            digest: digest::of(&plan),
            plan,
            risk,
            snapshots,
            skipped: self.skipped,
            title,
            placements,
            asked,
        })
    }

    /// Tags are as fresh as all facts; the pool stands in the list only.
    fn placements(&self) -> Vec<Placement> {
        let guests: BTreeSet<GuestKey> = self.steps.iter().map(|step| step.target.key()).collect();
        guests
            .into_iter()
            .map(|key| {
                let listed = self.input.facts.inventory.guest(key);
                let fresh = self.input.facts.guests.get(&key);
                Placement {
                    pool: listed.and_then(|guest| guest.pool.clone()),
                    tags: match (fresh, listed) {
                        (Some(guest), _) => guest.tags.clone(),
                        (None, Some(guest)) => guest.tags.clone(),
                        (None, None) => Vec::new(),
                    },
                }
            })
            .collect()
    }
}

/// Fifty actions with a snapshot before each are a hundred steps; `u16` has room.
fn next_number(steps: &[Step]) -> u16 {
    u16::try_from(steps.len()).map_or(u16::MAX, |count| count.saturating_add(1))
}

fn add(steps: &mut Vec<Step>, guest: &mut TwinGuest<'_>, number: u16, command: Command) {
    let step = catalogue::step(number, command, guest);
    guest.apply(&step.command);
    steps.push(step);
}
