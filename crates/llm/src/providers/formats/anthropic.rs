//! Anthropic's Messages, with its structured outputs.

use serde::Serialize;
use serde_json::{Value, value::RawValue};

use super::{Message, Read, other, sealed, system, unreadable};
use crate::providers::answer::{Finish, Usage};
use crate::providers::exchange::Sealed;
use crate::providers::failure::Failure;
use crate::providers::prompt::Prompt;
use crate::providers::settings::Settings;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    system: &'a str,
    messages: [Message<'a>; 1],
    output_config: OutputConfig<'a>,
}

#[derive(Serialize)]
struct OutputConfig<'a> {
    format: OutputFormat<'a>,
}

#[derive(Serialize)]
struct OutputFormat<'a> {
    r#type: &'static str,
    schema: &'a RawValue,
}

pub(super) fn write(settings: &Settings, prompt: &Prompt) -> Sealed {
    let system = system(settings, prompt);
    sealed(&Body {
        model: &settings.model,
        max_tokens: settings.max_output_tokens,
        system: &system,
        messages: [Message {
            role: "user",
            content: prompt.user.as_str(),
        }],
        output_config: OutputConfig {
            format: OutputFormat {
                r#type: "json_schema",
                schema: prompt.schema.json(),
            },
        },
    })
}

pub(super) fn read(body: &Value) -> Result<Read, Failure> {
    let content = body.get("content").and_then(Value::as_array);
    let content = content.ok_or(unreadable("it has no `content`"))?;
    let texts = content
        .iter()
        .filter(|block| block.get("type").and_then(Value::as_str) == Some("text"))
        .filter_map(|block| block.get("text").and_then(Value::as_str));
    let text: String = texts.collect();
    let finish = match body.get("stop_reason").and_then(Value::as_str) {
        Some("end_turn" | "stop_sequence") => Finish::Stop,
        Some("max_tokens" | "model_context_window_exceeded") => Finish::Length,
        Some("refusal") => Finish::Refusal,
        word => other(word),
    };
    if text.is_empty() && matches!(finish, Finish::Stop | Finish::Other(_)) {
        return Err(unreadable("it has no text"));
    }
    Ok(Read {
        text,
        usage: usage(body),
        finish,
    })
}

/// What was read is told in three numbers, by what of it was cached.
fn usage(body: &Value) -> Option<Usage> {
    let usage = body.get("usage")?;
    let number = |key: &str| usage.get(key).and_then(Value::as_u64);
    let cached = ["cache_creation_input_tokens", "cache_read_input_tokens"];
    let cached = cached.iter().filter_map(|key| number(key));
    Some(Usage {
        input: cached.fold(number("input_tokens")?, u64::saturating_add),
        output: number("output_tokens")?,
    })
}
