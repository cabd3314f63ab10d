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

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_holds_every_step_back_and_lets_it_go_on_afterwards() {
    let app = App::start().await;
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
    let path = "/api/emergency-stop/drill";
    let (status, view) = admin.post(path, &json!({ "lasts_s": 600 })).await;
    assert_eq!(status, 200, "{view:#}");
    assert_eq!(view["engaged"], false);
    assert!(view["drill"]["until"].is_string());
    let (status, _) = admin.post(path, &json!({ "lasts_s": 600 })).await;
    assert_eq!(status, 409, "one at a time");

    let running = format!("/api/executions/{}", text(&execution));
    eventually("the first step is done", async || {
        let execution = admin.get(&running).await;
        (execution["steps"][0]["state"] == "succeeded").then_some(())
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(app.tasks("qmsnapshot", 102), 0, "held back");
    assert_eq!(admin.get(&running).await["state"], "running", "not stopped");

    let answer = admin.request(reqwest::Method::DELETE, path).send().await;
    let outcome: serde_json::Value = answer.unwrap().json().await.unwrap();
    assert_eq!(outcome["intents"], 0);
    let done = admin.finished(&execution).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(app.tasks("qmsnapshot", 102), 1);
    assert_eq!(app.records("emergency_stop.drill_began").await.len(), 1);
    let ended = app.records("emergency_stop.drill_ended").await;
    assert_eq!(ended[0]["body"]["intents"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_stop_is_set_it_says_what_still_runs_inside_proxmox_and_what_stopping_it_would_mean()
 {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let draft = json!({ "draft": { "actions": [
        { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 101 }, "node": "pve2" }
    ] } });
    let proposal = admin.propose(draft).await;
    let execution = admin.confirm(&proposal).await;
    eventually("the step runs", async || {
        (app.tasks("qmigrate", 101) == 1).then_some(())
    })
    .await;
    admin.post("/api/emergency-stop", &json!({})).await;
    let stop = admin.get("/api/emergency-stop").await;
    let inside = &stop["inside"][0];
    assert_eq!(inside["execution"], execution, "{stop:#}");
    assert_eq!(inside["number"], 1);
    assert_eq!(
        inside["stop_class"],
        proposal["plan"]["steps"][0]["stop_class"]
    );
    assert!(!text(&inside["worst_case"]).is_empty());
    admin.finished(&execution).await;
    let stop = admin.get("/api/emergency-stop").await;
    assert_eq!(stop["inside"], json!([]));
}
