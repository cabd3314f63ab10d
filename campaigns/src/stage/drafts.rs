//! Drafts of any length about one guest, with steps of every class mixed.
//!
//! They are drawn for one guest, each action feasible after the ones before it, and then told of others: the guests of a
//! campaign's cluster differ in number and node alone.

use anyhow::{Context, Result, bail};
use argus_domain::facts::{Facts, wanted};
use argus_domain::planner::{PlanInput, plan};
use argus_executor::sight;
use argus_types::action::{Action, BackupMode, Draft, Target};
use argus_types::guest_config::ConfigChange;
use argus_types::id::{GuestKind, NodeName, ProposalId, Vmid};
use argus_types::plan::{Plan, StepClass};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use uuid::Uuid;

use super::Stage;
use super::cluster::{CLUSTER, FIRST_GUEST};

/// Actions that are tried before a draft counts as impossible.
const TRIES: usize = 2_000;
/// The numbers of new guests begin here.
const FIRST_CLONE: u32 = 100_000;

/// Every class.
pub fn classes() -> [StepClass; 4] {
    [
        StepClass::Read,
        StepClass::Idempotent,
        StepClass::NaturalKey,
        StepClass::UnsafeToRepeat,
    ]
}

/// Drafts by their number of steps.
pub struct Drafts(Vec<Draft>);

impl Drafts {
    /// One of each length from 1 to `longest`, about the first guest.
    pub async fn draw(stage: &Stage, longest: usize, dice: &mut StdRng) -> Result<Self> {
        let every: Vec<Action> = classes()
            .into_iter()
            .flat_map(|class| actions(class, FIRST_GUEST, 0, dice))
            .collect();
        let wanted = wanted(&Draft::of(every), &stage.listed)
            .map_err(|error| anyhow::anyhow!("the first guest cannot be read: {error:?}"))?;
        let facts = sight::facts(&stage.client, stage.listed.clone(), &wanted).await?;
        let drafts: Result<Vec<_>> = (1..=longest)
            .map(|length| draw(&facts, length, dice))
            .collect();
        Ok(Self(drafts?))
    }

    /// The draft of `length` steps, about the `number`th guest.
    pub fn of(&self, length: usize, number: u32) -> Result<Draft> {
        let draft = self.0.get(length.wrapping_sub(1));
        let mut draft = draft.context("no draft is that long")?.clone();
        for action in &mut draft.actions {
            retell(action, number)?;
        }
        Ok(draft)
    }
}

fn draw(facts: &Facts, length: usize, dice: &mut StdRng) -> Result<Draft> {
    let mut draft = Draft::of(Vec::new());
    let mut planned = 0;
    for _ in 0..TRIES {
        if planned == length {
            return Ok(draft);
        }
        let class = *classes().choose(dice).context("there are classes")?;
        let mut actions = actions(class, FIRST_GUEST, draft.actions.len(), dice);
        let drawn = dice.random_range(0..actions.len());
        let mut longer = draft.clone();
        longer.actions.push(actions.swap_remove(drawn));
        let Some(plan) = steps(facts, &longer)? else {
            continue;
        };
        // What is so already, or takes two steps, is another draft.
        if plan.steps.len() == planned + 1 {
            planned += 1;
            draft = longer;
        }
    }
    bail!("no draft of {length} steps was found")
}

fn steps(facts: &Facts, draft: &Draft) -> Result<Option<Plan>> {
    let planned = plan(PlanInput {
        proposal: ProposalId(Uuid::nil()),
        cluster: CLUSTER.parse().context("a cluster id")?,
        draft,
        facts,
        snapshots_first: false,
    });
    Ok(planned.ok().map(|planned| planned.plan))
}

fn target(vmid: u32) -> Target {
    Target {
        kind: GuestKind::Qemu,
        vmid: Vmid::try_from(vmid).expect("a vmid"),
        node: None,
    }
}

