//! Answers to "why is web-01 slow?": findings with the numbers that they are made of, never an order.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::proposal::Choice;

/// What was found about a guest or a node. Computed from numbers and states; no model is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Diagnosis {
    /// What the question is about, such as `web-01 (101)`.
    pub subject: String,
    /// When it was looked at.
    pub at: Timestamp,
    /// What was found, the weightiest first; empty where nothing stands out.
    pub findings: Vec<Finding>,
    /// What was looked at, in words.
    pub looked_at: Vec<String>,
    /// What could not be read, in words.
    pub not_known: Vec<String>,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Finding {
    /// How weighty it is.
    pub severity: Severity,
    /// In a sentence.
    pub text: String,
    /// What it is made of.
    pub evidence: Vec<FindingEvidence>,
    /// A request that might help, to be posted like any other; absent where there is none.
    pub remedy: Option<Choice>,
}

/// How weighty a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// It may be the reason.
    Warning,
    /// It very likely is, or harms by itself.
    Critical,
}

/// A value that a finding is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FindingEvidence {
    /// What was measured.
    pub what: String,
    /// What it is, with its unit.
    pub value: String,
    /// What it is held against, where there is such a thing.
    pub limit: Option<String>,
}
