//! `OpenAI`'s Responses. It stores what it is asked unless it is told not to, so it is told.

use serde::Serialize;
use serde_json::Value;

use super::{JsonSchema, Message, Read, other, sealed, system, unreadable, usage};
use crate::providers::answer::Finish;
use crate::providers::exchange::Sealed;
use crate::providers::failure::Failure;
use crate::providers::prompt::Prompt;
use crate::providers::settings::Settings;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    instructions: &'a str,
    input: [Message<'a>; 1],
    text: Text<'a>,
    max_output_tokens: u32,
    store: bool,
}

#[derive(Serialize)]
struct Text<'a> {
    format: JsonSchema<'a>,
}

pub(super) fn write(settings: &Settings, prompt: &Prompt) -> Sealed {
    let system = system(settings, prompt);
    sealed(&Body {
        model: &settings.model,
        instructions: &system,
        input: [Message {
            role: "user",
            content: prompt.user.as_str(),
        }],
        text: Text {
            format: JsonSchema {
                r#type: Some("json_schema"),
                name: prompt.schema.name(),
                strict: true,
                schema: prompt.schema.json(),
            },
        },
        max_output_tokens: settings.max_output_tokens,
        store: false,
    })
}

pub(super) fn read(body: &Value) -> Result<Read, Failure> {
    let output = body.get("output").and_then(Value::as_array);
    let output = output.ok_or(unreadable("it has no `output`"))?;
    // What it thought stands there as well, in items of another type.
    let parts = || {
        let contents = output.iter().filter_map(|item| item.get("content"));
        contents.filter_map(Value::as_array).flatten()
    };
    let joined = |kind: &str, key: &str| -> String {
        let of_kind = parts().filter(|part| part.get("type").and_then(Value::as_str) == Some(kind));
        of_kind
            .filter_map(|part| part.get(key))
            .filter_map(Value::as_str)
            .collect()
    };
    let (text, refusal) = (joined("output_text", "text"), joined("refusal", "refusal"));
    let finish = match body.get("status").and_then(Value::as_str) {
        _ if !refusal.is_empty() => Finish::Refusal,
        Some("completed") => Finish::Stop,
        Some("incomplete") => match body
            .pointer("/incomplete_details/reason")
            .and_then(Value::as_str)
        {
            Some("content_filter") => Finish::ContentFilter,
            // Half an answer, whatever the reason is called.
            _ => Finish::Length,
        },
        word => other(word),
    };
    if text.is_empty() && matches!(finish, Finish::Stop | Finish::Other(_)) {
        return Err(unreadable("it has no text"));
    }
    Ok(Read {
        text: if refusal.is_empty() { text } else { refusal },
        usage: usage(
            body.pointer("/usage/input_tokens"),
            body.pointer("/usage/output_tokens"),
        ),
        finish,
    })
}
