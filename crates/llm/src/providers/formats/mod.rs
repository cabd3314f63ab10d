//! The four wire formats: a prompt to bytes, and what comes back to an answer. All of it is pure.

mod anthropic;
pub(super) mod ollama;
mod openai_chat;
mod openai_responses;

use std::borrow::Cow;

use http::{HeaderMap, header};
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use super::answer::{Finish, Usage};
use super::exchange::Sealed;
use super::failure::Failure;
use super::problem::Problem;
use super::prompt::Prompt;
use super::said::Said;
use super::settings::{Format, Settings};
use super::transport::Received;

/// What of an answer does not depend on the wire format.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub text: String,
    pub usage: Option<Usage>,
    pub finish: Finish,
}

/// Whether a model is told not to think; see [`ollama`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thinking {
    Off,
    Unsaid,
}

impl Format {
    /// What comes after the base URL.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::OpenaiChat => "/chat/completions",
            Self::OpenaiResponses => "/responses",
            Self::Ollama => "/api/chat",
            Self::Anthropic => "/v1/messages",
        }
    }

    /// The body of a request.
    pub(super) fn write(self, settings: &Settings, prompt: &Prompt, thinking: Thinking) -> Sealed {
        match self {
            Self::OpenaiChat => openai_chat::write(settings, prompt),
            Self::OpenaiResponses => openai_responses::write(settings, prompt),
            Self::Ollama => ollama::write(settings, prompt, thinking),
            Self::Anthropic => anthropic::write(settings, prompt),
        }
    }

    /// What an answer says.
    pub(super) fn read(self, settings: &Settings, received: &Received) -> Result<Read, Failure> {
        if !received.status.is_success() {
            let problem = Problem::read(&received.body);
            return Err(problem.failure(received.status, &received.headers, settings));
        }
        expect_json(&received.headers)?;
        if self == Self::Ollama {
            return ollama::read(settings, &received.body);
        }
        let body: Value =
            serde_json::from_slice(&received.body).map_err(|_| unreadable("it is not JSON"))?;
        if body.get("error").is_some_and(|error| !error.is_null()) {
            return Err(Problem::of(&body).within_answer());
        }
        match self {
            Self::OpenaiResponses => openai_responses::read(&body),
            Self::Anthropic => anthropic::read(&body),
            Self::OpenaiChat | Self::Ollama => openai_chat::read(&body),
        }
    }
}

/// The provider's own id of a request.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-id", "request-id", "apim-request-id"]
        .iter()
        .find_map(|name| headers.get(*name))
        .map(|id| Said::of(&String::from_utf8_lossy(id.as_bytes())))
        .filter(|id| !id.is_empty())
        .map(|id| id.as_str().to_owned())
}

/// A page, an image or a stream is not an answer, whatever is in it. Gateways that say nothing or `text/plain` are
/// believed until their JSON turns out to be none.
fn expect_json(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(content_type) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let content_type = String::from_utf8_lossy(content_type.as_bytes()).to_lowercase();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.contains("json") || essence == "text/plain" {
        Ok(())
    } else {
        Err(Failure::NotJson {
            content_type: Said::of(essence),
        })
    }
}

fn unreadable(what: &'static str) -> Failure {
    Failure::Unreadable { what }
}

/// The task, with the schema's words behind it where the model is told of the schema nowhere else.
fn system<'a>(settings: &Settings, prompt: &'a Prompt) -> Cow<'a, str> {
    let task = prompt.system.as_str();
    match prompt.schema.words() {
        Some(words) if settings.says_schema => format!("{task}\n\n{words}").into(),
        _ => task.into(),
    }
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

/// The two messages of a conversation that begins: the task, and what was asked.
fn conversation<'a>(system: &'a str, prompt: &'a Prompt) -> [Message<'a>; 2] {
    [
        Message {
            role: "system",
            content: system,
        },
        Message {
            role: "user",
            content: prompt.user.as_str(),
        },
    ]
}

#[derive(Serialize)]
struct JsonSchema<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
    name: &'static str,
    strict: bool,
    schema: &'a RawValue,
}

fn sealed(body: &impl Serialize) -> Sealed {
    let bytes = serde_json::to_vec(body)
        .expect("a request is text, numbers and a schema that is JSON already");
    Sealed::new(bytes)
}

/// Both numbers, where both are there.
fn usage(input: Option<&Value>, output: Option<&Value>) -> Option<Usage> {
    Some(Usage {
        input: input?.as_u64()?,
        output: output?.as_u64()?,
    })
}

/// A word for the end that is not known here.
fn other(word: Option<&str>) -> Finish {
    Finish::Other(Said::of(word.unwrap_or_default()))
}
