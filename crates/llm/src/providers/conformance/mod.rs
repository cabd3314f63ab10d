//! Every wire format against servers that answer as the real ones were seen to, errors included, and every bad manner
//! that a provider or whoever stands in its place can have.

mod anthropic;
mod bodies;
mod canary;
mod connections;
mod drafts;
mod limits;
mod ollama;
mod openai_chat;
mod openai_responses;
mod stand_in;

use std::time::Duration;

use serde_json::{Value, json};

use self::stand_in::{Play, StandIn};
use super::{Asked, Failure, Format, Limits, Model, Prompt, Provider, Settings};
use crate::redact::Redacted;
use crate::wire::catalogue;

/// The key of every provider here.
const SECRET: &str = "sk-canary-5e1f09a7";

/// Time limits that a test can wait for.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(5),
    total: Duration::from_mins(1),
    body: 1024 * 1024,
    pause: Duration::from_millis(2),
};

/// What a model is to say.
const DRAFT: &str = r#"{"kind":"refuse","summary":"s","questions":[],"refusal":"no","steps":[]}"#;

fn settings(format: Format, server: &StandIn) -> Settings {
    let path = match format {
        Format::OpenaiChat | Format::OpenaiResponses => "/v1",
        Format::Ollama | Format::Anthropic => "",
    };
    let url = format!("http://127.0.0.1:{}{path}", server.port());
    Settings {
        limits: LIMITS,
        ..Settings::new("main", format, url.parse().unwrap(), "small-1").with_key(SECRET.into())
    }
}

fn provider(format: Format, server: &StandIn) -> Provider {
    Provider::new(settings(format, server)).unwrap()
}

fn prompt(format: Format) -> Prompt {
    Prompt {
        system: Redacted::of_our_own("You draft."),
        user: Redacted::of_our_own("start web-01 – \"now\""),
        schema: catalogue().schema(format.rendering()),
    }
}

/// Asks a server that plays `plays`.
async fn asked(format: Format, plays: Vec<Play>) -> (Asked, StandIn) {
    let server = StandIn::start(plays).await;
    let asked = provider(format, &server).ask(&prompt(format)).await;
    (asked, server)
}

/// Asks a server that answers once with `body`.
async fn told(format: Format, body: Value) -> Asked {
    let (asked, server) = asked(format, vec![stand_in::json(200, &body)]).await;
    assert_eq!(server.requests().len(), 1);
    asked
}

/// The failure of a server that answers each attempt with this, and how many attempts there were.
async fn refused(format: Format, status: u16, body: &Value) -> (Failure, usize) {
    let plays = (0..5).map(|_| stand_in::json(status, body)).collect();
    let (asked, server) = asked(format, plays).await;
    let failure = asked.answer.unwrap_err();
    let said = format!("{failure} {failure:?} {}", failure.remedy());
    assert!(!said.contains(SECRET), "{said}");
    (failure, server.requests().len())
}

/// The usual good answer of a format.
fn good(format: Format, text: &str) -> Value {
    match format {
        Format::OpenaiChat => json!({
            "id": "chatcmpl-1", "object": "chat.completion", "model": "small-1",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": null}, "finish_reason": "stop", "logprobs": null}],
            "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150},
        }),
        Format::OpenaiResponses => json!({
            "id": "resp_1", "object": "response", "status": "completed", "error": null, "incomplete_details": null,
            "output": [
                {"type": "reasoning", "id": "rs_1", "summary": []},
                {"type": "message", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": text, "annotations": []}]},
            ],
            "usage": {"input_tokens": 120, "output_tokens": 30, "output_tokens_details": {"reasoning_tokens": 8}},
        }),
        Format::Ollama => json!({
            "model": "small-1", "created_at": "2026-03-01T12:00:00Z", "message": {"role": "assistant", "content": text},
            "done": true, "done_reason": "stop", "total_duration": 1_500_000_000_u64, "prompt_eval_count": 120, "eval_count": 30,
        }),
        Format::Anthropic => json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "small-1",
            "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "stop_sequence": null,
            "usage": {"input_tokens": 100, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 20, "output_tokens": 30},
        }),
    }
}

const FORMATS: [Format; 4] = [
    Format::OpenaiChat,
    Format::OpenaiResponses,
    Format::Ollama,
    Format::Anthropic,
];
