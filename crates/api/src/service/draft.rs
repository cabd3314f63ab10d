//! From words to a draft. The built-in rules are the only planner yet; what they write is checked like any draft.

use argus_llm::{BuiltIn, Drafted, GuestKind, Planner, Scene, SceneGuest};
use argus_types::action::Draft;
use argus_types::cluster::{Cluster, GuestStatus};
use argus_types::id;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Choice, Question};

use crate::collector::Inventory;
use crate::extract::typed;
use crate::problem::ApiProblem;

/// What came of the words.
pub enum Words {
    /// Typed actions, valid against the proposal schema.
    Draft(Draft),
    /// Questions; the words leave something open.
    Questions(Vec<Question>),
}

/// Drafts against what is known of the cluster.
#[derive(Clone)]
pub struct Drafter {
    inventory: Inventory,
}

impl Drafter {
    /// Drafts against `inventory`.
    pub fn new(inventory: Inventory) -> Self {
        Self { inventory }
    }

    /// Drafts one request.
    pub async fn draft(&self, request: &str) -> Result<Words, ApiProblem> {
        let scene = scene(&*self.inventory.fresh()?);
        match BuiltIn.draft(request, &scene).await {
            Drafted::Draft(actions) => {
                let value = serde_json::json!({ "actions": actions });
                Ok(Words::Draft(typed(value)?))
            }
            Drafted::Clarify(questions) => Ok(Words::Questions(
                questions.into_iter().map(question).collect(),
            )),
            Drafted::Refuse { reason } => Err(ApiProblem::new(ProblemCode::NotUnderstood, reason)),
        }
    }
}

fn question(question: argus_llm::Question) -> Question {
    Question {
        text: question.text,
        choices: question
            .choices
            .into_iter()
            .map(|choice| Choice {
                label: choice.label,
                request: choice.request,
            })
            .collect(),
    }
}

fn scene(cluster: &Cluster) -> Scene {
    let mut tags: Vec<_> = cluster
        .guests
        .iter()
        .flat_map(|guest| guest.tags.iter().cloned())
        .collect();
    tags.sort_unstable();
    tags.dedup();
    Scene {
        guests: cluster
            .guests
            .iter()
            .map(|guest| SceneGuest {
                kind: match guest.kind {
                    id::GuestKind::Qemu => GuestKind::Qemu,
                    id::GuestKind::Lxc => GuestKind::Lxc,
                },
                vmid: guest.vmid.get(),
                name: guest.name.clone(),
                node: guest.node.to_string(),
                tags: guest.tags.clone(),
                pool: guest.pool.clone(),
                running: guest.status == GuestStatus::Running,
                template: guest.template,
            })
            .collect(),
        nodes: cluster
            .nodes
            .iter()
            .map(|node| node.name.to_string())
            .collect(),
        pools: cluster.pools.clone(),
        tags,
    }
}
