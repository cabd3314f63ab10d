//! The log of a step's task: read a part at a time, however long it is.

use argus_proxmox_sim::{Fault, FaultKind, Target};
use argus_types::person::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{App, ORIGIN, eventually, text};
use crate::stream::{has_ended, next, open, take};

const LINES: u64 = 300_000;

async fn status(app: &crate::app::Actor, path: &str) -> (StatusCode, Value) {
    let answer = app
        .request(Method::GET, path)
        .send()
        .await
        .expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_300_000_lines_is_followed_counted_and_read_anywhere() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    app.simulator
        .fault(Fault {
            target: Target {
                path_contains: Some("/snapshot".to_owned()),
                ..Target::default()
            },
            count: Some(1),
            kind: FaultKind::TaskWrites {
                lines: LINES,
                ms: 60_000,
            },
        })
        .expect("a fault");
    let execution = admin.confirm(&proposal).await;
    let path = |rest: &str| format!("/api/executions/{}/steps/1/log{rest}", text(&execution));

    // While it is written.
    let early = eventually("the log has begun", async || {
        let (status, log) = status(&admin, &path("?start=1000&limit=3")).await;
        let lines = log["lines"].as_array().map_or(0, Vec::len);
        (status == StatusCode::OK && lines == 3).then_some(log)
    })
    .await;
    assert_eq!(early["lines"][0]["n"], 1001);

    let done = admin.finished(&execution).await;
    assert_eq!(done["state"], "succeeded");
    let total = done["steps"][0]["log_lines"].as_u64().unwrap();
    assert!(total >= LINES, "{total}");
    let (_, log) = status(&admin, &path("?start=149999&limit=500")).await;
    assert_eq!(log["total"], total);
    let lines = log["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 500);
    assert_eq!(lines[0]["text"], "WARN: block 150000 was read twice");
    let (_, log) = status(&admin, &path(&format!("?start={}", total - 1))).await;
    assert_eq!(log["lines"][0]["text"], "TASK OK");
    let (_, log) = status(&admin, &path("?start=4000000000")).await;
    assert_eq!(log["lines"], json!([]));
    // No more at once, whoever asks for it.
    let (_, log) = status(&admin, &path("?limit=300000")).await;
    assert_eq!(log["lines"].as_array().unwrap().len(), 500);
    let (refused, _) = status(&admin, &path("?start=-1")).await;
    assert_eq!(refused, StatusCode::BAD_REQUEST);

    // The journal has the beginning, the end and every warning of it.
    let stream = format!("/api/executions/{}/stream", text(&execution));
    let mut socket = open(&app, &admin, &stream, ORIGIN).await.unwrap();
    let mut events = Vec::new();
    while !has_ended(&events) {
        take(&mut events, &next(&mut socket).await);
    }
    let lines = events
        .iter()
        .filter_map(|event| event["event"]["lines"].as_array());
    let kept: Vec<u64> = lines
        .flatten()
        .map(|line| line["n"].as_u64().unwrap())
        .collect();
    assert!(kept.len() < 2_500, "{}", kept.len());
    assert!(
        kept.is_sorted_by(|one, next| one < next),
        "twice or out of order"
    );
    assert!(kept.iter().copied().take(500).eq(1..=500));
    assert_eq!(kept.last(), Some(&total));
    for warned in (50_000..=LINES).step_by(50_000) {
        assert!(kept.contains(&warned), "{warned}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_look_at_a_log_cost_proxmox_one_request() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let execution = admin.confirm(&proposal).await;
    admin.finished(&execution).await;
    let path = format!("/api/executions/{}/steps/1/log", text(&execution));
    let asked = || {
        let routes = app.simulator.requests().by_route;
        let logs = routes.iter().filter(|(route, _)| route.ends_with("/log"));
        logs.map(|(_, count)| *count).sum::<u64>()
    };
    let before = asked();
    let looks = (0..50).map(|_| status(&admin, &path));
    let answers = futures_util::future::join_all(looks).await;
    assert!(answers.iter().all(|(status, _)| *status == StatusCode::OK));
    assert_eq!(asked() - before, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_to_be_missing() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let execution = admin.confirm(&proposal).await;
    admin.finished(&execution).await;
    let id = text(&execution);
    for step in ["2", "0", "70000", "x"] {
        let (code, body) = status(&admin, &format!("/api/executions/{id}/steps/{step}/log")).await;
        assert_eq!(
            (code, text(&body["code"])),
            (StatusCode::NOT_FOUND, "not_found")
        );
    }
    app.simulator
        .fault(Fault {
            target: Target {
                path_contains: Some("/log".to_owned()),
                ..Target::default()
            },
            count: None,
            kind: FaultKind::Status {
                code: 500,
                reason: "no such task".to_owned(),
                body: Some("{\"data\":null,\"message\":\"no such task\\n\"}".to_owned()),
            },
        })
        .expect("a fault");
    let (code, body) = status(&admin, &format!("/api/executions/{id}/steps/1/log?start=7")).await;
    assert_eq!(code, StatusCode::NOT_FOUND);
    assert!(
        text(&body["detail"]).contains("Proxmox does not have"),
        "{body}"
    );
}
