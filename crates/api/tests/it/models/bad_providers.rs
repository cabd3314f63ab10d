//! Providers that are not as they must be: a clear message, nothing half made, nothing sent twice.

use std::time::{Duration, Instant};

use argus_types::paths;
use argus_types::person::Role;
use serde_json::{Value, json};

use super::stand_in::{Says, StandIn, drafting, plan, snapshot};
use super::{ask_in_lines, asking, words};
use crate::app::{App, eventually, text};
use argus_proxmox_sim::Scenario;

/// Asks a provider that says this, and gives the problem and how often it was asked.
async fn told(says: Says) -> (Value, usize) {
    let provider = StandIn::start([says]).await;
    let app = asking(&provider).await;
    let operator = app.sign_in(Role::Operator).await;
    let (_, problem) = operator.post(paths::PROPOSALS, &words()).await;
    let listed = operator.get(paths::ACTIONS).await;
    assert_eq!(listed["items"], json!([]), "{problem}");
    // Nothing is under way any more: the next one is not refused for it.
    let status = operator.get(paths::DRAFTING).await;
    assert_eq!(status["under_way"], Value::Null);
    (problem, provider.seen().len())
}

#[tokio::test]
async fn each_way_to_fail_has_a_message_that_says_what_to_do_and_is_not_tried_again() {
    let error = |message: &str| json!({"error": {"message": message, "type": "x", "param": null, "code": null}});
    let cases = [
        (
            Says::Status(401, error("wrong key sk-1234").to_string()),
            "refuses the key",
        ),
        (
            Says::Redirect("http://127.0.0.1:1/latest/meta-data".to_owned()),
            "a redirect, which is not followed",
        ),
        (
            Says::Status(200, format!("{{\"x\":\"{}\"}}", "a".repeat(1 << 20))),
            "longer than",
        ),
        (
            Says::Status(400, error("Invalid schema for response_format").to_string()),
            "refuses the schema",
        ),
    ];
    for (says, wanted) in cases {
        let (problem, asked) = told(says).await;
        assert_eq!(problem["code"], "model_failed", "{problem}");
        let detail = text(&problem["detail"]);
        assert!(detail.contains(wanted), "{detail}");
        assert!(detail.contains("The built-in rules say"), "{detail}");
        assert!(!detail.contains("sk-1234"), "{detail}");
        assert_eq!(asked, 1, "{wanted}");
    }
}

#[tokio::test]
async fn a_provider_that_hangs_slows_nobody_down_and_is_left_alone_after_three_silences() {
    let provider = StandIn::start([Says::Nothing]).await;
    let mut settings = provider.settings("main");
    settings.limits.total = Duration::from_secs(2);
    let configured = drafting(&[settings], &[], 10_000_000);
    let app = App::with(Scenario::lab(), 20.0, |config| config.drafting = configured).await;
    let operator = app.sign_in(Role::Operator).await;
    let viewer = app.sign_in(Role::Viewer).await;
    let body = words();
    for silence in 1..=3 {
        let hangs = operator.post(paths::PROPOSALS, &body);
        let reads = async {
            let began = Instant::now();
            for _ in 0..5 {
                viewer.get(paths::CLUSTER).await;
            }
            began.elapsed()
        };
        let ((status, problem), took) = tokio::join!(hangs, reads);
        assert_eq!(status.as_u16(), 502, "{problem}");
        assert!(text(&problem["detail"]).contains("did not answer within"));
        assert!(took < Duration::from_secs(2), "silence {silence}: {took:?}");
    }
    let began = Instant::now();
    let (status, problem) = operator.post(paths::PROPOSALS, &words()).await;
    assert_eq!(status.as_u16(), 502, "{problem}");
    assert!(text(&problem["detail"]).contains("left alone"), "{problem}");
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(provider.seen().len(), 3);
    let status = operator.get(paths::DRAFTING).await;
    assert!(status["providers"][0]["left_alone_s"].as_u64().is_some());
}

#[tokio::test]
async fn a_draft_is_stopped_by_its_asker_and_by_leaving_and_another_may_follow() {
    let provider = StandIn::start([Says::Nothing]).await;
    let mut settings = provider.settings("main");
    settings.limits.total = Duration::from_secs(30);
    let configured = drafting(&[settings], &[], 10_000_000);
    let app = App::with(Scenario::lab(), 20.0, |config| config.drafting = configured).await;
    let operator = app.sign_in(Role::Operator).await;
    let under_way = async |wanted: bool| {
        eventually("the draft is as expected", async || {
            let status = operator.get(paths::DRAFTING).await;
            (status["under_way"].is_string() == wanted).then_some(())
        })
        .await;
    };
    // A draft is under way a moment before its bytes are at the provider.
    let asked = async |times: usize| {
        eventually("the provider is asked", async || {
            (provider.seen().len() == times).then_some(())
        })
        .await;
    };
    let stop = async {
        under_way(true).await;
        asked(1).await;
        let (status, problem) = operator.post(paths::PROPOSALS, &words()).await;
        assert_eq!(
            (status.as_u16(), &problem["code"]),
            (409, &json!("draft_under_way"))
        );
        let stopped = operator.request(reqwest::Method::DELETE, paths::DRAFTING_CURRENT);
        assert_eq!(
            stopped.send().await.expect("an answer").status().as_u16(),
            204
        );
    };
    let body = words();
    let stopped = operator.post(paths::PROPOSALS, &body);
    let ((status, problem), ()) = tokio::join!(stopped, stop);
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (409, &json!("draft_stopped"))
    );

    let left = ask_in_lines(&operator, &words()).await;
    under_way(true).await;
    asked(2).await;
    drop(left);
    under_way(false).await;
    assert_eq!(provider.seen().len(), 2);
}

#[tokio::test]
async fn the_next_provider_is_asked_where_the_first_is_not_there() {
    let there = StandIn::start([plan(&[snapshot(101, Value::Null)])]).await;
    let mut away = there.settings("away");
    away.base_url = "http://127.0.0.1:1/v1".parse().expect("an address");
    let configured = drafting(&[away, there.settings("there")], &[], 10_000_000);
    let app = App::with(Scenario::lab(), 20.0, |config| config.drafting = configured).await;
    let operator = app.sign_in(Role::Operator).await;
    let proposal = operator.propose(words()).await;
    assert_eq!(proposal["drafted_by"]["provider"], "there");
    let id = text(&proposal["id"]);
    let record = operator.get(&format!("/api/actions/{id}/drafting")).await;
    assert_eq!(record["exchanges"][0]["has_left"], false);
    assert_eq!(record["exchanges"][1]["has_left"], true);
}
