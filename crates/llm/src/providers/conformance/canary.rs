//! "Test connection".

use serde_json::{Value, json};

use super::stand_in::{Play, StandIn};
use super::{FORMATS, good, provider, stand_in};
use crate::providers::{Enforcement, Format, Report, test_connection};

async fn tested(format: Format, plays: Vec<Play>) -> (Report, StandIn) {
    let server = StandIn::start(plays).await;
    let report = test_connection(&provider(format, &server)).await;
    (report, server)
}

async fn enforcement(format: Format, text: &str) -> Enforcement {
    // Ollama is asked again where the answer is no JSON at all.
    let plays = (0..2)
        .map(|_| stand_in::json(200, &good(format, text)))
        .collect();
    let (report, _) = tested(format, plays).await;
    assert!(
        report.is_reachable && report.latency.is_some(),
        "{report:?}"
    );
    assert_eq!(
        (report.is_authorised, report.has_model),
        (Some(true), Some(true))
    );
    report.enforcement
}

#[tokio::test]
async fn the_schema_allows_what_the_prompt_argues_against_and_is_not_said_in_it() {
    for format in FORMATS {
        let (_, server) = tested(format, vec![stand_in::json(200, &good(format, "{}"))]).await;
        let body = String::from_utf8(server.requests().pop().unwrap().body).unwrap();
        assert!(body.contains(r#""enum":["ochre","umber"]"#), "{body}");
        assert_eq!(body.matches("ochre").count(), 1, "{body}");
        assert!(body.contains("It is blue."));
    }
}

#[tokio::test]
async fn only_an_answer_within_the_schema_shows_that_it_is_enforced() {
    for format in FORMATS {
        assert_eq!(
            enforcement(format, r#"{"colour":"umber"}"#).await,
            Enforcement::Enforced
        );
        for wrong in [
            r#"{"colour":"blue"}"#,
            r#"{"colour":"umber","why":"you said so"}"#,
            "```json\n{\"colour\":\"umber\"}\n```",
            r#"["umber"]"#,
            "blue",
        ] {
            assert_eq!(
                enforcement(format, wrong).await,
                Enforcement::NotEnforced,
                "{wrong}"
            );
        }
    }
}

#[tokio::test]
async fn half_an_answer_shows_nothing() {
    let mut half = good(Format::OpenaiChat, r#"{"colour":"#);
    half["choices"][0]["finish_reason"] = "length".into();
    let (report, _) = tested(Format::OpenaiChat, vec![stand_in::json(200, &half)]).await;
    assert_eq!(report.enforcement, Enforcement::Unknown);
}

#[tokio::test]
async fn a_report_says_how_far_the_question_came() {
    let found = |status: u16, error: Value| async move {
        let body = json!({ "error": error });
        let (report, _) = tested(Format::OpenaiChat, vec![stand_in::json(status, &body)]).await;
        assert!(report.failure.is_some());
        (report.is_authorised, report.has_model, report.enforcement)
    };
    let unknown = Enforcement::Unknown;
    assert_eq!(found(401, json!({})).await, (Some(false), None, unknown));
    let missing = json!({"code": "model_not_found"});
    assert_eq!(
        found(404, missing).await,
        (Some(true), Some(false), unknown)
    );
    let schema = json!({"message": "json_schema is not supported"});
    assert_eq!(
        found(400, schema).await,
        (Some(true), Some(true), Enforcement::Refused)
    );
    assert_eq!(found(404, json!({})).await, (None, None, unknown));
}

#[tokio::test]
async fn where_nobody_is_nothing_is_claimed() {
    let server = StandIn::start(Vec::new()).await;
    let provider = provider(Format::Ollama, &server);
    drop(server);
    let report = test_connection(&provider).await;
    assert!(!report.is_reachable && report.exchanges.is_empty());
    assert_eq!((report.is_authorised, report.has_model), (None, None));
}
