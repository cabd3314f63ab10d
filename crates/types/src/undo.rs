//! Taking back what an execution did, as a proposal of its own.

use serde::{Deserialize, Serialize};

use crate::id::ProposalId;
use crate::text::PlainText;

/// `POST /api/executions/{id}/undo`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct UndoInput {
    /// Why it is wanted; the policy may ask for it, and whoever decides reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
}

/// Whether an execution can be undone, and what of it cannot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UndoOffer {
    /// Why nothing can be proposed now; absent where it can.
    pub why_not: Option<String>,
    /// Steps that would stay, each with why.
    pub left_out: Vec<String>,
    /// The proposal that is to undo it, or has undone it.
    pub proposal: Option<ProposalId>,
}
