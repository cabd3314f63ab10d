//! From words to a draft: the built-in rules first, a language model where they do not understand and one is configured.
//! What either writes is checked like any draft.

use argus_domain::facts::Facts;
use argus_domain::inventory::Inventory as Known;
use argus_llm::ask::{self, FreeText, Turn};
use argus_llm::lint::{self, Finding};
use argus_llm::{BuiltIn, DraftStep, DraftTarget, Drafted, Scene};
use argus_types::action::Draft;
use argus_types::cluster::Cluster;
use argus_types::drafting::{ActionProvenance, Diagnosis, DraftedBy, DraftingStage};
use argus_types::person::Person;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Choice, Question};
use uuid::Uuid;

use super::diagnose::Diagnose;
use super::facts::FactReader;
use super::models::{Answer, Models, Wish};
use super::progress::Progress;
use super::within::Within;
use super::{provenance, scene};
use crate::clock::SharedClock;
use crate::collector::Inventory;
use crate::extract::typed;
use crate::problem::ApiProblem;
use crate::session::Reach;

/// What came of the words.
pub enum Words {
    /// Typed actions, valid against the proposal schema.
    Draft {
        /// The actions.
        draft: Draft,
        /// Who wrote them.
        maker: Maker,
    },
    /// Questions; the words leave something open.
    Questions {
        /// What to answer.
        questions: Vec<Question>,
        /// The model that asks, where one does.
        by: Option<DraftedBy>,
    },
    /// A model refuses.
    Refused {
        /// Why.
        reason: String,
        /// The model.
        by: DraftedBy,
    },
    /// The words ask for a reason.
    Diagnosis(Diagnosis),
}

/// Who wrote a draft out of words.
pub enum Maker {
    /// The built-in rules, and where each parameter comes from.
    Rules(Vec<ActionProvenance>),
    /// A language model; the rest is kept with the draft.
    Model {
        /// The draft.
        draft: Uuid,
        /// The model.
        by: DraftedBy,
    },
}

/// Somebody who asks in words.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// Who.
    pub person: &'a Person,
    /// How far they reach.
    pub reach: &'a Reach,
    /// Whoever is told how far the draft is.
    pub progress: &'a Progress,
}

/// Drafts against what is known of the cluster.
#[derive(Clone)]
pub struct Drafter {
    inventory: Inventory,
    facts: FactReader,
    clock: SharedClock,
    within: Within,
    models: Models,
    diagnose: Diagnose,
}

impl Drafter {
    /// Drafts against `inventory`, and against `facts` of the guests that a request turns on.
    pub fn new(
        inventory: Inventory,
        facts: FactReader,
        clock: SharedClock,
        within: Within,
        models: Models,
        diagnose: Diagnose,
    ) -> Self {
        Self {
            inventory,
            facts,
            clock,
            within,
            models,
            diagnose,
        }
    }

    /// Drafts one request.
    pub async fn draft(&self, asker: Asker<'_>, request: &str) -> Result<Words, ApiProblem> {
        asker.progress.stage(DraftingStage::Resolving, None);
        let cluster = self.inventory.fresh()?;
        let mut scene = scene::of(&cluster, self.clock.now());
        if let Some(words) = self
            .diagnose
            .answer(asker.reach, request, &cluster, &scene)
            .await?
        {
            return Ok(words);
        }
        let needs = BuiltIn.needs(request, &scene);
        self.detail(asker.reach, &needs, &cluster, &mut scene)
            .await?;
        match ask::turn(request, &scene) {
            Turn::Model(rules) if self.models.is_any() => {
                self.by_model(asker, request, &cluster, scene, &rules).await
            }
            Turn::Rules(drafted) | Turn::Model(drafted) => by_rules(request, &scene, drafted),
        }
    }

    async fn by_model(
        &self,
        asker: Asker<'_>,
        request: &str,
        cluster: &Cluster,
        mut scene: Scene,
        rules: &Drafted,
    ) -> Result<Words, ApiProblem> {
        let told = ask::details(request, &scene);
        let facts = self.detail(asker.reach, &told, cluster, &mut scene).await?;
        let texts: Vec<FreeText> = match facts {
            Some(facts) if self.models.reads_notes() => scene::notes(&facts),
            _ => Vec::new(),
        };
        let wish = Wish {
            person: asker.person.clone(),
            cluster: cluster.id.clone(),
            request: request.to_owned(),
            subjects: scene::keys(&told),
            scene,
            texts,
            rules: said(rules),
        };
        match self.models.draft(wish, asker.progress.clone()).await? {
            Answer::Draft { draft, steps, by } => Ok(Words::Draft {
                draft: actions(&steps)?,
                maker: Maker::Model { draft, by },
            }),
            Answer::Clarify { questions, by } => Ok(Words::Questions {
                questions: questions.into_iter().map(question).collect(),
                by: Some(by),
            }),
            Answer::Refused { reason, by } => Ok(Words::Refused { reason, by }),
        }
    }

    /// Reads what a draft needs to know of guests, all of which the asker reaches.
    async fn detail(
        &self,
        reach: &Reach,
        guests: &[DraftTarget],
        cluster: &Cluster,
        scene: &mut Scene,
    ) -> Result<Option<Facts>, ApiProblem> {
        let keys = scene::keys(guests);
        if keys.is_empty() {
            return Ok(None);
        }
        // A question or a prompt tells what there is of a guest.
        self.within
            .require(reach, &cluster.id, keys.iter().copied())?;
        let known = Known::from(cluster);
        let wanted = scene::wanted(&keys, &known);
        let facts = self.facts.look(known, &wanted).await?;
        scene::detail(scene, &facts);
        Ok(Some(facts))
    }
}

fn by_rules(request: &str, scene: &Scene, drafted: Drafted) -> Result<Words, ApiProblem> {
    match drafted {
        Drafted::Draft(steps) => {
            let checked = lint::check(request, scene, steps).map_err(|found| refused(&found))?;
            Ok(Words::Draft {
                draft: actions(checked.steps())?,
                maker: Maker::Rules(provenance::of(checked.steps(), request)?),
            })
        }
        Drafted::Clarify(questions) => Ok(Words::Questions {
            questions: questions.into_iter().map(question).collect(),
            by: None,
        }),
        Drafted::Refuse { reason } => Err(ApiProblem::new(ProblemCode::NotUnderstood, reason)),
    }
}

/// Steps as a draft from anywhere else.
fn actions(steps: &[DraftStep]) -> Result<Draft, ApiProblem> {
    typed(serde_json::json!({ "actions": steps }))
}

/// What the rules say, for whoever learns that no model could help.
fn said(drafted: &Drafted) -> String {
    match drafted {
        Drafted::Clarify(questions) => questions
            .iter()
            .map(|question| question.text.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        Drafted::Refuse { reason } => reason.clone(),
        Drafted::Draft(_) => "they understand it".to_owned(),
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

/// A question as it is on the wire.
pub(super) fn question(question: argus_llm::Question) -> Question {
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
