//! From words to a draft. The built-in rules are the only planner yet; what they write is checked like any draft.

use argus_domain::inventory::Inventory as Known;
use argus_llm::lint::{self, Finding};
use argus_llm::{BuiltIn, Drafted, Planner, Scene};
use argus_types::action::Draft;
use argus_types::cluster::Cluster;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Choice, Question};

use super::facts::FactReader;
use super::scene;
use super::within::Within;
use crate::clock::SharedClock;
use crate::collector::Inventory;
use crate::extract::typed;
use crate::problem::ApiProblem;
use crate::session::Reach;

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
    facts: FactReader,
    clock: SharedClock,
    within: Within,
}

impl Drafter {
    /// Drafts against `inventory`, and against `facts` of the guests that a request turns on.
    pub fn new(
        inventory: Inventory,
        facts: FactReader,
        clock: SharedClock,
        within: Within,
    ) -> Self {
        Self {
            inventory,
            facts,
            clock,
            within,
        }
    }

    /// Drafts one request of somebody who reaches so far.
    pub async fn draft(&self, reach: &Reach, request: &str) -> Result<Words, ApiProblem> {
        let cluster = self.inventory.fresh()?;
        let scene = self.scene(reach, request, &cluster).await?;
        match BuiltIn.draft(request, &scene).await {
            Drafted::Draft(steps) => {
                let checked =
                    lint::check(request, &scene, steps).map_err(|found| refused(&found))?;
                let value = serde_json::json!({ "actions": checked.steps() });
                Ok(Words::Draft(typed(value)?))
            }
            Drafted::Clarify(questions) => Ok(Words::Questions(
                questions.into_iter().map(question).collect(),
            )),
            Drafted::Refuse { reason } => Err(ApiProblem::new(ProblemCode::NotUnderstood, reason)),
        }
    }

    async fn scene(
        &self,
        reach: &Reach,
        request: &str,
        cluster: &Cluster,
    ) -> Result<Scene, ApiProblem> {
        let mut scene = scene::of(cluster, self.clock.now());
        let needs = scene::keys(&BuiltIn.needs(request, &scene));
        if !needs.is_empty() {
            // A question tells what there is of a guest.
            self.within
                .require(reach, &cluster.id, needs.iter().copied())?;
            let known = Known::from(cluster);
            let wanted = scene::wanted(&needs, &known);
            let facts = self.facts.look(known, &wanted).await?;
            scene::detail(&mut scene, &facts);
        }
        Ok(scene)
    }
}

/// A draft that the linter does not pass is not shown.
fn refused(found: &[Finding]) -> ApiProblem {
    let reasons: Vec<String> = found.iter().map(ToString::to_string).collect();
    ApiProblem::new(
        ProblemCode::NotUnderstood,
        format!(
            "No draft can be made of that: {}. Say it in other words.",
            reasons.join("; ")
        ),
    )
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
