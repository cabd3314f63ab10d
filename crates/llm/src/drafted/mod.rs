//! What comes out of drafting: steps, questions or a refusal.

mod action;
mod provenance;

use serde::{Deserialize, Serialize};

pub use action::{DraftAction, DraftConfig, DraftTarget, HaState};
pub use provenance::{Provenance, Source, Span};

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drafted {
    /// Candidate steps in the order in which they are wanted: one to fifty.
    Draft(Vec<DraftStep>),
    /// The words leave something open.
    Clarify(Vec<Question>),
    /// Nothing can come of it.
    Refuse {
        /// Why, and what is possible instead.
        reason: String,
    },
}

/// One action, and where each part of it comes from. It is written as the action alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftStep {
    /// The action.
    #[serde(flatten)]
    pub action: DraftAction,
    /// At least one entry for each parameter.
    #[serde(skip)]
    pub provenance: Vec<Provenance>,
}

/// Something that is not guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub text: String,
    /// Answers to choose from; empty where only other words help.
    pub choices: Vec<Choice>,
}

/// One answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What the page shows.
    pub label: String,
    /// The request to post instead.
    pub request: String,
}
