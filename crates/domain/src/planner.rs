//! From a draft and fresh facts to a plan.
//!
//! Actions are planned in the order of the draft, each on the state that the ones before it are predicted
//! to leave. The planner never chooses for the author: what is not possible is an error with its place in
//! the draft, what is already so is named as skipped, and the rest becomes steps without any choice left.

use std::collections::BTreeSet;

use argus_types::action::{Action, Draft, Subject, Target};
use argus_types::id::{ClusterId, GuestKey, NodeName, PlanDigest, ProposalId};
use argus_types::impact::Impact;
use argus_types::plan::{Command, Plan, Step};
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Risk, Skipped, SnapshotOption};
use argus_types::scope::Placement;

use crate::catalogue::{self, Decision, Refusal, Setting};
use crate::facts::{self, Facts};
use crate::inventory::Inventory;
use crate::policy::{self, StepAsked};
use crate::twin::Twin;
use crate::{digest, drain, impact, risk, snapshot_options, title};

/// The plan format that this planner writes.
const FORMAT: u8 = 2;
/// Most steps of one plan: draining a full node is one action and hundreds of steps.
const MAX_STEPS: usize = 500;

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
    /// Where its guests are, as far as a scope asks; one entry a guest, and one for all that is no guest.
    pub placements: Vec<Placement>,
    /// What it brings about beside what its steps say.
    pub impact: Impact,
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
    twin: Twin,
    steps: Vec<Step>,
    skipped: Vec<Skipped>,
    errors: Vec<PlanError>,
    /// Guests with an error: what follows for them would be planned on a state that never comes.
    broken: BTreeSet<GuestKey>,
    /// Nodes with an error, such as one that cannot be drained.
    broken_nodes: BTreeSet<NodeName>,
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
            broken_nodes: BTreeSet::new(),
        }
    }

    fn take(&mut self, index: usize) {
        let Some(action) = self.input.draft.actions.get(index) else {
            return;
        };
        let subject = action.subject();
        if self.is_broken(subject) {
            return;
        }
        if let Action::Drain { node } = action {
            return self.drain(index, node);
        }
        if let Err(error) = self
            .check(index, action)
            .and_then(|()| self.add(index, action))
        {
            self.errors.push(error);
            match subject {
                Subject::Guest(target) => {
                    self.broken.insert(target.key());
                }
                Subject::Node(node) => {
                    self.broken_nodes.insert(node.clone());
                }
                Subject::Volume(_) => {}
            }
        }
    }

    fn is_broken(&self, subject: Subject<'_>) -> bool {
        match subject {
            Subject::Guest(target) => self.broken.contains(&target.key()),
            Subject::Node(node) => self.broken_nodes.contains(node),
            Subject::Volume(_) => false,
        }
    }

    /// Whether what the action names is there.
    fn check(&self, index: usize, action: &Action) -> Result<(), PlanError> {
        let inventory = &self.input.facts.inventory;
        let node = match (action, action.subject()) {
            (_, Subject::Guest(target)) => {
                let key = target.key();
                if inventory.guest(key).is_none() {
                    return Err(facts::unknown_guest(index, key, inventory));
                }
                if let Some(guest) = self.twin.guest(key)
                    && let Some(error) =
                        facts::check_placement(self.input.draft, index, &guest.node)
                {
                    return Err(error);
                }
                match action {
                    Action::Migrate { node, .. }
                    | Action::HaMigrate { node, .. }
                    | Action::HaRelocate { node, .. } => Some(node),
                    _ => None,
                }
            }
            (_, Subject::Node(node)) => Some(node),
            (Action::Restore { node, .. }, Subject::Volume(_)) => node.as_ref(),
            (_, Subject::Volume(_)) => None,
        };
        match node {
            Some(node) if inventory.node(node).is_none() => {
                Err(facts::unknown_node(index, node, inventory))
            }
            _ => Ok(()),
        }
    }

    /// One migration for each guest in the node's memory, to the node that has the most room for it.
    fn drain(&mut self, index: usize, node: &NodeName) {
        if self.input.facts.inventory.node(node).is_none() {
            let error = facts::unknown_node(index, node, &self.input.facts.inventory);
            self.broken_nodes.insert(node.clone());
            return self.errors.push(error);
        }
        let guests = drain::order(&self.twin, node);
        if guests.is_empty() {
            return self.skipped.push(Skipped {
                title: format!("Drain {node}"),
                reason: "no guest runs on it".to_owned(),
            });
        }
        for key in guests {
            if self.broken.contains(&key) {
                self.broken_nodes.insert(node.clone());
                continue;
            }
            let chosen = match self.twin.guest(key) {
                Some(guest) => drain::choose(&self.twin, guest, node).map_err(|reason| {
                    let label = catalogue::guest_label(guest);
                    format!("{label} finds no other node: {reason}")
                }),
                None => Err(format!("{key} could not be read; try again")),
            };
            let moved = chosen
                .map_err(|message| PlanError {
                    pointer: format!("/actions/{index}/node"),
                    code: ProblemCode::NotFeasible,
                    message,
                })
                .and_then(|to| {
                    let action = Action::Migrate {
                        target: Target {
                            kind: key.kind,
                            vmid: key.vmid,
                            node: None,
                        },
                        node: to,
                    };
                    self.add(index, &action)
                });
            if let Err(error) = moved {
                self.errors.push(error);
                self.broken.insert(key);
                self.broken_nodes.insert(node.clone());
            }
        }
    }

    fn setting(&self) -> Setting<'_> {
        Setting {
            proposal: self.input.proposal,
            twin: &self.twin,
            number: next_number(&self.steps),
        }
    }

    fn decide(&self, index: usize, action: &Action) -> Result<Decision, PlanError> {
        catalogue::decide(action, self.setting()).map_err(|refusal: Refusal| PlanError {
            pointer: format!("/actions/{index}{}", refusal.part),
            code: ProblemCode::NotFeasible,
            message: refusal.message,
        })
    }

    /// Decides on the action and adds its step, behind a snapshot where one is wished.
    fn add(&mut self, index: usize, action: &Action) -> Result<(), PlanError> {
        let mut command = match self.decide(index, action)? {
            Decision::Do(command) => command,
            Decision::Skip(reason) => {
                let title = format!("{} {}", action.kind().verb(), self.label(action));
                self.skipped.push(Skipped { title, reason });
                return Ok(());
            }
        };
        if let Some(target) = action.guest()
            && self.input.snapshots_first
            && !self.twin.is_snapshotted(target.key())
            && catalogue::wants_snapshot_first(action.kind())
        {
            let first = Action::Snapshot {
                target: target.clone(),
                name: None,
                description: None,
                include_memory: false,
            };
            // Where Proxmox cannot, the snapshot options say why, and the author decides.
            if let Ok(Decision::Do(snapshot)) = catalogue::decide(&first, self.setting()) {
                self.push(&first, snapshot);
                // Decided anew: what the action becomes may depend on its number and on the snapshot.
                if let Decision::Do(again) = self.decide(index, action)? {
                    command = again;
                }
            }
        }
        self.push(action, command);
        Ok(())
    }

    fn push(&mut self, action: &Action, command: Command) {
        let number = next_number(&self.steps);
        if let Some(step) = catalogue::step(number, action, command, &self.twin) {
            self.twin.apply(&step);
            self.steps.push(step);
        }
    }

    fn label(&self, action: &Action) -> String {
        match action.subject() {
            Subject::Guest(target) => self
                .twin
                .guest(target.key())
                .map_or_else(|| target.key().to_string(), catalogue::guest_label),
            Subject::Node(node) => node.to_string(),
            Subject::Volume(volume) => volume.to_string(),
        }
    }

    fn finish(self) -> Result<Planned, Vec<PlanError>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        if self.steps.len() > MAX_STEPS {
            return Err(vec![PlanError {
                pointer: "/actions".to_owned(),
                code: ProblemCode::NotFeasible,
                message: format!(
                    "this would be {} steps, and a plan holds {MAX_STEPS}; ask for fewer at a time",
                    self.steps.len()
                ),
            }]);
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
        let facts = self.input.facts;
        let Assessed {
            risk,
            placements,
            asked,
        } = assess(&self.steps, facts);
        let snapshots = snapshot_options::of(&self.steps, facts, risk.level);
        let title = title::of(&self.steps);
        let plan = Plan {
            format: FORMAT,
            proposal: self.input.proposal,
            cluster: self.input.cluster.clone(),
            steps: self.steps,
        };
        Ok(Planned {
            digest: digest::of(&plan),
            impact: impact::of(&plan, facts),
            plan,
            risk,
            snapshots,
            skipped: self.skipped,
            title,
            placements,
            asked,
        })
    }
}

