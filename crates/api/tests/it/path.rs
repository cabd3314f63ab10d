//! The whole path: asked, reviewed, confirmed, carried out, seen, recorded.

use argus_types::person::Role;
use serde_json::json;

use crate::app::{App, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_words_becomes_a_verified_and_recorded_change() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let admin = app.sign_in(Role::Admin).await;

    let proposal = operator
        .propose(json!({ "request": "snapshot web-01, then move it to pve2" }))
        .await;
    assert_eq!(proposal["plan"]["steps"].as_array().unwrap().len(), 2);
    assert_eq!(app.simulator.tasks().len(), 0, "a proposal does nothing");

    let execution = admin.confirm(&proposal).await;
    let done = operator.finished(&execution).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    for step in done["steps"].as_array().unwrap() {
        assert!(text(&step["upid"]).starts_with("UPID:"), "{step:#}");
        let evidence = step["post_check"].as_array().unwrap();
        assert!(!evidence.is_empty());
        assert!(evidence.iter().all(|one| one["holds"] == true), "{step:#}");
    }
    assert_eq!(app.tasks("qmsnapshot", 101), 1);
    assert_eq!(app.tasks("qmigrate", 101), 1);

    let subject = format!("execution/{}", text(&execution));
    let records = operator
        .get(&format!("/api/ledger?subject={subject}"))
        .await;
    let kinds: Vec<_> = records["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| text(&record["kind"]))
        .collect();
    for kind in [
        "execution.started",
        "step.intended",
        "step.succeeded",
        "execution.ended",
    ] {
        assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
    }
    let store = app.database.store().await;
    store
        .verify_ledger()
        .await
        .unwrap()
        .expect("the chain holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ambiguous_name_is_asked_about_and_each_answer_can_be_posted() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let (status, body) = operator
        .post(
            "/api/actions/proposals",
            &json!({ "request": "reboot test-01" }),
        )
        .await;
    assert_eq!((status.as_u16(), text(&body["outcome"])), (200, "clarify"));
    let choices = body["questions"][0]["choices"].as_array().unwrap().clone();
    assert_eq!(choices.len(), 2, "{body:#}");
    assert_eq!(
        operator.get("/api/actions").await["items"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    // One of the two test-01 does not run: there a reboot is not possible, and the answer says so.
    let mut made = 0;
    for choice in &choices {
        let (status, body) = operator
            .post(
                "/api/actions/proposals",
                &json!({ "request": choice["request"] }),
            )
            .await;
        match status.as_u16() {
            201 => made += 1,
            422 => assert!(!text(&body["detail"]).is_empty()),
            other => panic!("{other}: {body:#}"),
        }
    }
    assert_eq!(made, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_mean_nothing_here_make_no_proposal() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let (status, body) = operator
        .post(
            "/api/actions/proposals",
            &json!({ "request": "make me a sandwich" }),
        )
        .await;
    assert!(matches!(status.as_u16(), 200 | 422), "{body:#}");
    let (status, problem) = operator
        .post(
            "/api/actions/proposals",
            &json!({ "request": "reboot build-01" }),
        )
        .await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (422, "not_feasible")
    );
    assert_eq!(problem["errors"][0]["pointer"], "/request");
    assert_ne!(body["outcome"], "proposal");
    let listed = operator.get("/api/actions").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_goes_on_after_a_restart_and_migrates_once() {
    let mut app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let draft = json!({ "draft": { "actions": [
        { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 102 }, "node": "pve1" },
    ] } });
    let proposal = admin.propose(draft).await;
    let execution = admin.confirm(&proposal).await;
    crate::app::eventually("the migration runs", async || {
        (app.tasks("qmigrate", 102) == 1).then_some(())
    })
    .await;
    app.restart().await;
    let admin = app.sign_in(Role::Admin).await;
    let done = admin.finished(&execution).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(app.tasks("qmigrate", 102), 1);
}
