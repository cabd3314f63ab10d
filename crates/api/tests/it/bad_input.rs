//! Bad input: one clear problem each, no panic, no 500, nothing half done.

use argus_types::paths;
use argus_types::person::Role;
use reqwest::Method;
use serde_json::Value;

use crate::app::{App, text};

/// A body, and what must come of it: status, code and, where one is named, the wrong place.
type Case = (String, u16, &'static str, Option<&'static str>);

#[expect(clippy::too_many_lines, reason = "one table")]
fn cases() -> Vec<Case> {
    let nested = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let long = format!(r#"{{"request":"{}"}}"#, "a".repeat(2001));
    let huge = format!(r#"{{"request":"{}"}}"#, "a".repeat(200_000));
    let start =
        |rest: &str| format!(r#"{{"draft":{{"actions":[{{"action":"guest.start",{rest}}}]}}}}"#);
    let many = format!(
        r#"{{"draft":{{"actions":[{}]}}}}"#,
        vec![r#"{"action":"guest.start","target":{"kind":"qemu","vmid":101}}"#; 51].join(",")
    );
    vec![
        (String::new(), 400, "malformed_body", None),
        ("{".to_owned(), 400, "malformed_body", None),
        ("nonsense".to_owned(), 400, "malformed_body", None),
        (
            r#"{"request":"a"}{"request":"b"}"#.to_owned(),
            400,
            "malformed_body",
            None,
        ),
        (
            r#"{"request":"a","request":"b"}"#.to_owned(),
            400,
            "malformed_body",
            None,
        ),
        (nested, 400, "malformed_body", None),
        (huge, 413, "body_too_large", None),
        ("null".to_owned(), 422, "schema_violation", Some("")),
        ("{}".to_owned(), 422, "schema_violation", Some("")),
        (
            r#"{"request":"snapshot web-01","draft":{"actions":[]}}"#.to_owned(),
            422,
            "schema_violation",
            Some("/draft/actions"),
        ),
        (
            r#"{"prompt":"snapshot web-01"}"#.to_owned(),
            422,
            "schema_violation",
            Some(""),
        ),
        (
            r#"{"request":7}"#.to_owned(),
            422,
            "schema_violation",
            Some("/request"),
        ),
        (long, 422, "schema_violation", Some("/request")),
        (
            "{\"request\":\"snapshot web-01\u{202e}\"}".to_owned(),
            422,
            "schema_violation",
            Some("/request"),
        ),
        (many, 422, "schema_violation", Some("/draft/actions")),
        (
            start(r#""target":{"kind":"qemu","vmid":9223372036854775808}"#),
            422,
            "schema_violation",
            Some("/draft/actions/0/target/vmid"),
        ),
        (
            start(r#""target":{"kind":"qemu","vmid":101.5}"#),
            422,
            "schema_violation",
            Some("/draft/actions/0/target/vmid"),
        ),
        (
            start(r#""target":{"kind":"qemu","vmid":101},"skiplock":true"#),
            422,
            "schema_violation",
            Some("/draft/actions/0"),
        ),
        (
            r#"{"draft":{"actions":[{"action":"agent.exec","target":{"kind":"qemu","vmid":101}}]}}"#.to_owned(),
            422,
            "schema_violation",
            Some("/draft/actions/0/action"),
        ),
        (
            start(r#""target":{"kind":"qemu","vmid":999}"#),
            422,
            "guest_not_found",
            Some("/draft/actions/0/target"),
        ),
        (
            start(r#""target":{"kind":"lxc","vmid":101}"#),
            422,
            "guest_not_found",
            Some("/draft/actions/0/target"),
        ),
        (
            start(r#""target":{"kind":"qemu","vmid":101,"node":"pve3"}"#),
            422,
            "guest_on_other_node",
            Some("/draft/actions/0/target/node"),
        ),
        (
            r#"{"draft":{"actions":[{"action":"guest.migrate","target":{"kind":"qemu","vmid":101},"node":"pve9"}]}}"#.to_owned(),
            422,
            "node_not_found",
            Some("/draft/actions/0/node"),
        ),
        (
            r#"{"draft":{"actions":[{"action":"guest.reboot","target":{"kind":"qemu","vmid":106}}]}}"#.to_owned(),
            422,
            "not_feasible",
            Some("/draft/actions/0/target"),
        ),
        (
            start(r#""target":{"kind":"qemu","vmid":101}"#),
            422,
            "nothing_to_do",
            None,
        ),
        (
            r#"{"request":"rename web-01 to shop"}"#.to_owned(),
            422,
            "not_understood",
            None,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_proposal_gives_one_clear_problem_and_leaves_nothing() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    for (body, status, code, pointer) in cases() {
        let shown: String = body.chars().take(120).collect();
        let answer = operator
            .request(Method::POST, paths::PROPOSALS)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        let got = answer.status().as_u16();
        let problem: Value = answer.json().await.unwrap();
        assert!(problem["code"].is_string(), "{shown}: {problem:#}");
        assert_eq!(
            (got, text(&problem["code"])),
            (status, code),
            "{shown}: {problem:#}"
        );
        assert!(!text(&problem["detail"]).is_empty(), "{shown}");
        if let Some(pointer) = pointer {
            let errors = problem["errors"]
                .as_array()
                .unwrap_or_else(|| panic!("{shown}: {problem:#}"));
            assert!(
                errors.iter().any(|error| error["pointer"] == pointer),
                "{shown}: {problem:#}"
            );
        }
    }
    assert_eq!(
        operator.get(paths::ACTIONS).await["items"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    assert_eq!(app.simulator.tasks().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_are_missing_or_wrong_are_named() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let send = async |change: fn(&mut reqwest::header::HeaderMap)| {
        let mut request = operator
            .request(Method::POST, paths::PROPOSALS)
            .json(&serde_json::json!({ "request": "snapshot web-01" }))
            .build()
            .unwrap();
        change(request.headers_mut());
        let answer = crate::app::reqwest_client().execute(request).await.unwrap();
        let status = answer.status().as_u16();
        (
            status,
            answer.json::<Value>().await.unwrap()["code"].clone(),
        )
    };
    let no_key = send(|headers| {
        headers.remove("idempotency-key");
    })
    .await;
    assert_eq!(no_key, (400, "bad_parameter".into()));
    let form = send(|headers| {
        headers.insert(
            "content-type",
            "application/x-www-form-urlencoded".parse().unwrap(),
        );
    })
    .await;
    assert_eq!(form, (415, "unsupported_media_type".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_is_told_from_a_wrong_path() {
    let app = App::start().await;
    let answer = app
        .anonymous(Method::PUT, paths::CLUSTER)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 405);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(text(&problem["code"]), "method_not_allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_and_an_absent_database_are_said_at_the_start() {
    let app = App::start().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = crate::app::config(&app.simulator, &app.database);
    config.listen = taken.local_addr().unwrap();
    let error = argus_api::server::Server::prepare(&config)
        .await
        .err()
        .unwrap();
    assert!(
        format!("{error:#}").contains("cannot be listened on"),
        "{error:#}"
    );
    let mut config = crate::app::config(&app.simulator, &app.database);
    config.database_url = "postgres://nobody@127.0.0.1:1/none".to_owned().into();
    let error = argus_api::server::Server::prepare(&config)
        .await
        .err()
        .unwrap();
    assert!(format!("{error:#}").contains("DATABASE_URL"), "{error:#}");
}
