//! Responses.

#![expect(
    clippy::needless_pass_by_value,
    reason = "literals of JSON read better without references"
)]

use serde_json::{Value, json};

use super::{DRAFT, asked, good, prompt, refused, stand_in, told};
use crate::providers::{Cut, Finish, Format, Usage};

const FORMAT: Format = Format::OpenaiResponses;

fn response(status: &str, content: Value, details: Value) -> Value {
    json!({
        "status": status, "error": null, "incomplete_details": details,
        "output": [{"type": "message", "content": content}],
    })
}

#[tokio::test]
async fn what_is_sent_is_flat_strict_and_not_to_be_stored() {
    let (asked, server) = asked(FORMAT, vec![stand_in::json(200, &good(FORMAT, DRAFT))]).await;
    let seen = server.requests().pop().unwrap();
    assert!(
        seen.head.starts_with("POST /v1/responses HTTP/1.1\r\n"),
        "{}",
        seen.head
    );
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["store"], false);
    assert_eq!(body["instructions"], "You draft.");
    assert_eq!(
        body["input"],
        json!([{"role": "user", "content": "start web-01 – \"now\""}])
    );
    assert_eq!(body["max_output_tokens"], 4_096);
    let format = &body["text"]["format"];
    assert_eq!(
        (&format["type"], &format["strict"]),
        (&json!("json_schema"), &json!(true))
    );
    assert_eq!(format["name"], "argus_draft");
    let schema: Value = serde_json::from_str(prompt(FORMAT).schema.json().get()).unwrap();
    assert_eq!(format["schema"], schema);
    assert!(format.get("json_schema").is_none());
    let answer = asked.answer.unwrap();
    assert_eq!(answer.whole(), Ok(DRAFT));
    assert_eq!(
        answer.usage,
        Some(Usage {
            input: 120,
            output: 30
        })
    );
}

#[tokio::test]
async fn half_an_answer_and_a_refusal_are_told_for_what_they_are() {
    let half = json!([{"type": "output_text", "text": "{\"kind\""}]);
    for (reason, cut) in [
        ("max_output_tokens", Cut::Length),
        ("content_filter", Cut::ContentFilter),
        ("some_new_reason", Cut::Length),
    ] {
        let body = response("incomplete", half.clone(), json!({"reason": reason}));
        assert_eq!(told(FORMAT, body).await.answer.unwrap().whole(), Err(cut));
    }
    let refusal = json!([{"type": "refusal", "refusal": "I will not."}]);
    let answer = told(FORMAT, response("completed", refusal, json!(null)))
        .await
        .answer
        .unwrap();
    assert!(matches!(answer.whole(), Err(Cut::Refusal(said)) if said.as_str() == "I will not."));
}

#[tokio::test]
async fn a_status_that_is_not_in_the_book_is_read_all_the_same() {
    let text = json!([{"type": "output_text", "text": DRAFT}]);
    let answer = told(FORMAT, response("finished", text, json!(null)))
        .await
        .answer
        .unwrap();
    assert!(matches!(&answer.finish, Finish::Other(word) if word.as_str() == "finished"));
    assert_eq!(answer.whole(), Ok(DRAFT));
}

#[tokio::test]
async fn a_failed_response_is_a_failure_and_is_not_sent_again() {
    for (code, reason) in [
        ("server_error", "broke_off"),
        ("rate_limit_exceeded", "rate_limited"),
        ("insufficient_quota", "quota_exhausted"),
    ] {
        let body =
            json!({"status": "failed", "error": {"code": code, "message": "m"}, "output": []});
        assert_eq!(
            told(FORMAT, body).await.answer.unwrap_err().reason(),
            reason
        );
    }
    let empty = json!({"status": "completed", "error": null, "output": []});
    assert_eq!(
        told(FORMAT, empty).await.answer.unwrap_err().reason(),
        "answer_unreadable"
    );
}

#[tokio::test]
async fn errors_are_told_apart() {
    let schema = json!({"error": {"message": "Invalid schema", "type": "invalid_request_error", "param": "text.format.schema", "code": "invalid_json_schema"}});
    assert_eq!(
        refused(FORMAT, 400, &schema).await.0.reason(),
        "schema_refused"
    );
    assert_eq!(
        refused(FORMAT, 403, &json!({})).await.0.reason(),
        "unauthorised"
    );
    let (failure, attempts) = refused(FORMAT, 502, &json!({})).await;
    assert_eq!((failure.reason(), attempts), ("unavailable", 3));
}
