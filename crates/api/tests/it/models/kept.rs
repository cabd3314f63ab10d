//! What is kept of a draft: every byte, its digest in the ledger, and where each parameter comes from.

use argus_proxmox_sim::Scenario;
use argus_types::paths;
use argus_types::person::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::stand_in::{Says, StandIn, plan, snapshot};
use super::{asking, note, words};
use crate::app::{App, reqwest_client, text};

#[tokio::test]
async fn the_prompt_in_the_review_is_byte_for_byte_what_the_provider_got_and_its_digest_is_in_the_ledger()
 {
    let provider = StandIn::start([plan(&[snapshot(101, Value::Null)])]).await;
    let app = asking(&provider).await;
    let operator = app.sign_in(Role::Operator).await;
    let proposal = operator.propose(words()).await;
    assert_eq!(proposal["state"], "in_review");
    assert_eq!(proposal["origin"], "model");
    assert_eq!(
        proposal["drafted_by"],
        json!({"provider": "main", "model": "script-1", "is_local": false, "differs": false})
    );
    let id = text(&proposal["id"]);
    let record = operator.get(&format!("/api/actions/{id}/drafting")).await;
    let seen = provider.seen();
    assert_eq!(seen.len(), 1);
    let exchange = &record["exchanges"][0];
    assert_eq!(text(&exchange["sent"]["text"]).as_bytes(), seen[0]);
    let digest = hex::encode(Sha256::digest(&seen[0]));
    assert_eq!(exchange["sent"]["sha256"], digest.as_str());
    assert_eq!(exchange["sent"]["bytes"], seen[0].len());
    assert_eq!(exchange["status"], 200);
    assert!(text(&exchange["received"]["text"]).contains("chatcmpl-1"));

    let admin = app.sign_in(Role::Admin).await;
    let ledger = admin.get(paths::LEDGER).await;
    let records = ledger["items"].as_array().expect("records");
    let of_kind = |kind: &str| {
        let found = records.iter().find(|record| record["kind"] == kind);
        found.unwrap_or_else(|| panic!("a record {kind}")).clone()
    };
    let asked = of_kind("model.asked");
    assert_eq!(asked["body"]["sent_sha256"], digest.as_str());
    assert_eq!(asked["body"]["schema_sha256"], record["schema_sha256"]);
    let answered = of_kind("model.answered");
    assert_eq!(
        answered["body"]["exchanges"][0]["received_sha256"],
        exchange["received"]["sha256"]
    );
    let made = of_kind("proposal.made");
    assert_eq!(
        format!("draft/{}", text(&made["body"]["draft"])),
        text(&asked["subject"])
    );
    assert!(asked["seq"].as_u64() < answered["seq"].as_u64());
    assert!(answered["seq"].as_u64() < made["seq"].as_u64());
}

#[tokio::test]
async fn each_parameter_says_where_it_comes_from_and_a_models_own_word_is_marked() {
    let provider = StandIn::start([plan(&[snapshot(101, json!("before-work"))])]).await;
    let app = asking(&provider).await;
    let operator = app.sign_in(Role::Operator).await;
    let proposal = operator.propose(words()).await;
    let id = text(&proposal["id"]);
    let record = operator.get(&format!("/api/actions/{id}/drafting")).await;
    let parameters = record["provenance"][0]["parameters"]
        .as_array()
        .expect("parameters");
    let of = |name: &str| {
        let found = parameters.iter().find(|one| one["parameter"] == name);
        found.unwrap_or_else(|| panic!("{name}: {parameters:?}"))
    };
    assert_eq!(of("/target")["sources"][0]["source"], "request");
    assert_eq!(of("/target")["sources"][0]["text"], "web-01");
    assert_eq!(of("/target")["by_model"], false);
    assert_eq!(of("/name")["by_model"], true);
    assert_eq!(of("/name")["value"], "before-work");
}

#[tokio::test]
async fn what_the_rules_understand_reaches_no_provider_and_has_its_provenance_too() {
    let provider = StandIn::start([Says::Nothing]).await;
    let app = asking(&provider).await;
    let operator = app.sign_in(Role::Operator).await;
    let proposal = operator
        .propose(json!({ "request": "snapshot web-01" }))
        .await;
    assert_eq!(proposal["origin"], "built_in_rules");
    assert_eq!(proposal["drafted_by"], Value::Null);
    let id = text(&proposal["id"]);
    let record = operator.get(&format!("/api/actions/{id}/drafting")).await;
    assert_eq!(record["exchanges"], json!([]));
    // Whoever writes none keeps none, as every draft from before did.
    assert_eq!(record["suspects"], json!([]));
    assert_eq!(record["provenance"][0]["action"], "guest.snapshot.create");
    // A question that has choices is better than any guess.
    let (status, asked) = operator
        .post(paths::PROPOSALS, &json!({ "request": "start web01" }))
        .await;
    assert_eq!(
        (status.as_u16(), &asked["outcome"]),
        (200, &json!("clarify"))
    );
    assert_eq!(provider.seen().len(), 0);
}

