//! Programs that get a token by a person's decision.

use argus_types::paths;
use argus_types::person::Role;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{Actor, App, ORIGIN, text};

/// A program's request: no cookie, no origin.
async fn program(app: &App, path: &str, body: Value) -> Response {
    let mut request = app
        .anonymous(Method::POST, path)
        .json(&body)
        .build()
        .expect("a request");
    request.headers_mut().remove("origin");
    crate::app::reqwest_client()
        .execute(request)
        .await
        .expect("an answer")
}

async fn begin(app: &App, may: &str) -> Value {
    let answer = program(
        app,
        paths::DEVICE,
        json!({ "name": "argusctl on laptop", "may": may }),
    )
    .await;
    assert_eq!(answer.status().as_u16(), 201);
    answer.json().await.expect("a grant")
}

/// Polls after the interval; gives the state.
async fn poll(app: &App, grant: &Value) -> Value {
    app.clock.advance(6);
    let answer = program(
        app,
        paths::DEVICE_TOKEN,
        json!({ "device_code": grant["device_code"] }),
    )
    .await;
    assert_eq!(answer.status().as_u16(), 200);
    answer.json().await.expect("a state")
}

async fn decide(actor: &Actor, grant: &Value, allow: Option<&str>) -> u16 {
    let allow = allow.map(|may| json!({ "name": "argusctl", "may": may, "days": 7 }));
    let mut body = json!({ "user_code": text(&grant["user_code"]).to_lowercase() });
    if let Some(allow) = allow {
        body["allow"] = allow;
    }
    let answer = actor
        .request(Method::POST, paths::DEVICE_DECIDE)
        .json(&body)
        .send()
        .await;
    answer.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_the_token_that_a_person_allowed_and_once() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let grant = begin(&app, "propose").await;
    assert_eq!(grant["verification_uri"], format!("{ORIGIN}/device"));
    let code = text(&grant["user_code"]);
    assert!(code.len() == 9 && code.as_bytes()[4] == b'-', "{code}");
    assert_eq!(poll(&app, &grant).await["state"], "pending");
    let (status, request) = operator
        .post(paths::DEVICE_LOOK, &json!({ "user_code": code }))
        .await;
    assert_eq!(status.as_u16(), 200);
    assert_eq!(
        (&request["name"], &request["may"]),
        (&json!("argusctl on laptop"), &json!("propose"))
    );
    assert_eq!(decide(&operator, &grant, Some("read")).await, 204);
    let granted = poll(&app, &grant).await;
    assert_eq!(granted["state"], "granted");
    let made = &granted["made"];
    assert_eq!(
        (&made["token"]["may"], &made["token"]["name"]),
        (&json!("read"), &json!("argusctl"))
    );
    let read = app.anonymous(Method::GET, paths::CLUSTER);
    let read = read.header("authorization", format!("Bearer {}", text(&made["secret"])));
    assert_eq!(read.send().await.unwrap().status().as_u16(), 200);
    assert_eq!(poll(&app, &grant).await["state"], "refused");
    assert_eq!(decide(&operator, &grant, Some("read")).await, 404);
    let ledger = operator.get("/api/ledger?limit=200").await.to_string();
    for kind in ["device.allowed", "api_token.made", "api_token.first_used"] {
        assert!(ledger.contains(kind), "{kind}");
    }
    assert!(!ledger.contains(text(&grant["device_code"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_refused_late_or_unknown_gets_nothing() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    let refused = begin(&app, "read").await;
    assert_eq!(decide(&viewer, &refused, None).await, 204);
    assert_eq!(poll(&app, &refused).await["state"], "refused");
    let unknown = json!({ "device_code": "guess" });
    assert_eq!(poll(&app, &unknown).await["state"], "refused");
    let late = begin(&app, "read").await;
    app.clock.advance(601);
    assert_eq!(decide(&viewer, &late, Some("read")).await, 404);
    assert_eq!(poll(&app, &late).await["state"], "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_allows_more_than_was_asked_for_or_than_they_may() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    let operator = app.sign_in(Role::Operator).await;
    let reads = begin(&app, "read").await;
    assert_eq!(decide(&operator, &reads, Some("propose")).await, 403);
    let proposes = begin(&app, "propose").await;
    assert_eq!(decide(&viewer, &proposes, Some("propose")).await, 403);
    assert_eq!(decide(&operator, &proposes, Some("propose")).await, 204);
    // Demoted between the decision and the program's next poll.
    app.database
        .execute("UPDATE person SET role = 'viewer' WHERE role = 'operator'")
        .await
        .unwrap();
    app.clock.advance(6);
    let body = json!({ "device_code": proposes["device_code"] });
    let answer = program(&app, paths::DEVICE_TOKEN, body).await;
    assert_eq!(answer.status().as_u16(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_polls_too_early_is_told_to_wait() {
    let app = App::start().await;
    let grant = begin(&app, "read").await;
    let body = json!({ "device_code": grant["device_code"] });
    let first = program(&app, paths::DEVICE_TOKEN, body.clone()).await;
    assert_eq!(first.status().as_u16(), 200);
    let second = program(&app, paths::DEVICE_TOKEN, body).await;
    assert_eq!(second.status().as_u16(), 429);
    assert_eq!(second.headers()["retry-after"], "5");
    assert_eq!(poll(&app, &grant).await["state"], "pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_tried_one_after_the_other() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    let mut statuses = Vec::new();
    for number in 0..12 {
        let body = json!({ "user_code": format!("BCDFGHJ{number}") });
        statuses.push(viewer.post(paths::DEVICE_LOOK, &body).await.0.as_u16());
    }
    assert_eq!(statuses[..10], [404; 10]);
    assert_eq!(statuses[10..], [429; 2]);
}
