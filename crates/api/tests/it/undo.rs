//! Taking an execution back: a proposal as every other, of what was carried out and of nothing else.

use argus_proxmox_sim::{Fault, FaultKind, Target};
use argus_types::person::Role;
use serde_json::{Value, json};

use crate::app::{Actor, App, text};
use crate::cast::{ADA, ALAN, OTTO, outcome};

fn actions(actions: &Value) -> Value {
    json!({ "draft": { "actions": actions } })
}

async fn execute(actor: &Actor, proposal: &Value) -> Value {
    actor.finished(&actor.confirm(proposal).await).await
}

async fn undo(actor: &Actor, execution: &Value) -> (u16, Value) {
    let path = format!("/api/executions/{}/undo", text(&execution["id"]));
    let (status, body) = actor
        .post(&path, &json!({ "reason": "it was not wanted" }))
        .await;
    (status.as_u16(), body)
}

async fn read(actor: &Actor, execution: &Value) -> Value {
    let path = format!("/api/executions/{}", text(&execution["id"]));
    actor.get(&path).await
}

fn steps(proposal: &Value) -> Vec<(&str, &str)> {
    let steps = proposal["plan"]["steps"].as_array().expect("steps");
    steps
        .iter()
        .map(|step| (text(&step["action"]), text(&step["target"]["name"])))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_undone_by_deleting_it_with_approvals_and_a_confirmation_of_its_own() {
    let app = App::start().await;
    let otto = app.sign_in_as(OTTO).await;
    let (ada, alan) = (app.sign_in_as(ADA).await, app.sign_in_as(ALAN).await);
    let snapshot = otto
        .propose(actions(&json!([
            { "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 101 }, "name": "mistake" },
        ])))
        .await;
    let done = execute(&otto, &snapshot).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(
        done["undo"],
        json!({ "why_not": null, "left_out": [], "proposal": null })
    );
    let viewer = app.sign_in(Role::Viewer).await;
    assert_eq!(outcome(&undo(&viewer, &done).await), (403, "forbidden"));

    let (status, made) = undo(&otto, &done).await;
    assert_eq!(status, 201, "{made:#}");
    let proposal = &made["proposal"];
    assert_eq!(proposal["state"], "in_review");
    assert_eq!(proposal["undoes"], done["id"]);
    assert_eq!(proposal["reason"], "it was not wanted");
    assert_ne!(proposal["digest"], snapshot["digest"]);
    assert_eq!(steps(proposal), [("guest.snapshot.delete", "web-01")]);
    // Deleting a snapshot is destructive whatever it is for: two people, as for every other.
    assert_eq!(proposal["approvals_required"], 2);
    assert_eq!(
        outcome(&otto.try_confirm(proposal).await),
        (409, "approvals_missing")
    );

    // One at a time, and the one that stands is named.
    let (status, second) = undo(&ada, &done).await;
    assert_eq!((status, text(&second["code"])), (409, "wrong_state"));
    assert!(
        text(&second["detail"]).contains(text(&proposal["id"])),
        "{second:#}"
    );
    let linked = read(&otto, &done).await;
    assert_eq!(linked["undo"]["proposal"], proposal["id"]);
    assert!(linked["undo"]["why_not"].is_string());

    for actor in [&ada, &alan] {
        assert_eq!(app.approve(actor, proposal).await.0, 200);
    }
    let undone = execute(&otto, proposal).await;
    assert_eq!(undone["state"], "succeeded", "{undone:#}");
    assert_eq!(undone["undoes"], done["id"]);
    let guest = app.simulator.guest(101).expect("web-01");
    assert!(guest.snapshots.is_empty(), "{guest:?}");
    let again = undo(&otto, &done).await;
    assert_eq!(outcome(&again), (409, "wrong_state"), "it is undone");
    assert_eq!(
        read(&otto, &done).await["undo"]["why_not"],
        "It was undone."
    );
    // And a snapshot that is gone is never undone.
    let refused = undo(&otto, &undone).await;
    assert_eq!(outcome(&refused), (409, "wrong_state"));
    assert!(
        text(&refused.1["detail"]).contains("nothing brings it back"),
        "{refused:?}"
    );
    let made = &app.records("proposal.made").await[0];
    assert_eq!(made["body"]["undoes"], done["id"]);
    let id = text(&proposal["id"]);
    let changed = app
        .database
        .execute(format!(
            "UPDATE proposal SET undoes = NULL WHERE id = '{id}'"
        ))
        .await;
    assert!(changed.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_stands_in_nobodys_way_and_a_start_is_undone_by_a_shutdown() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let start = admin
        .propose(actions(&json!([
            { "action": "guest.start", "target": { "kind": "qemu", "vmid": 108 } },
        ])))
        .await;
    let done = execute(&admin, &start).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    let (status, first) = undo(&admin, &done).await;
    assert_eq!(status, 201, "{first:#}");
    assert_eq!(steps(&first["proposal"])[0].0, "guest.shutdown");
    let path = format!("/api/actions/{}/cancel", text(&first["proposal"]["id"]));
    let (status, _) = admin.post(&path, &json!({})).await;
    assert_eq!(status.as_u16(), 200);
    let (status, second) = undo(&admin, &done).await;
    assert_eq!(status, 201, "{second:#}");
    assert_ne!(second["proposal"]["digest"], first["proposal"]["digest"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_execution_that_failed_on_its_way_only_what_happened_is_undone() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let plan = admin
        .propose(actions(&json!([
            { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 102 }, "node": "pve1" },
            { "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 101 }, "name": "fails" },
            { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 101 }, "node": "pve2" },
        ])))
        .await;
    let failing = Fault {
        target: Target {
            method: Some("POST".to_owned()),
            path_contains: Some("/101/snapshot".to_owned()),
            node: None,
        },
        count: Some(1),
        kind: FaultKind::TaskFails {
            message: "no space".to_owned(),
        },
    };
    app.simulator.fault(failing).expect("a fault");
    let execution = admin.confirm(&plan).await;
    let running = json!({ "id": execution });
    let early = undo(&admin, &running).await;
    assert_eq!(outcome(&early), (409, "wrong_state"), "it still runs");
    let failed = admin.finished(&execution).await;
    assert_eq!(failed["state"], "failed", "{failed:#}");
    let (status, made) = undo(&admin, &failed).await;
    assert_eq!(status, 201, "{made:#}");
    let proposal = &made["proposal"];
    assert_eq!(steps(proposal), [("guest.migrate", "web-02")]);
    let undone = execute(&admin, proposal).await;
    assert_eq!(undone["state"], "succeeded", "{undone:#}");
    assert_eq!(app.simulator.guest(102).expect("web-02").node, "pve2");
}
