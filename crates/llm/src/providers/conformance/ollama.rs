//! Ollama's own API.

use serde_json::{Value, json};

use super::stand_in::{Play, answer};
use super::{DRAFT, asked, good, prompt, refused, stand_in, told};
use crate::providers::{Cut, Failure, Format, Usage};

const FORMAT: Format = Format::Ollama;

fn lines(lines: &[Value]) -> Play {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let body = lines.join("\n");
    answer(200, &[("content-type", "application/x-ndjson")], body)
}

#[tokio::test]
async fn what_is_sent_asks_for_the_context_and_forbids_cutting_off() {
    let (asked, server) = asked(FORMAT, vec![stand_in::json(200, &good(FORMAT, DRAFT))]).await;
    let seen = server.requests().pop().unwrap();
    assert!(
        seen.head.starts_with("POST /api/chat HTTP/1.1\r\n"),
        "{}",
        seen.head
    );
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["stream"], false);
    assert_eq!(body["think"], false);
    assert_eq!(
        (&body["truncate"], &body["shift"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        body["options"],
        json!({"temperature": 0, "num_ctx": 16_384, "num_predict": 4_096})
    );
    let schema = prompt(FORMAT).schema;
    assert_eq!(
        body["format"],
        serde_json::from_str::<Value>(schema.json().get()).unwrap()
    );
    let system = body["messages"][0]["content"].as_str().unwrap();
    assert!(
        system.ends_with(schema.words().unwrap()),
        "what it looks like stands in the prompt as well"
    );
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
async fn an_error_in_mid_stream_is_an_error_although_the_status_is_200() {
    let begun = json!({"message": {"role": "assistant", "content": "{\"kind\":"}, "done": false});
    let error = json!({"error": "model runner has unexpectedly stopped"});
    let (asked, server) = asked(FORMAT, vec![lines(&[begun, error])]).await;
    let failure = asked.answer.unwrap_err();
    assert_eq!(failure.reason(), "broke_off");
    assert!(
        failure.to_string().contains("unexpectedly stopped"),
        "{failure}"
    );
    assert_eq!(server.requests().len(), 1, "nothing is sent twice");
}

#[tokio::test]
async fn an_answer_in_lines_is_put_together_and_one_without_an_end_is_none() {
    let part = |text: &str| json!({"message": {"content": text}, "done": false});
    let mut end = good(FORMAT, "");
    let (first, second) = DRAFT.split_at(10);
    let (whole, _) = asked(
        FORMAT,
        vec![lines(&[part(first), part(second), end.take()])],
    )
    .await;
    assert_eq!(whole.answer.unwrap().text, DRAFT);
    let (half, _) = asked(FORMAT, vec![lines(&[part(first), part(second)])]).await;
    assert_eq!(
        half.answer,
        Err(Failure::Unreadable {
            what: "it ends early"
        })
    );
    let (nothing, _) = asked(FORMAT, vec![lines(&[])]).await;
    assert_eq!(nothing.answer.unwrap_err().reason(), "answer_unreadable");
}

#[tokio::test]
async fn a_context_that_was_full_is_no_answer() {
    for (read, written, is_full) in [(16_000, 383, false), (16_000, 384, true), (4_096, 0, false)] {
        let mut body = good(FORMAT, DRAFT);
        body["prompt_eval_count"] = read.into();
        body["eval_count"] = written.into();
        let answer = told(FORMAT, body).await.answer;
        let full = matches!(answer, Err(Failure::ContextFull { limit: 16_384, .. }));
        assert_eq!(full, is_full, "{read} {written}");
    }
}

#[tokio::test]
async fn ends_are_told_apart() {
    let ended = |word: &str, text: &str| {
        let mut body = good(FORMAT, text);
        body["done_reason"] = word.into();
        body
    };
    let length = told(FORMAT, ended("length", "{\"kind\"")).await;
    assert_eq!(length.answer.unwrap().whole(), Err(Cut::Length));
    assert_eq!(
        told(FORMAT, ended("load", "")).await.answer,
        Err(Failure::Loading)
    );
    let unknown = told(FORMAT, ended("because", DRAFT)).await.answer.unwrap();
    assert_eq!(unknown.whole(), Ok(DRAFT));
}

#[tokio::test]
async fn where_the_schema_was_ignored_it_is_asked_once_more_without_a_word_about_thinking() {
    let prose = stand_in::json(200, &good(FORMAT, "Sure! I would start web-01."));
    let better = stand_in::json(200, &good(FORMAT, DRAFT));
    let (asked, server) = asked(FORMAT, vec![prose, better]).await;
    let seen = server.requests();
    let bodies: Vec<Value> = seen
        .iter()
        .map(|one| serde_json::from_slice(&one.body).unwrap())
        .collect();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0]["think"], false);
    assert!(bodies[1].get("think").is_none());
    assert_eq!(bodies[0]["messages"], bodies[1]["messages"]);
    assert_eq!(asked.exchanges.len(), 2);
    for (exchange, seen) in asked.exchanges.iter().zip(&seen) {
        assert_eq!(exchange.sent.bytes(), &seen.body);
    }
    assert_eq!(
        asked.usage,
        Some(Usage {
            input: 240,
            output: 60
        }),
        "both are paid for"
    );
    assert_eq!(asked.answer.unwrap().whole(), Ok(DRAFT));
}

#[tokio::test]
async fn it_is_asked_no_third_time_and_what_came_last_is_the_answer() {
    let prose = || stand_in::json(200, &good(FORMAT, "Sure!"));
    let (asked, server) = asked(FORMAT, vec![prose(), prose(), prose()]).await;
    assert_eq!(server.requests().len(), 2);
    assert_eq!(asked.answer.unwrap().text, "Sure!");
}

#[tokio::test]
async fn fences_and_thoughts_are_no_ignored_schema_and_half_an_answer_is_not_asked_for_again() {
    for text in [
        format!("```json\n{DRAFT}\n```"),
        format!("<think>hm</think>\n{DRAFT}"),
    ] {
        assert_eq!(
            told(FORMAT, good(FORMAT, &text)).await.answer.unwrap().text,
            text
        );
    }
    let mut half = good(FORMAT, "{\"kind\"");
    half["done_reason"] = "length".into();
    told(FORMAT, half).await.answer.unwrap();
}

#[tokio::test]
async fn errors_are_told_apart_and_a_missing_model_comes_with_its_command() {
    let (failure, attempts) =
        refused(FORMAT, 404, &json!({"error": "model 'small-1' not found"})).await;
    assert_eq!((failure.reason(), attempts), ("model_missing", 1));
    assert!(
        failure.remedy().contains("`ollama pull small-1`"),
        "{}",
        failure.remedy()
    );
    for (status, text, reason, attempts) in [
        (
            503,
            "server busy, please try again.  maximum pending requests exceeded",
            "unavailable",
            3,
        ),
        (500, "llama runner process has terminated", "unavailable", 3),
        (
            400,
            "the input length exceeds the context length",
            "prompt_too_long",
            1,
        ),
        (400, "\"small-1\" does not support chat", "rejected", 1),
        (400, "invalid JSON schema in format", "schema_refused", 1),
    ] {
        let (failure, seen) = refused(FORMAT, status, &json!({ "error": text })).await;
        assert_eq!((failure.reason(), seen), (reason, attempts), "{text}");
    }
}
