//! Messages.

use serde_json::{Value, json};

use super::{DRAFT, SECRET, asked, good, prompt, refused, stand_in, told};
use crate::providers::{Cut, Failure, Finish, Format, Usage};

const FORMAT: Format = Format::Anthropic;

fn error(kind: &str, message: &str) -> Value {
    json!({"type": "error", "error": {"type": kind, "message": message}})
}

#[tokio::test]
async fn what_is_sent_is_a_structured_output_of_the_flat_rendering() {
    let (asked, server) = asked(FORMAT, vec![stand_in::json(200, &good(FORMAT, DRAFT))]).await;
    let seen = server.requests().pop().unwrap();
    assert!(
        seen.head.starts_with("POST /v1/messages HTTP/1.1\r\n"),
        "{}",
        seen.head
    );
    assert!(seen.head.contains(&format!("x-api-key: {SECRET}\r\n")));
    assert!(seen.head.contains("anthropic-version: 2023-06-01\r\n"));
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["max_tokens"], 4_096);
    assert_eq!(body["system"], "You draft.");
    let format = &body["output_config"]["format"];
    assert_eq!(format["type"], "json_schema");
    let sent = String::from_utf8(seen.body).unwrap();
    assert!(sent.contains(prompt(FORMAT).schema.json().get()));
    assert!(!sent.contains("anyOf") && !sent.contains("temperature"));
    let answer = asked.answer.unwrap();
    assert_eq!(answer.whole(), Ok(DRAFT));
    assert_eq!(
        answer.usage,
        Some(Usage {
            input: 120,
            output: 30
        }),
        "cached tokens count"
    );
}

#[tokio::test]
async fn ends_are_told_apart_and_an_unknown_one_is_read_all_the_same() {
    let ended = |word: &str| {
        let mut body = good(FORMAT, DRAFT);
        body["stop_reason"] = word.into();
        body
    };
    let whole = |body| async {
        told(FORMAT, body)
            .await
            .answer
            .unwrap()
            .whole()
            .map(str::to_owned)
    };
    assert_eq!(whole(ended("max_tokens")).await, Err(Cut::Length));
    assert!(matches!(
        whole(ended("refusal")).await,
        Err(Cut::Refusal(_))
    ));
    assert_eq!(whole(ended("stop_sequence")).await.as_deref(), Ok(DRAFT));
    let answer = told(FORMAT, ended("pause_turn")).await.answer.unwrap();
    assert!(matches!(&answer.finish, Finish::Other(word) if word.as_str() == "pause_turn"));
    let refused_at_once = json!({"content": [], "stop_reason": "refusal"});
    assert!(matches!(whole(refused_at_once).await, Err(Cut::Refusal(said)) if said.is_empty()));
}

#[tokio::test]
async fn errors_are_told_apart_and_only_passing_ones_are_tried_again() {
    for (status, kind, message, reason, attempts) in [
        (529, "overloaded_error", "Overloaded", "unavailable", 3),
        (500, "api_error", "Internal server error", "unavailable", 3),
        (
            429,
            "rate_limit_error",
            "would exceed your rate limit",
            "rate_limited",
            3,
        ),
        (
            401,
            "authentication_error",
            "invalid x-api-key",
            "unauthorised",
            1,
        ),
        (403, "permission_error", "not for you", "unauthorised", 1),
        (404, "not_found_error", "model: small-1", "model_missing", 1),
        (
            413,
            "request_too_large",
            "Request exceeds the maximum size",
            "prompt_too_long",
            1,
        ),
        (
            400,
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000 maximum",
            "prompt_too_long",
            1,
        ),
        (
            400,
            "invalid_request_error",
            "Schema is too complex",
            "schema_refused",
            1,
        ),
        (
            400,
            "invalid_request_error",
            "compiled grammar is too large",
            "schema_refused",
            1,
        ),
        (
            400,
            "invalid_request_error",
            "Your credit balance is too low",
            "quota_exhausted",
            1,
        ),
        (
            400,
            "invalid_request_error",
            "max_tokens: too large",
            "rejected",
            1,
        ),
    ] {
        let (failure, seen) = refused(FORMAT, status, &error(kind, message)).await;
        assert_eq!((failure.reason(), seen), (reason, attempts), "{message}");
    }
    let (failure, _) = refused(FORMAT, 529, &error("overloaded_error", "Overloaded")).await;
    assert!(matches!(failure, Failure::Unavailable { status: 529, .. }));
}
