//! What is kept of a draft, for the review: `GET /api/actions/{id}/drafting`.

use serde::{Deserialize, Serialize};

use super::{DraftedBy, SuspectText};
use crate::Timestamp;
use crate::proposal::Origin;

/// How the draft of a proposal came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DraftRecord {
    /// Who or what wrote it.
    pub origin: Origin,
    /// The model, where one did.
    pub drafted_by: Option<DraftedBy>,
    /// Where each parameter comes from, action by action of the draft; empty for typed actions.
    pub provenance: Vec<ActionProvenance>,
    /// Every request that left for the draft, in order. Empty where no model was asked.
    pub exchanges: Vec<DraftExchange>,
    /// The caller does not reach everything that the exchanges are about, so that they are left out.
    pub is_withheld: bool,
    /// SHA-256 of the schema that the answer was asked in, in hexadecimal digits.
    pub schema_sha256: Option<String>,
    /// What the linter said, once for each round.
    pub linter: Vec<LintReport>,
    /// Whether text of others made a difference, where such text was in the prompt.
    pub counterfactual: Option<Counterfactual>,
    /// Texts of the cluster that the model was told and that read like orders. Information: nothing depends on it.
    #[serde(default)]
    pub suspects: Vec<SuspectText>,
}

/// Where the parameters of one action come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActionProvenance {
    /// The action's place in the draft, from 0.
    pub index: u16,
    /// Its name, such as `guest.start`.
    pub action: String,
    /// Its parameters.
    pub parameters: Vec<ParameterProvenance>,
}

impl ActionProvenance {
    /// The texts in these actions that a language model wrote.
    pub fn texts_by_model(actions: &[Self]) -> Vec<String> {
        let parameters = actions.iter().flat_map(|action| &action.parameters);
        let by_model = parameters.filter(|parameter| parameter.by_model);
        by_model.map(|parameter| parameter.value.clone()).collect()
    }
}

/// Where one parameter comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ParameterProvenance {
    /// A JSON pointer into the action: `/target`, `/set/cores`.
    pub parameter: String,
    /// Its value as JSON writes it; text without quotes.
    pub value: String,
    /// Where from; more than one is what it was computed from.
    pub sources: Vec<ProvenanceSource>,
    /// A language model wrote this text: to be shown highlighted.
    pub by_model: bool,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ProvenanceSource {
    /// These words of the request.
    Request {
        /// The first character, from 0.
        start: u32,
        /// One behind the last.
        end: u32,
        /// The words.
        text: String,
    },
    /// A number or a word of a closed list that Proxmox says of itself.
    Inventory {
        /// What it is: `memory`, `disks`.
        field: String,
    },
    /// A rule of Argus.
    Default {
        /// What it says.
        rule: String,
    },
    /// A question's answer.
    Answer,
    /// A language model.
    Model,
}

/// One request that left, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DraftExchange {
    /// From 1.
    pub number: u16,
    /// What for.
    pub purpose: ExchangePurpose,
    /// The provider's name in the configuration.
    pub provider: String,
    /// The model.
    pub model: String,
    /// When it was recorded, which is before it left.
    pub at: Timestamp,
    /// The very bytes that were sent.
    pub sent: Body,
    /// Whether they left at all; without a connection they do not.
    pub has_left: bool,
    /// The very bytes that came back, where an answer came whole.
    pub received: Option<Body>,
    /// The HTTP status, where an answer began.
    pub status: Option<u16>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// How long it took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// Why there is no answer, where there is none.
    pub failure: Option<String>,
}

/// Why a model was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ExchangePurpose {
    /// For the draft.
    Draft,
    /// Once more, with what was wrong.
    Repair,
    /// The same without text of others, to compare.
    Counterfactual,
}

/// The body of a request or of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Body {
    /// SHA-256 in hexadecimal digits; of what was sent it is in the ledger as well.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
    /// The bytes, where they are UTF-8: byte for byte what was sent.
    pub text: Option<String>,
    /// The bytes in base64, where they are not.
    pub base64: Option<String>,
    /// The placeholders in it. What they stood for was known while the draft was made and is not kept anywhere.
    pub placeholders: Vec<PlaceholderUse>,
}

/// A placeholder that a secret was replaced with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlaceholderUse {
    /// As it stands in the text: `<<SECRET:token:7>>`.
    pub text: String,
    /// What kind of secret: `token`.
    pub kind: String,
    /// How often it stands there.
    pub count: u32,
}

/// What the linter said of one draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LintReport {
    /// From 1; 2 is after the repair.
    pub round: u8,
    /// Empty where it passed.
    pub findings: Vec<LintFinding>,
}

/// One objection: of the schema, or of the linter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LintFinding {
    /// The action's place in the draft, from 0; absent where it is about the whole.
    pub index: Option<u16>,
    /// Which rule: `schema`, `size`, `target`, `class`, `parameter`, `output`, `meaning`.
    pub rule: String,
    /// What is wrong, in one clause.
    pub message: String,
}

/// A draft made with and without text of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Counterfactual {
    /// Targets or action classes are not the same: two people must approve.
    pub differs: bool,
    /// What is otherwise, in sentences.
    pub differences: Vec<String>,
}
