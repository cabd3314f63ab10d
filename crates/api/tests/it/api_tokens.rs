//! API tokens of scripts: what they are good for, and when they end.

use argus_types::paths;
use argus_types::person::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Actor, App, text};

async fn make(actor: &Actor, may: &str, scope: Value) -> Value {
    let input = json!({ "name": "backup", "may": may, "scope": scope, "days": 30 });
    let (status, made) = actor.post(paths::API_TOKENS, &input).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made
}

/// A request of a script with a token; gives status and problem code.
async fn ask(app: &App, made: &Value, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let answer = app
        .anonymous(method, path)
        .header("authorization", format!("Bearer {}", text(&made["secret"])))
        .header(
            paths::IDEMPOTENCY_KEY_HEADER,
            uuid::Uuid::from_u128(rand::random()).to_string(),
        )
        .json(body)
        .send()
        .await
        .expect("an answer");
    (
        answer.status().as_u16(),
        answer.json().await.unwrap_or_default(),
    )
}

async fn read(app: &App, made: &Value) -> u16 {
    ask(app, made, Method::GET, paths::CLUSTER, &json!({}))
        .await
        .0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_reads_and_proposes_and_the_ledger_names_it() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let made = make(&operator, "propose", json!({})).await;
    let secret = text(&made["secret"]);
    assert!(secret.starts_with("argus_") && secret.len() == "argus_".len() + 43);
    let listed = operator.get(paths::API_TOKENS).await;
    assert!(!listed.to_string().contains(&secret[6..]), "shown again");
    assert_eq!(listed[0]["last_used_at"], Value::Null);
    assert_eq!(read(&app, &made).await, 200);
    let request = json!({ "request": "snapshot web-01" });
    let (status, outcome) = ask(&app, &made, Method::POST, paths::PROPOSALS, &request).await;
    assert_eq!(status, 201, "{outcome}");
    let listed = operator.get(paths::API_TOKENS).await;
    assert!(listed[0]["last_used_at"].is_string());

    let ledger = operator.get("/api/ledger?limit=200").await;
    let records = ledger["items"].as_array().unwrap().clone();
    let of = |kind: &str| {
        records
            .iter()
            .filter(|record| record["kind"] == kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(of("proposal.made")[0]["body"]["token"], made["token"]["id"]);
    assert_eq!(of("api_token.made").len(), 1);
    assert_eq!(of("api_token.first_used").len(), 1);
    assert!(
        !ledger.to_string().contains(&secret[6..]),
        "a secret in the ledger"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_never_confirms_manages_or_makes_another() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let made = make(&admin, "propose", json!({})).await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let confirm = paths::CONFIRM.replace("{id}", text(&proposal["id"]));
    let digest = json!({ "digest": proposal["digest"] });
    let token = json!({ "name": "more", "may": "read", "days": 1 });
    for (method, path, body) in [
        (Method::POST, confirm.as_str(), &digest),
        (
            Method::POST,
            paths::EMERGENCY_STOP,
            &json!({ "reason": "test" }),
        ),
        (Method::POST, paths::API_TOKENS, &token),
        (Method::GET, paths::API_TOKENS, &json!({})),
        (
            Method::POST,
            paths::STEP_UP,
            &json!({ "act": "approve", "subject": "x" }),
        ),
        (Method::POST, paths::RECOVERY_CODES, &json!({})),
        (Method::POST, paths::STREAM_TICKETS, &json!({})),
    ] {
        let (status, problem) = ask(&app, &made, method, path, body).await;
        assert_eq!(
            (status, &problem["code"]),
            (403, &json!("forbidden")),
            "{path}"
        );
    }
    let reads = make(&admin, "read", json!({})).await;
    let request = json!({ "request": "snapshot web-01" });
    let (status, problem) = ask(&app, &reads, Method::POST, paths::PROPOSALS, &request).await;
    assert_eq!((status, &problem["code"]), (403, &json!("forbidden")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_when_revoked_in_time_and_with_its_person() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let viewer = app.sign_in(Role::Viewer).await;
    let made = make(&operator, "read", json!({})).await;
    assert_eq!(read(&app, &made).await, 200);
    let path = paths::API_TOKEN.replace("{id}", text(&made["token"]["id"]));
    let foreign = viewer.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    let revoked = operator
        .request(Method::DELETE, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    assert_eq!(read(&app, &made).await, 401);
    let again = operator
        .request(Method::DELETE, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::NOT_FOUND);

    let of_disabled = make(&viewer, "read", json!({})).await;
    app.database
        .execute("UPDATE person SET disabled_at = now(), disabled_reason = 'admin' WHERE role = 'viewer'")
        .await
        .unwrap();
    assert_eq!(read(&app, &of_disabled).await, 401);
    let expiring = make(&operator, "read", json!({})).await;
    assert_eq!(read(&app, &expiring).await, 200);
    app.clock.advance(30 * 24 * 3600 + 1);
    assert_eq!(read(&app, &expiring).await, 401);
    let guess = json!({ "secret": format!("argus_{}", "A".repeat(43)) });
    assert_eq!(read(&app, &guess).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_token_that_is_good_for_more_than_themself() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    let operator = app.sign_in(Role::Operator).await;
    let ask = |may: &str, scope: Value, days: u32| json!({ "name": "n", "may": may, "scope": scope, "days": days });
    let code = async |actor: &Actor, input: Value| {
        let (status, body) = actor.post(paths::API_TOKENS, &input).await;
        (
            status.as_u16(),
            body["code"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let forbidden = (403, "forbidden".to_owned());
    let wrong = (422, "schema_violation".to_owned());
    assert_eq!(code(&viewer, ask("propose", json!({}), 1)).await, forbidden);
    for input in [
        ask("read", json!({}), 0),
        ask("read", json!({}), 366),
        ask("approve", json!({}), 1),
        ask("read", json!({ "tags": [""] }), 1),
        ask("read", json!({ "tags": ["a\u{202e}b"] }), 1),
        ask("read", json!({ "clusters": ["../x"] }), 1),
        ask("read", json!({ "nodes": ["pve1"] }), 1),
    ] {
        assert_eq!(code(&operator, input.clone()).await, wrong, "{input}");
    }
    app.database
        .execute(
            r#"UPDATE person SET scope = '{"clusters":["elsewhere"]}' WHERE role = 'operator'"#,
        )
        .await
        .unwrap();
    let lab = ask("read", json!({ "clusters": ["lab"] }), 1);
    assert_eq!(code(&operator, lab).await, (403, "out_of_scope".to_owned()));
    // A token that names nothing reaches as far as its person, which is nowhere here.
    let made = make(&operator, "read", json!({})).await;
    let (status, problem) =
        crate::api_tokens::ask(&app, &made, Method::GET, paths::NODES, &json!({})).await;
    assert_eq!((status, &problem["code"]), (403, &json!("out_of_scope")));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_tokens_that_work_are_enough_for_anybody() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let first = make(&operator, "read", json!({})).await;
    for _ in 1..50 {
        make(&operator, "read", json!({})).await;
    }
    let input = json!({ "name": "n", "may": "read", "days": 1 });
    let (status, problem) = operator.post(paths::API_TOKENS, &input).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let path = paths::API_TOKEN.replace("{id}", text(&first["token"]["id"]));
    operator
        .request(Method::DELETE, &path)
        .send()
        .await
        .unwrap();
    make(&operator, "read", json!({})).await;
}
