//! What comes of a round.

use super::contract::Fault;
use super::counterfactual::Counterfactual;
use super::orders::Suspect;
use super::witness::Purpose;
use crate::drafted::Question;
use crate::lint::Checked;
use crate::providers::{Asked, Cut, Failure};

/// A round that came to its end.
#[derive(Debug)]
pub struct Drafting {
    /// What the person is told.
    pub outcome: Result<Reply, NoDraft>,
    /// Who gave the answer that the outcome is made of, where anybody answered.
    pub author: Option<Author>,
    /// Every question that was put, in order.
    pub asked: Vec<Put>,
    /// Every answer that could be looked at, with what was wrong with it, in order.
    pub judged: Vec<Judged>,
    /// Whether the draft would be another without the text of others.
    pub counterfactual: Counterfactual,
    /// What of the cluster the models were told that reads like an order. Information: nothing here depends on it.
    pub suspects: Vec<Suspect>,
}

/// Who drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The provider's name in the configuration.
    pub provider: String,
    /// The model.
    pub model: String,
    /// SHA-256 of the wire schema, in hexadecimal digits.
    pub schema_sha256: String,
    /// Whether nothing left our own network.
    pub is_local: bool,
}

/// A model's answer, as far as it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Steps that the linter has passed.
    Draft(ModelDraft),
    /// Something is open. The texts are the model's; a choice only ever names what the cluster has or a number.
    Clarify(Vec<Question>),
    /// Nothing can come of it. The text is the model's.
    Refuse {
        /// Why.
        reason: String,
    },
}

/// A draft by a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelDraft {
    /// The steps, each with where its parameters come from. Never approved by itself.
    pub steps: Checked,
    /// The request in a sentence, by the model.
    pub summary: String,
    /// Why each step, by the model, in their order.
    pub rationales: Vec<String>,
}

/// Why there is no draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoDraft {
    /// Nobody answered.
    #[error("{0}")]
    Failed(Failure),
    /// The answer is not to be read.
    #[error("{0}")]
    Cut(Cut),
    /// The answers do not hold. What was wrong with the last one.
    #[error("the model could not draft it: {}", list(.0))]
    Unfit(Vec<Fault>),
    /// The request is about nothing that the rules could find: no model was asked.
    #[error("the request names no guest and no node of the cluster")]
    NoSubject,
    /// The request cannot be read at all: no model was asked.
    #[error("the request cannot be read")]
    Unreadable,
}

/// A question that was put to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// Why.
    pub purpose: Purpose,
    /// To whom.
    pub to: Author,
    /// What left, what came back, what it cost.
    pub asked: Asked,
}

/// An answer and what was wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Why it was asked for.
    pub purpose: Purpose,
    /// The answer's text as it came.
    pub text: String,
    /// Nothing where it holds.
    pub faults: Vec<Fault>,
}

impl Drafting {
    /// Whether an answer had not the form that was asked for: the schema-failed of a [`super::Scorecard`].
    pub fn failed_schema(&self) -> bool {
        let faults = self.judged.iter().flat_map(|judged| &judged.faults);
        faults.into_iter().any(|fault| fault.rule.is_about_form())
    }

    /// Whether more than one approval is wanted: text of others changed what would be done.
    pub fn wants_two_approvals(&self) -> bool {
        self.counterfactual.differs()
    }
}

fn list(faults: &[Fault]) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> = faults.iter().take(SHOWN).map(ToString::to_string).collect();
    if faults.len() > SHOWN {
        shown.push(format!("and {} more", faults.len() - SHOWN));
    }
    shown.join("; ")
}
