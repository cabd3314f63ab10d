//! What a draft is held to beside this crate, and what is wrong with one that does not hold.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::lint::{Finding, Rule};
use crate::wire::Misfit;

/// The caller's part of judging an answer: this crate knows neither the strict parser nor the proposal schema.
pub trait Contract: Send + Sync {
    /// Parses strictly: each key once, bounded depth, nothing behind the end. The error is one clause and repeats no
    /// more of the text than a key.
    fn parse(&self, text: &str) -> Result<Value, String>;

    /// What the proposal schema says of a draft, `{"actions": […]}`. Nothing where it holds.
    fn violations(&self, draft: &Value) -> Vec<Misfit>;
}

/// One thing that is wrong with an answer, for the model in the one repair round and for people after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// A JSON pointer into the answer; the whole is the empty one.
    pub place: String,
    /// Which rule.
    pub rule: FaultRule,
    /// What is wrong, in one clause.
    pub message: String,
}

/// What an answer is held to, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultRule {
    /// It is one JSON object, strictly.
    Json,
    /// It has the form of the wire schema.
    Wire,
    /// Its draft has the form of the proposal schema.
    Schema,
    /// Its actions are among those that can be held against words.
    Action,
    /// No placeholder stands where something is carried out.
    Placeholder,
    /// What is shown to people holds nothing that must not be shown.
    Shown,
    /// See [`Rule::Size`].
    Size,
    /// See [`Rule::Target`].
    Target,
    /// See [`Rule::Class`].
    Class,
    /// See [`Rule::Parameter`].
    Parameter,
    /// See [`Rule::Output`].
    Output,
    /// See [`Rule::Meaning`].
    Meaning,
}

impl FaultRule {
    /// Whether the answer has not even the form that was asked for.
    pub fn is_about_form(self) -> bool {
        matches!(self, Self::Json | Self::Wire | Self::Schema | Self::Action)
    }
}

impl Fault {
    pub(super) fn new(
        place: impl Into<String>,
        rule: FaultRule,
        message: impl Into<String>,
    ) -> Self {
        Self {
            place: place.into(),
            rule,
            message: message.into(),
        }
    }
}

impl From<Finding> for Fault {
    fn from(finding: Finding) -> Self {
        let place = finding
            .step
            .map_or_else(String::new, |step| format!("/steps/{step}"));
        let rule = match finding.rule {
            Rule::Size => FaultRule::Size,
            Rule::Target => FaultRule::Target,
            Rule::Class => FaultRule::Class,
            Rule::Parameter => FaultRule::Parameter,
            Rule::Output => FaultRule::Output,
            Rule::Meaning => FaultRule::Meaning,
        };
        Self::new(place, rule, finding.message)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.place, self.message)
        }
    }
}