/// What may be done to a guest, by class. `at` tells the actions of one draft apart.
fn actions(class: StepClass, vmid: u32, at: usize, dice: &mut StdRng) -> Vec<Action> {
    let target = target(vmid);
    let own = |n: usize| format!("s{n}").parse().expect("a snapshot's name");
    let earlier = dice.random_range(0..=at);
    match class {
        StepClass::Read => vec![
            Action::AgentPing {
                target: target.clone(),
            },
            Action::AgentInfo { target },
        ],
        StepClass::Idempotent => vec![
            Action::Start {
                target: target.clone(),
            },
            Action::Stop {
                target: target.clone(),
            },
            Action::Shutdown {
                target: target.clone(),
                timeout_s: None,
            },
            Action::Suspend {
                target: target.clone(),
            },
            Action::Resume {
                target: target.clone(),
            },
            Action::AgentTrim {
                target: target.clone(),
            },
            Action::DeleteSnapshot {
                target: target.clone(),
                name: own(earlier),
            },
            Action::SetConfig {
                target,
                set: ConfigChange {
                    onboot: Some(dice.random()),
                    ..ConfigChange::default()
                },
            },
        ],
        StepClass::NaturalKey => {
            let snapshot = Action::Snapshot {
                target: target.clone(),
                name: Some(own(at)),
                description: None,
                include_memory: false,
            };
            // Copies and backups take much longer, and one of them a draft shows as much.
            let more = [
                Action::Clone {
                    target: target.clone(),
                    new_vmid: Some(Vmid::try_from(FIRST_CLONE).expect("a vmid")),
                    name: Some("copy".parse().expect("a name")),
                    storage: None,
                },
                Action::Backup {
                    target,
                    storage: "nfs-vm".parse().expect("a storage"),
                    mode: BackupMode::Snapshot,
                    protect: false,
                },
            ];
            let mut all = vec![snapshot.clone(), snapshot.clone(), snapshot];
            all.extend(more);
            all
        }
        StepClass::UnsafeToRepeat => vec![
            Action::Reboot {
                target: target.clone(),
                timeout_s: None,
            },
            Action::Reset {
                target: target.clone(),
            },
            Action::Rollback {
                target: target.clone(),
                name: own(earlier),
                start: dice.random(),
            },
            Action::Migrate {
                target: target.clone(),
                node: node(dice.random_range(1..=3)),
            },
            Action::ResizeDisk {
                target,
                disk: "scsi0".parse().expect("a disk"),
                size_gib: 5 + u32::try_from(at).unwrap_or(0),
            },
        ],
    }
}

fn node(number: u32) -> NodeName {
    format!("pve{number}").parse().expect("a node's name")
}

/// Makes an action of the first guest one of the `number`th: another number, and the next nodes.
fn retell(action: &mut Action, number: u32) -> Result<()> {
    if let Action::Migrate { node: to, .. } = action {
        let first = to.as_str().trim_start_matches("pve").parse::<u32>()?;
        *to = node((first - 1 + number) % 3 + 1);
    }
    if let Action::Clone { new_vmid, .. } = action {
        *new_vmid = Some(Vmid::try_from(FIRST_CLONE + number).context("a vmid")?);
    }
    let vmid = Vmid::try_from(FIRST_GUEST + number).context("a vmid")?;
    match action {
        Action::AgentPing { target }
        | Action::AgentInfo { target }
        | Action::AgentTrim { target }
        | Action::Start { target }
        | Action::Stop { target }
        | Action::Shutdown { target, .. }
        | Action::Suspend { target }
        | Action::Resume { target }
        | Action::DeleteSnapshot { target, .. }
        | Action::SetConfig { target, .. }
        | Action::Snapshot { target, .. }
        | Action::Clone { target, .. }
        | Action::Backup { target, .. }
        | Action::Reboot { target, .. }
        | Action::Reset { target }
        | Action::Rollback { target, .. }
        | Action::Migrate { target, .. }
        | Action::ResizeDisk { target, .. } => target.vmid = vmid,
        other => bail!("{other:?} is not drawn here"),
    }
    Ok(())
}
