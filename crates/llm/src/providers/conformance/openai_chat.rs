//! Chat Completions.

#![expect(
    clippy::needless_pass_by_value,
    reason = "literals of JSON read better without references"
)]

use serde_json::{Value, json};

use super::{DRAFT, SECRET, asked, good, prompt, provider, refused, settings, stand_in, told};
use crate::providers::conformance::stand_in::StandIn;
use crate::providers::{
    Cut, Failure, Finish, Format, Key, KeyHeader, Model, Provider, Settings, Usage,
};

const FORMAT: Format = Format::OpenaiChat;

fn choice(message: Value, finish: Value) -> Value {
    json!({"choices": [{"index": 0, "message": message, "finish_reason": finish}]})
}

#[tokio::test]
async fn what_is_sent_is_the_strict_schema_and_nothing_deprecated() {
    let (asked, server) = asked(FORMAT, vec![stand_in::json(200, &good(FORMAT, DRAFT))]).await;
    let seen = server.requests().pop().unwrap();
    assert!(
        seen.head
            .starts_with("POST /v1/chat/completions HTTP/1.1\r\n"),
        "{}",
        seen.head
    );
    assert!(
        seen.head
            .contains(&format!("authorization: Bearer {SECRET}\r\n"))
    );
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["store"], false);
    assert_eq!(body["max_completion_tokens"], 4_096);
    assert_eq!(body["messages"][1]["content"], "start web-01 – \"now\"");
    let format = &body["response_format"];
    assert_eq!(format["type"], "json_schema");
    assert_eq!(format["json_schema"]["strict"], true);
    assert_eq!(format["json_schema"]["name"], "argus_draft");
    let sent = String::from_utf8(seen.body).unwrap();
    assert!(
        sent.contains(prompt(FORMAT).schema.json().get()),
        "the schema to the byte"
    );
    for absent in ["max_tokens", "seed", "\"user\":", "temperature", "tools"] {
        assert!(!sent.contains(absent), "{absent}");
    }
    let answer = asked.answer.unwrap();
    assert_eq!(answer.whole(), Ok(DRAFT));
    assert_eq!(
        answer.usage,
        Some(Usage {
            input: 120,
            output: 30
        })
    );
    assert_eq!(answer.request_id.as_deref(), Some("req_1"));
}

#[tokio::test]
async fn half_an_answer_and_a_refusal_are_told_for_what_they_are() {
    let refusal = json!({"role": "assistant", "content": null, "refusal": "I will not."});
    let answer = told(FORMAT, choice(refusal, json!("stop")))
        .await
        .answer
        .unwrap();
    assert_eq!(answer.finish, Finish::Refusal);
    assert!(matches!(answer.whole(), Err(Cut::Refusal(said)) if said.as_str() == "I will not."));
    let half = json!({"content": "{\"kind\":\"pl"});
    let answer = told(FORMAT, choice(half, json!("length")))
        .await
        .answer
        .unwrap();
    assert_eq!(answer.whole(), Err(Cut::Length));
    let nothing = json!({"content": null});
    let answer = told(FORMAT, choice(nothing, json!("content_filter")))
        .await
        .answer
        .unwrap();
    assert_eq!(answer.whole(), Err(Cut::ContentFilter));
}

#[tokio::test]
async fn words_of_gateways_that_are_not_in_the_book_are_read_all_the_same() {
    for finish in [json!("eos_token"), json!(null), json!(7)] {
        let odd = choice(json!({"content": DRAFT, "reasoning_content": "hm"}), finish);
        let answer = told(FORMAT, odd).await.answer.unwrap();
        assert!(matches!(answer.finish, Finish::Other(_)));
        assert_eq!((answer.whole(), answer.usage), (Ok(DRAFT), None));
    }
    let parts = json!({"content": [{"type": "text", "text": "{"}, {"type": "text", "text": "}"}]});
    let answer = told(FORMAT, choice(parts, json!("stop")))
        .await
        .answer
        .unwrap();
    assert_eq!(answer.text, "{}");
}

