//! Ollama's own API.
//!
//! Its context is 4,096 tokens where the machine has little memory, and what does not fit is cut off without a word. So
//! the context is asked for, cutting off is forbidden, and the tokens that it counted are held against it.
//!
//! Some families ignore the schema while they are told not to think; see [`ignored_the_schema`].

use serde::Serialize;
use serde_json::{Deserializer, Value, value::RawValue};

use super::{Message, Read, Thinking, conversation, other, sealed, system, unreadable};
use crate::providers::answer::{Finish, Usage};
use crate::providers::exchange::Sealed;
use crate::providers::failure::Failure;
use crate::providers::problem::Problem;
use crate::providers::prompt::Prompt;
use crate::providers::settings::Settings;
use crate::wire::json_of;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    stream: bool,
    format: &'a RawValue,
    keep_alive: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    think: Option<bool>,
    truncate: bool,
    shift: bool,
    options: Options,
}

#[derive(Serialize)]
struct Options {
    temperature: u8,
    num_ctx: u32,
    num_predict: u32,
}

pub(super) fn write(settings: &Settings, prompt: &Prompt, thinking: Thinking) -> Sealed {
    let system = system(settings, prompt);
    sealed(&Body {
        model: &settings.model,
        messages: conversation(&system, prompt),
        stream: false,
        format: prompt.schema.json(),
        keep_alive: "30m",
        think: (thinking == Thinking::Off).then_some(false),
        truncate: false,
        shift: false,
        options: Options {
            temperature: 0,
            num_ctx: settings.context_tokens,
            num_predict: settings.max_output_tokens,
        },
    })
}

/// Reads one object, or the lines of a stream: an error after the first words comes as a line of its own.
pub(super) fn read(settings: &Settings, body: &[u8]) -> Result<Read, Failure> {
    let mut text = String::new();
    let mut last = None;
    for line in Deserializer::from_slice(body).into_iter::<Value>() {
        let line = line.map_err(|_| unreadable("it is not JSON"))?;
        if line.get("error").is_some_and(|error| !error.is_null()) {
            return Err(Problem::of(&line).within_answer());
        }
        text.push_str(
            line.pointer("/message/content")
                .and_then(Value::as_str)
                .unwrap_or_default(),
        );
        last = Some(line);
    }
    let last = last.ok_or(unreadable("it is empty"))?;
    if last.get("done") != Some(&Value::Bool(true)) {
        return Err(unreadable("it ends early"));
    }
    let count = |key: &str| last.get(key).and_then(Value::as_u64);
    let (input, output) = (count("prompt_eval_count"), count("eval_count"));
    let used = input
        .unwrap_or_default()
        .saturating_add(output.unwrap_or_default());
    let limit = u64::from(settings.context_tokens);
    if used >= limit {
        return Err(Failure::ContextFull { used, limit });
    }
    let finish = match last.get("done_reason").and_then(Value::as_str) {
        Some("stop") => Finish::Stop,
        Some("length") => Finish::Length,
        // It was brought into memory and was not asked anything yet.
        Some("load") => return Err(Failure::Loading),
        word => other(word),
    };
    Ok(Read {
        text,
        usage: input
            .zip(output)
            .map(|(input, output)| Usage { input, output }),
        finish,
    })
}

/// Whether an answer is no JSON object at all, although its grammar allowed nothing else: then the schema was ignored,
/// and the same question without a word about thinking may fare better.
pub(in crate::providers) fn ignored_the_schema(answer: &Read) -> bool {
    let is_over = matches!(answer.finish, Finish::Stop | Finish::Other(_));
    let is_object =
        |text: &str| serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object());
    is_over && !json_of(&answer.text).is_ok_and(is_object)
}
