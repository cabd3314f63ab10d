//! A policy document before anybody proposes it: `POST /api/policy/check`.

use serde::{Deserialize, Serialize};

use crate::id::PlanDigest;
use crate::policy::{PolicyEdit, Replay};

/// `POST /api/policy/check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct PolicyDocument {
    /// The whole document.
    #[cfg_attr(feature = "schema", schemars(length(max = 65_536)))]
    #[cfg_attr(feature = "schema", schema(max_length = 65_536))]
    pub text: String,
}

/// What is wrong with a document, or what it would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PolicyCheck {
    /// It cannot be proposed.
    Wrong {
        /// Why, in the order of the text.
        mistakes: Vec<PolicyMistake>,
    },
    /// It says what the policy in force says.
    Same {},
    /// It can be proposed.
    Other {
        /// Of its content.
        digest: PlanDigest,
        /// What differs from the policy in force.
        edits: Vec<PolicyEdit>,
        /// What it leaves open that it could close, one sentence each.
        weaknesses: Vec<String>,
        /// What it would have changed lately.
        replay: Replay,
    },
}

/// One mistake in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PolicyMistake {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// What is wrong, and what to write instead.
    pub message: String,
}
