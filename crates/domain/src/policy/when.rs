//! Which plans a rule speaks about.

use argus_types::id::GuestKind;
use argus_types::proposal::{Origin, RiskLevel};
use serde::Serialize;

use super::ActionPattern;
use super::question::{Question, StepAsked, guests};

/// Conditions, all of which must hold. What is absent limits nothing; a list holds where one of it does.
///
/// Those about a step must hold together for one and the same step: "a stop of a guest tagged prod" is not met by a
/// stop of one guest and a start of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct When {
    /// A step's action.
    pub actions: Option<Vec<ActionPattern>>,
    /// A tag of the step's guest, compared without ASCII case.
    pub tags: Option<Vec<String>>,
    /// The pool of the step's guest.
    pub pools: Option<Vec<String>>,
    /// A node on which the step does something.
    pub nodes: Option<Vec<String>>,
    /// A storage on which the step does something.
    pub storages: Option<Vec<String>>,
    /// What the step's guest is.
    pub kinds: Option<Vec<GuestKind>>,
    /// The plan's cluster.
    pub clusters: Option<Vec<String>>,
    /// The plan's risk is at least this.
    pub risk: Option<RiskLevel>,
    /// Whether the plan is destructive.
    pub destructive: Option<bool>,
    /// Who or what wrote the draft.
    pub origins: Option<Vec<Origin>>,
    /// Whether a script asked for it.
    pub token: Option<bool>,
    /// The steps that meet the conditions above change more guests than this.
    pub more_than_guests: Option<u32>,
}

impl When {
    /// The steps for which the conditions hold; empty where the rule does not speak about the plan.
    pub fn steps<'q>(&self, question: &'q Question) -> Vec<&'q StepAsked> {
        if !self.holds_of_plan(question) {
            return Vec::new();
        }
        let steps: Vec<&StepAsked> = question
            .steps
            .iter()
            .filter(|step| self.holds_of_step(step))
            .collect();
        match self.more_than_guests {
            Some(most) if guests(steps.iter().copied()) <= most as usize => Vec::new(),
            _ => steps,
        }
    }

    /// Whether some condition looks at single steps.
    pub(super) fn is_about_steps(&self) -> bool {
        self.actions.is_some()
            || self.tags.is_some()
            || self.pools.is_some()
            || self.nodes.is_some()
            || self.storages.is_some()
            || self.kinds.is_some()
    }

    fn holds_of_plan(&self, question: &Question) -> bool {
        let cluster = question.cluster.as_str();
        holds(self.clusters.as_ref(), |name| name == cluster)
            && self.risk.is_none_or(|least| question.risk >= least)
            && self
                .destructive
                .is_none_or(|wanted| question.destructive == wanted)
            && holds(self.origins.as_ref(), |origin| *origin == question.origin)
            && self.token.is_none_or(|wanted| question.by_token == wanted)
    }

    fn holds_of_step(&self, step: &StepAsked) -> bool {
        let guest = step.guest.as_ref();
        holds(self.actions.as_ref(), |pattern| {
            pattern.matches(&step.action)
        }) && holds(self.tags.as_ref(), |tag| {
            guest.is_some_and(|guest| guest.tags.iter().any(|own| own.eq_ignore_ascii_case(tag)))
        }) && holds(self.pools.as_ref(), |pool| {
            guest.is_some_and(|guest| guest.pool.as_ref() == Some(pool))
        }) && holds(self.nodes.as_ref(), |node| step.nodes.contains(node))
            && holds(self.storages.as_ref(), |name| step.storages.contains(name))
            && holds(self.kinds.as_ref(), |kind| {
                guest.is_some_and(|guest| guest.kind == *kind)
            })
    }
}

/// Whether a condition is absent or one of its values holds.
fn holds<T>(list: Option<&Vec<T>>, of: impl FnMut(&T) -> bool) -> bool {
    list.is_none_or(|list| list.iter().any(of))
}
