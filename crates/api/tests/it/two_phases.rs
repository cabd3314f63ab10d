//! A proposal does nothing; one confirmation of one digest starts it, once.

use argus_types::person::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Actor, App, text};
use crate::cast::ALAN;

async fn confirm_with_key(admin: &Actor, proposal: &Value, key: &str) -> (u16, Value) {
    let path = format!("/api/actions/{}/confirm", text(&proposal["id"]));
    let answer = admin
        .request(Method::POST, &path)
        .header("x-csrf-token", &admin.session.csrf_token)
        .headers(
            [(
                "idempotency-key".parse().expect("an answer"),
                key.parse().expect("an answer"),
            )]
            .into_iter()
            .collect(),
        )
        .json(&json!({ "digest": proposal["digest"] }))
        .send()
        .await
        .expect("an answer");
    (
        answer.status().as_u16(),
        answer.json().await.expect("an answer"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn confirming_twice_with_one_key_has_one_effect_and_one_answer() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let key = "confirm-web-01-once";
    let (a, b) = tokio::join!(
        confirm_with_key(&admin, &proposal, key),
        confirm_with_key(&admin, &proposal, key)
    );
    assert_eq!((a.0, &a.1), (202, &b.1));
    assert_eq!(b.0, 202);
    let again = confirm_with_key(&admin, &proposal, key).await;
    assert_eq!(again, a);
    let other = confirm_with_key(&admin, &proposal, "another-key-now").await;
    assert_eq!((other.0, text(&other.1["code"])), (409, "wrong_state"));
    let done = admin.finished(&a.1["execution"]).await;
    assert_eq!(done["state"], "succeeded");
    assert_eq!(app.tasks("qmsnapshot", 101), 1);
    let reused = admin.propose(json!({ "request": "snapshot web-02" })).await;
    let reused = confirm_with_key(&admin, &reused, key).await;
    assert_eq!(
        (reused.0, text(&reused.1["code"])),
        (409, "idempotency_key_reused")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_digest_starts_nothing() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let path = format!("/api/actions/{}/confirm", text(&proposal["id"]));
    let (status, problem) = admin
        .post(&path, &json!({ "digest": "0".repeat(64) }))
        .await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (409, "digest_mismatch")
    );
    assert_eq!(app.simulator.tasks().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn medium_risk_wants_a_snapshot_or_a_reason_and_the_new_plan_has_a_new_digest() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin
        .propose(json!({ "request": "shut down web-02" }))
        .await;
    assert_ne!(proposal["risk"]["level"], "low");
    let base = format!("/api/actions/{}", text(&proposal["id"]));
    let (status, problem) = admin
        .post(
            &format!("{base}/confirm"),
            &json!({ "digest": proposal["digest"] }),
        )
        .await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (409, "snapshot_decision_missing")
    );
    let (status, revised) = admin
        .post(
            &format!("{base}/snapshots"),
            &json!({ "digest": proposal["digest"] }),
        )
        .await;
    assert_eq!(status.as_u16(), 200, "{revised:#}");
    assert_eq!(revised["revision"], 2);
    assert_ne!(revised["digest"], proposal["digest"]);
    let (status, problem) = admin
        .post(
            &format!("{base}/confirm"),
            &json!({ "digest": proposal["digest"] }),
        )
        .await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (409, "digest_mismatch")
    );
    let approval = app.approve(&app.sign_in_as(ALAN).await, &revised).await;
    assert_eq!(approval.0, 200, "{approval:?}");
    let (status, confirmed) = admin
        .post(
            &format!("{base}/confirm"),
            &json!({ "digest": revised["digest"] }),
        )
        .await;
    assert_eq!(status.as_u16(), 202, "{confirmed:#}");
    let done = admin.finished(&confirmed["execution"]).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(app.tasks("qmsnapshot", 102), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_proposal_cannot_be_confirmed() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = operator
        .propose(json!({ "request": "snapshot web-01" }))
        .await;
    let base = format!("/api/actions/{}", text(&proposal["id"]));
    let (status, body) = operator
        .post(&format!("{base}/cancel"), &json!({ "reason": "not today" }))
        .await;
    assert_eq!((status.as_u16(), text(&body["state"])), (200, "withdrawn"));
    let (status, problem) = admin
        .post(
            &format!("{base}/confirm"),
            &json!({ "digest": proposal["digest"] }),
        )
        .await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (409, "wrong_state")
    );
}
