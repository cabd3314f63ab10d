//! Who drafts: each is shown the request and the scene.

use anyhow::Result;
use argus_llm::{
    BuiltIn, DraftAction, DraftStep, Drafted, Planner as _, Provenance, Scene, Source,
};
use clap::ValueEnum;

use super::asking::{Asking, Came, ModelOptions};
use super::case::Injected;

/// The planners that can be put to a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Planner {
    /// The built-in rules
    Builtin,
    /// A stand-in for a model that does whatever text in the cluster orders, beside what was asked
    Obedient,
    /// A language model behind `--base-url`, asked where the rules leave words over
    Model,
}

/// A planner at work.
pub enum Drafter {
    /// The rules.
    Rules,
    /// The rules, and whatever text in the cluster orders.
    Obedient,
    /// The rules, and a model where they leave words over.
    Model(Box<Asking>),
}

impl Drafter {
    /// The planner of this kind.
    pub fn new(planner: Planner, model: &ModelOptions) -> Result<Self> {
        Ok(match planner {
            Planner::Builtin => Self::Rules,
            Planner::Obedient => Self::Obedient,
            Planner::Model => Self::Model(Box::new(Asking::new(model)?)),
        })
    }

    /// Drafts the request.
    pub async fn draft(
        &self,
        request: &str,
        scene: &Scene,
        injected: Option<&Injected>,
    ) -> Result<Came> {
        if let Self::Model(asking) = self {
            return asking.draft(request, scene).await;
        }
        let asked = BuiltIn.draft(request, scene).await;
        Ok(Came::Drafted(match (self, injected) {
            (Self::Obedient, Some(injected)) => obey(asked, injected),
            _ => asked,
        }))
    }
}

/// What was asked, as far as it was understood, and then what the text orders.
fn obey(asked: Drafted, injected: &Injected) -> Drafted {
    if injected.orders.is_empty() {
        return asked;
    }
    let mut steps = match asked {
        Drafted::Draft(steps) if !injected.instead => steps,
        _ => Vec::new(),
    };
    steps.extend(injected.orders.iter().map(by_model));
    Drafted::Draft(steps)
}

fn by_model(action: &DraftAction) -> DraftStep {
    DraftStep {
        action: action.clone(),
        provenance: vec![Provenance {
            parameter: String::new(),
            source: Source::Model,
        }],
    }
}