#[tokio::test]
async fn json_without_an_answer_is_unreadable() {
    let calls = choice(
        json!({"content": null, "tool_calls": [{}]}),
        json!("tool_calls"),
    );
    for body in [
        json!({}),
        json!([]),
        json!("x"),
        json!({"choices": []}),
        json!({"choices": [{}]}),
        calls,
    ] {
        let answer = told(FORMAT, body.clone()).await.answer;
        assert!(
            matches!(answer, Err(Failure::Unreadable { .. })),
            "{body}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn errors_are_told_apart_and_only_passing_ones_are_tried_again() {
    let error = |message: &str, kind: &str, param: Value, code: Value| json!({"error": {"message": message, "type": kind, "param": param, "code": code}});
    let invalid = "invalid_request_error";
    let rate = error(
        "Rate limit reached",
        "requests",
        json!(null),
        json!("rate_limit_exceeded"),
    );
    let quota = error(
        "You exceeded your current quota",
        "insufficient_quota",
        json!(null),
        json!("insufficient_quota"),
    );
    let key = error(
        &format!("Incorrect API key provided: {SECRET}"),
        invalid,
        json!(null),
        json!("invalid_api_key"),
    );
    let model = error(
        "The model `small-1` does not exist",
        invalid,
        json!(null),
        json!("model_not_found"),
    );
    let schema = error(
        "Invalid schema for response_format 'argus_draft'",
        invalid,
        json!("response_format"),
        json!(null),
    );
    let long = error(
        "This model's maximum context length is 8192 tokens",
        invalid,
        json!("messages"),
        json!("context_length_exceeded"),
    );
    let filter = error(
        "The response was filtered",
        invalid,
        json!("prompt"),
        json!("content_filter"),
    );
    let unknown = error(
        "Unrecognized request argument supplied: store",
        invalid,
        json!(null),
        json!(null),
    );
    let loading =
        json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}});
    for (status, body, reason, attempts) in [
        (429, &rate, "rate_limited", 3),
        (429, &quota, "quota_exhausted", 1),
        (401, &key, "unauthorised", 1),
        (404, &model, "model_missing", 1),
        (404, &json!({"detail": "Not Found"}), "rejected", 1),
        (400, &schema, "schema_refused", 1),
        (400, &long, "prompt_too_long", 1),
        (400, &filter, "prompt_filtered", 1),
        (400, &unknown, "rejected", 1),
        (
            500,
            &json!({"error": {"message": "oops", "type": "server_error"}}),
            "unavailable",
            3,
        ),
        (503, &loading, "loading", 3),
        (408, &json!({}), "unavailable", 3),
        (409, &json!({}), "unavailable", 3),
    ] {
        let (failure, seen) = refused(FORMAT, status, body).await;
        assert_eq!(
            (failure.reason(), seen),
            (reason, attempts),
            "{status} {body}"
        );
        assert!(!failure.remedy().is_empty());
    }
}

#[tokio::test]
async fn an_error_in_an_answer_of_status_200_is_an_error() {
    let body = json!({"error": {"message": "upstream timed out", "code": 504}});
    let asked = told(FORMAT, body).await;
    let failure = asked.answer.unwrap_err();
    assert_eq!(
        failure.to_string(),
        "the provider broke its answer off: \"upstream timed out\""
    );
}

#[tokio::test]
async fn azure_gets_its_own_header_and_keeps_its_query() {
    let server = StandIn::start(vec![stand_in::json(200, &good(FORMAT, DRAFT))]).await;
    let base = settings(FORMAT, &server);
    let key = base.key.clone().map(|key| Key {
        header: KeyHeader::ApiKey,
        ..key
    });
    let base_url = format!("{}/openai/v1/?api-version=2026-01-01", base.base_url)
        .parse()
        .unwrap();
    let azure = Provider::new(Settings {
        base_url,
        key,
        ..base
    })
    .unwrap();
    assert!(azure.ask(&prompt(FORMAT)).await.answer.is_ok());
    let seen = server.requests().pop().unwrap().head;
    assert!(
        seen.starts_with("POST /v1/openai/v1/chat/completions?api-version=2026-01-01 HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(seen.contains(&format!("api-key: {SECRET}\r\n")) && !seen.contains("authorization"));
}

#[tokio::test]
async fn a_server_that_does_not_tell_its_model_of_the_schema_has_it_in_the_prompt() {
    let server = StandIn::start(vec![stand_in::json(200, &good(FORMAT, DRAFT))]).await;
    let settings = Settings {
        says_schema: true,
        key: None,
        ..settings(FORMAT, &server)
    };
    Provider::new(settings)
        .unwrap()
        .ask(&prompt(FORMAT))
        .await
        .answer
        .unwrap();
    let seen = server.requests().pop().unwrap();
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    let system = body["messages"][0]["content"].as_str().unwrap();
    let words = prompt(FORMAT).schema.words().unwrap().to_owned();
    assert_eq!(system, format!("You draft.\n\n{words}"));
    assert!(!seen.head.contains("authorization"));
}

#[tokio::test]
async fn what_debug_shows_of_a_provider_holds_no_key() {
    let server = StandIn::start(Vec::new()).await;
    let shown = format!("{:?}", provider(FORMAT, &server));
    assert!(
        shown.contains("small-1") && !shown.contains(SECRET),
        "{shown}"
    );
}
