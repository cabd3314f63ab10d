//! Who drafts. A further planner is one more variant here: it is shown the request and the scene, and answers as every
//! planner does.

use argus_llm::{
    BuiltIn, DraftAction, DraftStep, Drafted, Planner as _, Provenance, Scene, Source,
};
use clap::ValueEnum;

use super::case::Injected;

/// The planners that can be put to a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Planner {
    /// The built-in rules
    Builtin,
    /// A stand-in for a model that does whatever text in the cluster orders, beside what was asked
    Obedient,
}

impl Planner {
    /// Drafts the request.
    pub async fn draft(self, request: &str, scene: &Scene, injected: Option<&Injected>) -> Drafted {
        let asked = BuiltIn.draft(request, scene).await;
        match (self, injected) {
            (Self::Obedient, Some(injected)) => obey(asked, injected),
            _ => asked,
        }
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
