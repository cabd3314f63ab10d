//! What a tool is called with: JSON that a model wrote, parsed once and strictly.

use argus_types::cluster::GuestStatus;
use argus_types::id::{ExecutionId, GuestKind, NodeName, ProposalId, Vmid};
use argus_types::metrics::Timeframe;
use argus_types::proposal::ProposalState;
use argus_types::text::PlainText;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::tool::Fault;

/// Most entries of one answer.
pub const MOST: u32 = 100;
/// Entries of one answer where nobody says how many.
const SOME: u32 = 30;

/// Reads a tool's arguments; what is wrong with them is told so that the caller can mend it.
pub fn parse<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, Fault> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| Fault::Arguments(error.to_string()))
}

/// How many entries an answer may have; between one and [`MOST`].
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub struct Limit(u32);

impl Limit {
    /// As a number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(SOME)
    }
}

impl TryFrom<u32> for Limit {
    type Error = String;
    fn try_from(limit: u32) -> Result<Self, String> {
        if (1..=MOST).contains(&limit) {
            return Ok(Self(limit));
        }
        Err(format!("limit must be from 1 to {MOST}"))
    }
}

/// For tools that take nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Which guests.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guests {
    /// A part of the name, in any case.
    pub name: Option<String>,
    /// The number.
    pub vmid: Option<Vmid>,
    /// The node.
    pub node: Option<NodeName>,
    /// Virtual machines or containers.
    pub kind: Option<GuestKind>,
    /// Whether it runs.
    pub status: Option<GuestStatus>,
    /// A whole tag.
    pub tag: Option<String>,
    /// The pool.
    pub pool: Option<String>,
    /// Guests that were seen already.
    #[serde(default)]
    pub skip: u32,
    /// How many.
    #[serde(default)]
    pub limit: Limit,
}

/// Whose measurements: a node's, or a guest's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// A node.
    pub node: Option<NodeName>,
    /// A guest's kind.
    pub kind: Option<GuestKind>,
    /// A guest's number.
    pub vmid: Option<Vmid>,
    /// How far back.
    #[serde(default)]
    pub timeframe: Timeframe,
}

/// Which proposals.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposals {
    /// In this state.
    pub state: Option<ProposalState>,
    /// From the page before.
    pub cursor: Option<String>,
    /// How many.
    #[serde(default)]
    pub limit: Limit,
}

/// One proposal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneProposal {
    /// Which.
    pub id: ProposalId,
}

/// One execution.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneExecution {
    /// Which.
    pub id: ExecutionId,
}

/// Which records.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// About this alone.
    pub subject: Option<String>,
    /// From the page before.
    pub cursor: Option<String>,
    /// How many.
    #[serde(default)]
    pub limit: Limit,
}

/// Which entries of the catalogue.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Only this one.
    pub action: Option<String>,
}

/// A change in words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The words.
    pub request: PlainText<2000>,
    /// Why.
    pub reason: Option<PlainText<500>>,
}

/// A change as typed actions, which the server parses.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actions {
    /// The actions.
    pub actions: Vec<Value>,
    /// Why.
    pub reason: Option<PlainText<500>>,
}

/// What to take back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// What the execution is.
    pub execution: ExecutionId,
    /// Why.
    pub reason: Option<PlainText<500>>,
}

/// The JSON Schema of an object with these properties, of which those in `required` must be there.
pub fn object(properties: &[(&str, Value)], required: &[&str]) -> Value {
    let properties: Map<String, Value> = properties
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Text of at most so many characters.
pub fn text(about: &str, most: u32) -> Value {
    json!({ "type": "string", "description": about, "maxLength": most })
}

/// An id.
pub fn id(about: &str) -> Value {
    json!({ "type": "string", "format": "uuid", "description": about })
}

/// One of some words.
pub fn word(about: &str, words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words, "description": about })
}

/// A whole number.
pub fn number(about: &str, least: u32, most: u32) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most, "description": about })
}

/// [`Limit`]'s schema.
pub fn limit() -> Value {
    number(&format!("How many; {SOME} where absent."), 1, MOST)
}
