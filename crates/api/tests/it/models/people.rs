//! What people see of models, and what they may spend.

use argus_proxmox_sim::Scenario;
use argus_types::paths;
use argus_types::person::Role;
use serde_json::{Value, json};

use super::stand_in::{Says, StandIn, plan, snapshot};
use super::{ask_in_lines, asking, words};
use crate::app::{App, text};

#[tokio::test]
async fn stages_come_as_lines_and_the_last_line_is_the_outcome() {
    let provider = StandIn::start([plan(&[snapshot(101, Value::Null)])]).await;
    let app = asking(&provider).await;
    let operator = app.sign_in(Role::Operator).await;
    let answer = ask_in_lines(&operator, &words()).await;
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let body = answer.text().await.expect("lines");
    let lines: Vec<Value> = body
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .filter(|line: &Value| line["line"] != "waiting")
        .collect();
    let stages: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["stage"].as_str())
        .collect();
    assert_eq!(stages[0], "resolving");
    assert!(
        stages.ends_with(&["asking", "validating", "linting", "planning"]),
        "{stages:?}"
    );
    let last = lines.last().expect("a line");
    assert_eq!(
        (&last["line"], &last["status"]),
        (&json!("outcome"), &json!(201))
    );
    assert_eq!(last["outcome"]["proposal"]["origin"], "model");
    // A problem comes as a line too.
    let answer = ask_in_lines(&operator, &json!({ "request": "rename web-01 to web-09" })).await;
    assert_eq!(answer.status().as_u16(), 200);
    let body = answer.text().await.expect("lines");
    let last: Value = serde_json::from_str(body.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["line"], "problem");
    assert_eq!(last["problem"]["code"], "not_understood");
    assert!(!text(&last["problem"]["request_id"]).is_empty());
}

#[tokio::test]
async fn nobody_spends_more_in_a_day_than_they_may_and_the_next_day_begins_anew() {
    let provider = StandIn::start([plan(&[snapshot(101, Value::Null)])]).await;
    // Enough for the most that one question can take, which is more than it takes.
    let drafting = provider.drafting(&[], 30_000);
    let app = App::with(Scenario::lab(), 20.0, |config| config.drafting = drafting).await;
    let operator = app.sign_in(Role::Operator).await;
    operator.propose(words()).await;
    let status = operator.get(paths::DRAFTING).await;
    assert_eq!(
        status["budget"]["tokens"],
        json!({"limit": 30_000, "spent": 120})
    );
    // A hundred tokens in for 1, twenty out for 2 a million.
    assert_eq!(status["budget"]["money"]["spent"], 140);
    assert_eq!(status["leaves_lan"], true);
    app.database
        .execute("UPDATE model_account SET tokens = 29000".to_owned())
        .await
        .expect("a row");
    let (status, problem) = operator.post(paths::PROPOSALS, &words()).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (429, &json!("budget_exhausted"))
    );
    assert!(
        text(&problem["detail"]).contains("1000 are left"),
        "{problem}"
    );
    assert_eq!(provider.seen().len(), 1);
    app.database
        .execute("UPDATE model_account SET day = day - 1".to_owned())
        .await
        .expect("a row");
    operator.propose(words()).await;
    assert_eq!(provider.seen().len(), 2);
}

#[tokio::test]
async fn an_admin_sees_how_providers_do_but_no_key_and_tests_them_with_nothing_of_the_cluster() {
    let canary = json!({"colour": "umber"}).to_string();
    let provider = StandIn::start([plan(&[snapshot(101, Value::Null)]), Says::Text(canary)]).await;
    let app = asking(&provider).await;
    let operator = app.sign_in(Role::Operator).await;
    operator.propose(words()).await;
    let admin = app.sign_in(Role::Admin).await;
    let path = paths::drafting_provider_test("main");
    let (status, test) = admin.post(&path, &json!({})).await;
    assert_eq!(status.as_u16(), 200, "{test}");
    assert_eq!(test["enforcement"], "enforced");
    let sent = String::from_utf8(provider.seen().pop().expect("a body")).expect("text");
    assert!(!sent.contains("web-01"), "{sent}");
    let listed = admin.get(paths::DRAFTING_PROVIDERS).await;
    let one = &listed["providers"][0];
    assert_eq!(one["has_key"], true);
    assert_eq!(one["last_day"]["asked"], 1);
    assert_eq!(one["last_day"]["answered"], 1);
    assert_eq!(one["last_day"]["tokens_in"], 100);
    assert_eq!(one["last_day"]["money"], 140);
    assert_eq!(one["last_test"]["enforcement"], "enforced");
    assert!(!listed.to_string().contains("key-of-the-stand-in"));
    // Whoever tests pays for it, and does not test what they cannot pay.
    let status = admin.get(paths::DRAFTING).await;
    assert_eq!(status["budget"]["tokens"]["spent"], 120, "{status}");
    app.database
        .execute("UPDATE model_account SET tokens = 10000000".to_owned())
        .await
        .expect("a row");
    let before = provider.seen().len();
    let (status, problem) = admin.post(&path, &json!({})).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (429, &json!("budget_exhausted"))
    );
    assert_eq!(provider.seen().len(), before);
    let card = admin.get(paths::DRAFTING_SCORECARD).await;
    assert_eq!(card["rows"][0]["open"], 1, "{card}");
}

#[tokio::test]
async fn a_question_for_a_reason_is_answered_with_findings_and_asks_no_model() {
    let provider = StandIn::start([Says::Nothing]).await;
    let app = asking(&provider).await;
    let viewer = app.sign_in(Role::Operator).await;
    for request in ["why is web-01 slow?", "warum ist web-01 langsam?"] {
        let (status, answer) = viewer
            .post(paths::PROPOSALS, &json!({ "request": request }))
            .await;
        assert_eq!(status.as_u16(), 200, "{answer}");
        assert_eq!(answer["outcome"], "diagnosis", "{answer}");
        let diagnosis = &answer["diagnosis"];
        assert_eq!(diagnosis["subject"], "web-01 (101)");
        for finding in diagnosis["findings"].as_array().expect("findings") {
            assert_ne!(finding["evidence"], json!([]), "{finding}");
        }
    }
    assert_eq!(provider.seen().len(), 0);
}
