//! Where each parameter of a draft comes from, as it is kept and shown.

use argus_llm::{DraftStep, Source, Span};
use argus_types::drafting::{ActionProvenance, ParameterProvenance, ProvenanceSource};
use serde_json::Value;

use crate::problem::ApiProblem;

/// Longest text of a value that is shown.
const LONGEST: usize = 300;

/// The provenance of all steps.
pub fn of(steps: &[DraftStep], request: &str) -> Result<Vec<ActionProvenance>, ApiProblem> {
    let each = steps.iter().enumerate();
    each.map(|(index, step)| action(index, step, request))
        .collect()
}

fn action(index: usize, step: &DraftStep, request: &str) -> Result<ActionProvenance, ApiProblem> {
    let written = serde_json::to_value(&step.action).map_err(ApiProblem::internal)?;
    let mut parameters: Vec<ParameterProvenance> = Vec::new();
    for one in &step.provenance {
        // Which action and which numbers is held against the request; words of a model's own are shown as such.
        let is_text = one.parameter != "/action"
            && written
                .pointer(&one.parameter)
                .is_some_and(Value::is_string);
        let by_model = is_text && one.source == Source::Model;
        let source = source(&one.source, request);
        let known = parameters
            .iter_mut()
            .find(|known| known.parameter == one.parameter);
        match known {
            Some(known) => {
                known.by_model |= by_model;
                known.sources.push(source);
            }
            None => parameters.push(ParameterProvenance {
                parameter: one.parameter.clone(),
                value: value(&written, &one.parameter),
                sources: vec![source],
                by_model,
            }),
        }
    }
    Ok(ActionProvenance {
        // A draft has at most fifty.
        index: u16::try_from(index).map_err(ApiProblem::internal)?,
        action: step.action.name().to_owned(),
        parameters,
    })
}

fn value(action: &Value, pointer: &str) -> String {
    let text = match action.pointer(pointer) {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    text.chars().take(LONGEST).collect()
}

fn source(source: &Source, request: &str) -> ProvenanceSource {
    match source {
        Source::Request(span) => ProvenanceSource::Request {
            start: position(span.start),
            end: position(span.end),
            text: words(request, *span),
        },
        Source::Inventory(field) => ProvenanceSource::Inventory {
            field: field.clone(),
        },
        Source::Default(rule) => ProvenanceSource::Default { rule: rule.clone() },
        Source::Answer => ProvenanceSource::Answer,
        Source::Model => ProvenanceSource::Model,
    }
}

fn words(request: &str, span: Span) -> String {
    let length = span.end.saturating_sub(span.start);
    request.chars().skip(span.start).take(length).collect()
}

/// A request has at most 2000 characters.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
