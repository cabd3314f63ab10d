//! The emergency stop, between two steps.

use argus_types::account::StepUpAct;
use argus_types::person::Role;
use serde_json::json;

use crate::app::{App, eventually, text};

#[tokio::test(flavor = "multi_thread")]
async fn after_an_emergency_stop_no_later_step_starts_and_page_and_ledger_agree() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin
        .propose(json!({ "draft": { "actions": [
            { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 101 }, "node": "pve2" },
            { "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 102 } },
        ] } }))
        .await;
    let execution = admin.confirm(&proposal).await;
    eventually("the first step runs", async || {
        (app.tasks("qmigrate", 101) == 1).then_some(())
    })
    .await;
    let (status, stop) = operator
        .post(
            "/api/emergency-stop",
            &json!({ "reason": "smoke in the rack" }),
        )
        .await;
    assert_eq!((status.as_u16(), &stop["engaged"]), (200, &json!(true)));

    let done = admin.finished(&execution).await;
    assert_eq!(done["state"], "stopped", "{done:#}");
    assert_eq!(
        done["steps"][0]["state"], "succeeded",
        "what ran is followed to its end"
    );
    assert_eq!(done["steps"][1]["state"], "not_started");
    assert_eq!(done["stop"]["emergency"], true);
    assert_eq!(app.tasks("qmsnapshot", 102), 0);

    let records = admin.get("/api/ledger?limit=50").await;
    let records = records["items"].as_array().unwrap();
    let set = records
        .iter()
        .find(|record| record["kind"] == "emergency_stop.engaged")
        .expect("a record of the stop");
    assert_eq!(set["body"]["reason"], "smoke in the rack");
    assert!(
        !records
            .iter()
            .any(|record| record["kind"] == "step.intended"
                && record["seq"].as_u64() > set["seq"].as_u64()),
        "no step was intended after the stop"
    );

    let refused = admin.propose(json!({ "request": "snapshot web-02" })).await;
    let path = format!("/api/actions/{}/confirm", text(&refused["id"]));
    let (status, problem) = admin
        .post(&path, &json!({ "digest": refused["digest"] }))
        .await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (409, "emergency_stop_engaged")
    );

    let path = "/api/emergency-stop/release";
    let (status, asked) = operator.post(path, &json!({})).await;
    assert_eq!((status.as_u16(), &asked["engaged"]), (202, &json!(true)));
    let act = StepUpAct::ReleaseEmergencyStop;
    let step_up = app.step_up(&admin, act, "emergency_stop").await;
    let (status, released) = admin.post(path, &json!({ "step_up": step_up })).await;
    assert_eq!(
        (status.as_u16(), &released["engaged"]),
        (200, &json!(false))
    );
    let execution = admin.confirm(&refused).await;
    assert_eq!(admin.finished(&execution).await["state"], "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_stops_one_execution_before_its_next_step() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin
        .propose(json!({ "draft": { "actions": [
            { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 102 }, "node": "pve1" },
            { "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 102 } },
        ] } }))
        .await;
    let execution = admin.confirm(&proposal).await;
    eventually("the first step runs", async || {
        (app.tasks("qmigrate", 102) == 1).then_some(())
    })
    .await;
    let path = format!("/api/actions/{}/cancel", text(&proposal["id"]));
    let (status, _) = admin
        .post(&path, &json!({ "reason": "wrong evening" }))
        .await;
    assert_eq!(status.as_u16(), 202);
    let done = admin.finished(&execution).await;
    assert_eq!(done["state"], "stopped", "{done:#}");
    assert_eq!(done["stop"]["emergency"], false);
    assert_eq!(app.tasks("qmsnapshot", 102), 0);
}