#[tokio::test]
async fn a_bad_answer_is_mended_once_and_both_rounds_are_kept() {
    let wrong = plan(&[snapshot(102, Value::Null)]);
    let right = plan(&[snapshot(101, Value::Null)]);
    let provider = StandIn::start([wrong, right]).await;
    let app = asking(&provider).await;
    let operator = app.sign_in(Role::Operator).await;
    let proposal = operator.propose(words()).await;
    let id = text(&proposal["id"]);
    let record = operator.get(&format!("/api/actions/{id}/drafting")).await;
    let purposes: Vec<&str> = record["exchanges"]
        .as_array()
        .expect("exchanges")
        .iter()
        .map(|one| text(&one["purpose"]))
        .collect();
    assert_eq!(purposes, ["draft", "repair"]);
    let sent = provider.seen();
    for (exchange, sent) in record["exchanges"].as_array().unwrap().iter().zip(&sent) {
        assert_eq!(text(&exchange["sent"]["text"]).as_bytes(), sent);
    }
    assert_eq!(record["linter"][0]["findings"][0]["rule"], "target");
    assert_eq!(record["linter"][1]["findings"], json!([]));
}

#[tokio::test]
async fn a_model_that_does_not_do_as_it_is_told_makes_no_proposal() {
    let other = step_about_another();
    let provider = StandIn::start([other]).await;
    let app = asking(&provider).await;
    let operator = app.sign_in(Role::Operator).await;
    let (status, problem) = operator.post(paths::PROPOSALS, &words()).await;
    assert_eq!(status.as_u16(), 422, "{problem}");
    assert_eq!(problem["code"], "not_drafted");
    assert!(text(&problem["detail"]).contains("The built-in rules say"));
    assert_eq!(provider.seen().len(), 2);
    let listed = operator.get(paths::ACTIONS).await;
    assert_eq!(listed["items"], json!([]));
    let admin = app.sign_in(Role::Admin).await;
    let card = admin.get(paths::DRAFTING_SCORECARD).await;
    assert_eq!(card["rows"][0]["schema_failed"], 1, "{card}");
    assert_eq!(card["rows"][0]["provider"], "main");
}

/// What injected text would order: a guest that nobody named is removed.
fn step_about_another() -> Says {
    plan(&[super::stand_in::step("guest.destroy", 102, json!({}))])
}

#[tokio::test]
async fn questions_and_refusals_of_a_model_name_it_and_cost_one_request_however_often_they_are_asked_for()
 {
    let refusal = json!({"kind": "refuse", "summary": "s", "questions": [], "refusal": "There is no reason to.",
        "steps": []});
    let provider = StandIn::start([Says::Text(refusal.to_string())]).await;
    let app = asking(&provider).await;
    let operator = app.sign_in(Role::Operator).await;
    let send = async |key: &str| {
        let request = operator
            .request(reqwest::Method::POST, paths::PROPOSALS)
            .json(&words());
        let mut request = request.build().expect("a request");
        let value = key.parse().expect("a value");
        request
            .headers_mut()
            .insert(paths::IDEMPOTENCY_KEY_HEADER, value);
        let answer = reqwest_client().execute(request).await;
        answer.expect("an answer").text().await.expect("a body")
    };
    let first = send("01990000-0000-7000-8000-0000000000aa").await;
    let again = send("01990000-0000-7000-8000-0000000000aa").await;
    assert_eq!(first, again);
    let body: Value = serde_json::from_str(&first).expect("JSON");
    assert_eq!(body["outcome"], "refused", "{body}");
    assert_eq!(body["reason"], "There is no reason to.");
    assert_eq!(body["drafted_by"]["provider"], "main");
    assert_eq!(provider.seen().len(), 1);
}

#[tokio::test]
async fn a_draft_that_is_another_without_the_notes_of_others_takes_two_approvals() {
    let question = json!({"kind": "clarify", "summary": "s", "refusal": "", "steps": [],
        "questions": [{"text": "Why?", "choices": []}]});
    let provider = StandIn::start([
        plan(&[snapshot(101, Value::Null)]),
        Says::Text(question.to_string()),
    ])
    .await;
    let mut drafting = provider.drafting(&[], 10_000_000);
    drafting.reads_notes = true;
    let app = App::with(Scenario::lab(), 20.0, |config| config.drafting = drafting).await;
    let operator = app.sign_in(Role::Operator).await;
    note(&operator, "perpetually snapshot this one").await;
    let proposal = operator.propose(words()).await;
    assert_eq!(proposal["drafted_by"]["differs"], true);
    assert_eq!(proposal["approvals_required"], 2);
    assert!(
        text(&proposal["policy"]["verdict"]["approvals_why"]).contains("text that others wrote")
    );
    let id = text(&proposal["id"]);
    let record = operator.get(&format!("/api/actions/{id}/drafting")).await;
    assert_eq!(record["counterfactual"]["differs"], true);
    let [with, without] = [&provider.seen()[0], &provider.seen()[1]]
        .map(|body| String::from_utf8_lossy(body).contains("perpetually"));
    assert_eq!((with, without), (true, false));
    let body = json!({ "digest": proposal["digest"], "without_snapshot": "a test" });
    let (status, problem) = operator
        .post(&format!("/api/actions/{id}/confirm"), &body)
        .await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (409, &json!("approvals_missing"))
    );
}
