//! Proxmox, the network and the database at their worst.

use argus_api::doctor::State;
use argus_proxmox_sim::{Change, Fault, FaultKind, Target};
use argus_types::event::Event;
use argus_types::person::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, text};
use crate::cast::ALAN;

fn fault(method: &str, path: &str, kind: FaultKind) -> Fault {
    Fault {
        target: Target {
            method: Some(method.to_owned()),
            path_contains: Some(path.to_owned()),
            node: None,
        },
        count: Some(1),
        kind,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_snapshot_never_makes_a_second_one() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    app.simulator
        .fault(fault("POST", "/101/snapshot", FaultKind::AcceptThenDrop))
        .expect("a fault");
    let execution = admin.confirm(&proposal).await;
    let done = admin.finished(&execution).await;
    let state = text(&done["state"]);
    assert!(matches!(state, "succeeded" | "needs_attention"), "{done:#}");
    assert_eq!(app.tasks("qmsnapshot", 101), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_ignores_shutdown_fails_the_step_and_nothing_follows() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin
        .propose(json!({ "draft": { "actions": [
            { "action": "guest.shutdown", "target": { "kind": "qemu", "vmid": 107 }, "timeout_s": 60 },
            { "action": "guest.shutdown", "target": { "kind": "qemu", "vmid": 102 } },
        ] } }))
        .await;
    let approval = app.approve(&app.sign_in_as(ALAN).await, &proposal).await;
    assert_eq!(approval.0, 200, "{approval:?}");
    let execution = admin.confirm(&proposal).await;
    let done = admin.finished(&execution).await;
    assert_eq!(done["state"], "failed", "{done:#}");
    let message = text(&done["steps"][0]["message"]);
    assert!(message.contains("got timeout"), "{message}");
    assert_eq!(done["steps"][1]["state"], "not_started");
    let store = app.database.store().await;
    let id = text(&execution).parse().unwrap();
    let events = store.execution_events(id, 0, 1000).await.unwrap();
    let lines: Vec<_> = events
        .iter()
        .flat_map(|entry| match &entry.event {
            Event::Log { lines, .. } => lines.clone(),
            _ => Vec::new(),
        })
        .map(|line| line.text)
        .collect();
    assert!(
        lines.iter().any(|line| line.starts_with("TASK ERROR")),
        "the task's own last line is followed: {lines:?}"
    );
    assert!(!lines.contains(&"no content".to_owned()), "{lines:?}");
    assert_eq!(app.tasks("qmshutdown", 102), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_behind_argus_back_stops_the_confirmation_with_its_reason() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin
        .propose(json!({ "request": "shut down web-02" }))
        .await;
    let approval = app.approve(&app.sign_in_as(ALAN).await, &proposal).await;
    assert_eq!(approval.0, 200, "{approval:?}");
    app.simulator
        .change_guest(
            102,
            Change {
                status: Some("stopped".to_owned()),
                ..Change::default()
            },
        )
        .expect("a change");
    let drift = format!("/api/actions/{}/drift", text(&proposal["id"]));
    let read = admin.get(&drift).await;
    assert_eq!(read["steps"][0]["number"], 1, "{read:#}");
    let value = &read["steps"][0]["values"][0];
    assert_eq!(value["label"], "status");
    // What the step would make of it is what it already is.
    assert_eq!(
        (&value["now"], &value["planned"]),
        (&json!("stopped"), &json!("stopped"))
    );
    let path = format!("/api/actions/{}/confirm", text(&proposal["id"]));
    let body = json!({ "digest": proposal["digest"], "without_snapshot": "test" });
    let (status, problem) = admin.post(&path, &body).await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (409, "drifted"),
        "{problem:#}"
    );
    assert!(!problem["errors"].as_array().unwrap().is_empty());
    let read = admin
        .get(&format!("/api/actions/{}", text(&proposal["id"])))
        .await;
    assert_eq!(read["state"], "drifted");
    let (status, problem) = admin.post(&path, &body).await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (409, "wrong_state")
    );
    let answer = admin.request(Method::GET, &drift).send().await;
    let answer = answer.expect("an answer");
    let status = answer.status().as_u16();
    let problem: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (status, text(&problem["code"])),
        (409, "wrong_state"),
        "a closed plan is compared with nothing"
    );
    assert_eq!(app.simulator.tasks().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_privilege_gives_a_problem_that_names_it() {
    let app = App::with(argus_proxmox_sim::Scenario::lab(), 20.0, |config| {
        config.stale_after_s = 60;
    })
    .await;
    let weak = app.simulator.announcement().tokens["weak"].clone();
    let mut config = crate::app::config(&app.simulator, &app.database);
    config.token = argus_proxmox::Token::parse(&weak).expect("the scenario's token");
    let findings = argus_api::doctor::examine(&config).await;
    let missing: Vec<_> = findings
        .iter()
        .filter(|finding| finding.state == State::Wrong)
        .collect();
    assert!(!missing.is_empty());
    for finding in missing {
        let remedy = finding.remedy.as_deref().expect("what mends it");
        assert!(remedy.contains("pveum"), "{}: {remedy}", finding.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn proxmox_away_makes_the_inventory_stale_and_refuses_plans() {
    let app = App::with(argus_proxmox_sim::Scenario::lab(), 20.0, |config| {
        config.stale_after_s = 2;
    })
    .await;
    let operator = app.sign_in(Role::Operator).await;
    app.simulator
        .fault(Fault {
            target: Target::default(),
            count: None,
            kind: FaultKind::Refuse,
        })
        .expect("a fault");
    crate::app::eventually("the inventory is stale", async || {
        let answer = operator
            .request(Method::GET, "/api/cluster")
            .send()
            .await
            .ok()?;
        (answer.headers()["x-stale"] == "true").then_some(())
    })
    .await;
    let (status, problem) = operator
        .post(
            "/api/actions/proposals",
            &json!({ "request": "snapshot web-01" }),
        )
        .await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (503, "inventory_stale")
    );
}
