//! How far a draft has come: the lines of `POST /api/actions/proposals` where the caller accepts [`NDJSON`].

use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::proposal::ProposalOutcome;

/// The media type that asks for lines: one JSON object each. Whoever closes the connection stops the draft.
pub const NDJSON: &str = "application/x-ndjson";

/// One line. The last one is `outcome` or `problem`; the HTTP status of the answer is 200 whatever it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum DraftingLine {
    /// Work goes on to this stage.
    Stage {
        /// The stage.
        stage: DraftingStage,
        /// The provider that is asked, where one is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider: Option<String>,
    },
    /// Nothing new; once a second, so that both sides learn when the other is gone.
    Waiting,
    /// What came of it.
    Outcome {
        /// The status that it would have had by itself.
        status: u16,
        /// The same body as without lines.
        outcome: Box<ProposalOutcome>,
    },
    /// Why nothing came of it.
    Problem {
        /// The same body as without lines.
        problem: Box<Problem>,
    },
}

/// What is done for a draft, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum DraftingStage {
    /// The words are held against the cluster.
    Resolving,
    /// A language model is asked.
    Asking,
    /// What it wrote is parsed and held against the schema.
    Validating,
    /// The linter looks at the draft.
    Linting,
    /// The model is told once what was wrong.
    Repairing,
    /// The model is asked without the text of others, to compare.
    Comparing,
    /// The plan is made on the twin, and the policy judges it.
    Planning,
}

impl DraftingStage {
    /// The stage of a word on the wire.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "resolving" => Self::Resolving,
            "asking" => Self::Asking,
            "validating" => Self::Validating,
            "linting" => Self::Linting,
            "repairing" => Self::Repairing,
            "comparing" => Self::Comparing,
            "planning" => Self::Planning,
            _ => return None,
        })
    }

    /// What the page says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Resolving => "finding what the words are about",
            Self::Asking => "asking the language model",
            Self::Validating => "reading what it wrote",
            Self::Linting => "checking the draft",
            Self::Repairing => "asking once more, with what was wrong",
            Self::Comparing => "asking again without text of others",
            Self::Planning => "making the plan",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_named_as_it_is_written() {
        for stage in [
            DraftingStage::Resolving,
            DraftingStage::Asking,
            DraftingStage::Validating,
            DraftingStage::Linting,
            DraftingStage::Repairing,
            DraftingStage::Comparing,
            DraftingStage::Planning,
        ] {
            let word = serde_json::to_value(stage).unwrap();
            assert_eq!(DraftingStage::named(word.as_str().unwrap()), Some(stage));
        }
        assert_eq!(DraftingStage::named("pondering"), None);
    }
}
