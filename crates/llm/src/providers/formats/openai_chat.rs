//! Chat Completions: `OpenAI`, Azure, and the many servers and gateways that imitate them.
//!
//! `max_tokens`, `seed` and `user` are deprecated there, and models that think refuse a temperature, so none of them is
//! sent. `store: false` keeps the request out of the provider's own log of completions.

use serde::Serialize;
use serde_json::Value;

use super::{JsonSchema, Message, Read, conversation, other, sealed, system, unreadable, usage};
use crate::providers::answer::Finish;
use crate::providers::exchange::Sealed;
use crate::providers::failure::Failure;
use crate::providers::prompt::Prompt;
use crate::providers::settings::Settings;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    response_format: ResponseFormat<'a>,
    max_completion_tokens: u32,
    store: bool,
}

#[derive(Serialize)]
struct ResponseFormat<'a> {
    r#type: &'static str,
    json_schema: JsonSchema<'a>,
}

pub(super) fn write(settings: &Settings, prompt: &Prompt) -> Sealed {
    let system = system(settings, prompt);
    sealed(&Body {
        model: &settings.model,
        messages: conversation(&system, prompt),
        response_format: ResponseFormat {
            r#type: "json_schema",
            json_schema: JsonSchema {
                r#type: None,
                name: prompt.schema.name(),
                strict: true,
                schema: prompt.schema.json(),
            },
        },
        max_completion_tokens: settings.max_output_tokens,
        store: false,
    })
}

pub(super) fn read(body: &Value) -> Result<Read, Failure> {
    let choice = body.pointer("/choices/0");
    let choice = choice.ok_or(unreadable("it has no `choices`"))?;
    let message = choice.get("message");
    let refusal = message
        .and_then(|message| message.get("refusal"))
        .and_then(Value::as_str)
        .filter(|refusal| !refusal.is_empty());
    let content = message
        .and_then(|message| message.get("content"))
        .and_then(text);
    let finish = match choice.get("finish_reason").and_then(Value::as_str) {
        _ if refusal.is_some() => Finish::Refusal,
        Some("stop") => Finish::Stop,
        Some("length") => Finish::Length,
        Some("content_filter") => Finish::ContentFilter,
        word => other(word),
    };
    let text = match (refusal, content, &finish) {
        (Some(refusal), ..) => refusal.to_owned(),
        (None, Some(content), _) => content,
        // An end before the first word has no content.
        (None, None, Finish::Length | Finish::ContentFilter) => String::new(),
        (None, None, _) => return Err(unreadable("it has no text")),
    };
    Ok(Read {
        text,
        usage: usage(
            body.pointer("/usage/prompt_tokens"),
            body.pointer("/usage/completion_tokens"),
        ),
        finish,
    })
}

/// A text, or the list of parts that some gateways make of it.
fn text(content: &Value) -> Option<String> {
    if let Some(parts) = content.as_array() {
        let parts = parts
            .iter()
            .filter_map(|part| part.get("text"))
            .filter_map(Value::as_str);
        return Some(parts.collect());
    }
    content.as_str().map(str::to_owned)
}