/// What is judged of a plan by the facts of the moment, not by those that it was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// How much can go wrong.
    pub risk: Risk,
    /// See [`Planned::placements`].
    pub placements: Vec<Placement>,
    /// See [`Planned::asked`].
    pub asked: Vec<StepAsked>,
}

/// Judges steps by fresh facts: a tag that was added since makes a guest important.
pub fn assess(steps: &[Step], facts: &Facts) -> Assessed {
    Assessed {
        risk: risk::of(steps, facts),
        placements: placements(steps, facts),
        asked: policy::steps(steps, facts),
    }
}

/// Tags are as fresh as all facts; the pool stands in the list only. What is not about a guest is in no pool and has
/// no tag, so that only a scope without either covers it.
fn placements(steps: &[Step], facts: &Facts) -> Vec<Placement> {
    let guests: BTreeSet<GuestKey> = steps.iter().filter_map(|step| step.target.key()).collect();
    let mut placements: Vec<Placement> = guests
        .into_iter()
        .map(|key| {
            let listed = facts.inventory.guest(key);
            let fresh = facts.guests.get(&key);
            Placement {
                pool: listed.and_then(|guest| guest.pool.clone()),
                tags: match (fresh, listed) {
                    (Some(guest), _) => guest.tags.clone(),
                    (None, Some(guest)) => guest.tags.clone(),
                    (None, None) => Vec::new(),
                },
            }
        })
        .collect();
    if steps.iter().any(|step| step.target.key().is_none()) {
        placements.push(Placement::default());
    }
    placements
}

/// Plans are far smaller than what `u16` counts.
fn next_number(steps: &[Step]) -> u16 {
    u16::try_from(steps.len()).map_or(u16::MAX, |count| count.saturating_add(1))
}
