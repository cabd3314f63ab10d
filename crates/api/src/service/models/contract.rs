//! What a model's answer is held to beside the linter: the strict parser and the proposal schema, as for everybody's draft.

use argus_llm::ask::Contract;
use argus_llm::wire::Misfit;
use argus_types::action::Draft;
use serde_json::Value;

use crate::schema::{Described, field_errors};
use crate::strict_json;

/// The contract of every draft.
pub struct Strict;

impl Contract for Strict {
    fn parse(&self, text: &str) -> Result<Value, String> {
        strict_json::parse(text.as_bytes()).map_err(|error| error.to_string())
    }

    fn violations(&self, draft: &Value) -> Vec<Misfit> {
        field_errors(Draft::validator(), draft)
            .into_iter()
            .map(|error| Misfit {
                place: error.pointer,
                what: error.message,
            })
            .collect()
    }
}
