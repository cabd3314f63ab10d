//! The tools by name: what each is for, what it takes, what kind of token it needs.

use argus_types::person::TokenMay;
use rmcp::model::{Tool as Declaration, ToolAnnotations};
use serde_json::{Map, Value, json};

use super::reach::Reach;
use super::{propose, read};
use crate::server::Refused;

/// One tool.
pub struct Tool {
    /// What a client calls.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// What a model reads.
    pub about: &'static str,
    /// The least token that it takes.
    pub needs: TokenMay,
    /// The JSON Schema of its arguments.
    pub takes: fn() -> Value,
    /// Does it.
    pub call: fn(&Reach, Map<String, Value>) -> Result<Value, Fault>,
}

/// Why a tool has no answer, told to whoever called it.
pub enum Fault {
    /// What it was called with is wrong.
    Arguments(String),
    /// The server said no, or nothing.
    Refused(Refused),
}

/// Every tool, in the order in which they are listed.
pub const ALL: &[Tool] = &[
    read::CLUSTER,
    read::GUESTS,
    read::METRICS,
    read::PROPOSALS,
    read::PROPOSAL,
    read::COLLISIONS,
    read::EXECUTION,
    read::LEDGER,
    read::POLICY,
    read::EMERGENCY_STOP_STATE,
    propose::ACTION_CATALOGUE,
    propose::PROPOSE,
    propose::PROPOSE_ACTIONS,
    propose::PROPOSE_UNDO,
];

impl Tool {
    /// As the protocol lists it.
    pub fn declaration(&self) -> Declaration {
        let schema = match (self.takes)() {
            Value::Object(schema) => schema,
            // Whoever calls it with anything is told what is wrong by the tool itself.
            _ => Map::new(),
        };
        let hints = ToolAnnotations::with_title(self.title)
            .read_only(self.needs == TokenMay::Read)
            .destructive(false)
            .open_world(false);
        Declaration::new(self.name, self.about, schema)
            .with_title(self.title)
            .with_annotations(hints)
    }
}

impl Fault {
    /// As a tool's answer.
    pub fn told(&self) -> Value {
        match self {
            Self::Arguments(what) => {
                json!({ "error": format!("the arguments do not fit: {what}") })
            }
            Self::Refused(Refused::Problem(problem, wait)) => json!({
                "error": problem.detail,
                "code": problem.code,
                "errors": problem.errors,
                "retry_after_s": wait,
                "request_id": problem.request_id,
            }),
            Self::Refused(refused) => json!({ "error": format!("{:#}", chain(refused)) }),
        }
    }
}

/// An error with its causes, in one line.
fn chain(error: &Refused) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
