//! From a draft to a plan on fresh facts, and from a reviewed plan to what has changed since: the one way, for
//! proposing, revising and confirming.

use argus_domain::drift::{self, Drifted};
use argus_domain::facts::{Facts, wanted};
use argus_domain::inventory::Inventory as Known;
use argus_domain::planner::{Assessed, PlanError, PlanInput, Planned, assess, plan};
use argus_types::action::Draft;
use argus_types::id::{ClusterId, ProposalId};
use argus_types::plan::Plan;
use argus_types::problem::{FieldError, ProblemCode};

use super::facts::FactReader;
use crate::collector::Inventory;
use crate::problem::{ApiProblem, sentence};

/// Plans drafts on what the cluster is now.
#[derive(Clone)]
pub struct Assessor {
    inventory: Inventory,
    facts: FactReader,
    cluster: ClusterId,
}

/// A plan, or why there is none; both are answers.
pub type Verdict = Result<Planned, Vec<PlanError>>;

impl Assessor {
    /// Plans for `cluster`.
    pub fn new(inventory: Inventory, facts: FactReader, cluster: ClusterId) -> Self {
        Self {
            inventory,
            facts,
            cluster,
        }
    }

    /// The cluster that is planned for.
    pub fn cluster(&self) -> &ClusterId {
        &self.cluster
    }

    /// Reads what the draft needs and plans it. The outer error says that the cluster could not be read.
    pub async fn assess(
        &self,
        proposal: ProposalId,
        draft: &Draft,
        snapshots_first: bool,
    ) -> Result<Verdict, ApiProblem> {
        let known = Known::from(&*self.inventory.fresh()?);
        let wanted = match wanted(draft, &known) {
            Ok(wanted) => wanted,
            Err(errors) => return Ok(Err(errors)),
        };
        let facts = self.facts.read(known, &wanted).await?;
        Ok(plan(PlanInput {
            proposal,
            cluster: self.cluster.clone(),
            draft,
            facts: &facts,
            snapshots_first,
        }))
    }

    /// What `plan` relies on that is otherwise by now, and how it is judged by the facts of now.
    pub async fn check(&self, plan: &Plan) -> Result<Checked, ApiProblem> {
        let known = Known::from(&*self.inventory.fresh()?);
        let facts = self.facts.look(known, &drift::wanted(plan)).await?;
        Ok(Checked {
            drifted: drift::check(plan, &facts),
            assessed: assess(&plan.steps, &facts),
            facts,
        })
    }
}

/// A plan that was reviewed earlier, by the facts of now.
#[derive(Debug)]
pub struct Checked {
    /// Steps that do not find what they rely on.
    pub drifted: Vec<Drifted>,
    /// Risk and places, judged anew.
    pub assessed: Assessed,
    /// The facts of now.
    pub facts: Facts,
}

/// Where a draft came from, and with it what an error can point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Words: the body has no place for a single action.
    Request,
    /// Typed actions, below `/draft`.
    Draft,
}

/// The problem for a draft that cannot be planned; its pointers are places of the posted body.
pub fn not_plannable(errors: &[PlanError], source: Source) -> ApiProblem {
    let Some(first) = errors.first() else {
        return ApiProblem::internal("a draft was refused without an error");
    };
    let detail = match errors {
        [one] => sentence(&one.message),
        many => format!(
            "{} Altogether {} places are wrong; `errors` names each.",
            sentence(&first.message),
            many.len()
        ),
    };
    // One code decides; where several differ, the first wish's.
    let code = match first.code {
        ProblemCode::NothingToDo if errors.len() > 1 => errors[1].code,
        code => code,
    };
    let errors = errors
        .iter()
        .map(|error| FieldError {
            pointer: match source {
                Source::Request => "/request".to_owned(),
                Source::Draft => format!("/draft{}", error.pointer),
            },
            message: error.message.clone(),
        })
        .collect();
    ApiProblem::new(code, detail).with_errors(errors)
}
