//! What Argus could not decide: a person looks, says what became of it, and what was kept is given back.

use argus_api::clock::{Clock, SystemClock};
use argus_proxmox_sim::{Fault, FaultKind, Target};
use argus_types::account::StepUpAct;
use argus_types::paths;
use argus_types::person::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Actor, App, eventually, reqwest_client, text};
use crate::cast::{ADA, ALAN, OTTO, outcome};

fn lose(app: &App, method: &str, path: &str, kind: FaultKind) {
    let target = Target {
        method: Some(method.to_owned()),
        path_contains: Some(path.to_owned()),
        node: None,
    };
    let count = Some(1);
    app.simulator
        .fault(Fault {
            target,
            count,
            kind,
        })
        .expect("a fault");
}

fn migration() -> Value {
    json!({ "draft": { "actions": [
        { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 102 }, "node": "pve1" },
        { "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 102 }, "name": "after" },
    ] } })
}

/// An execution whose migration got no answer, which leaves it to a person.
async fn undecided(app: &App, actor: &Actor) -> Value {
    let proposal = actor.propose(migration()).await;
    lose(app, "POST", "/102/migrate", FaultKind::DropBefore);
    let execution = actor.confirm(&proposal).await;
    let done = actor.finished(&execution).await;
    assert_eq!(done["state"], "needs_attention", "{done:#}");
    done
}

fn path(execution: &Value, what: &str) -> String {
    format!("/api/executions/{}/{what}", text(&execution["id"]))
}

async fn resolve(actor: &Actor, execution: &Value, body: &Value) -> (u16, Value) {
    let (status, body) = actor.post(&path(execution, "resolution"), body).await;
    (status.as_u16(), body)
}

fn said(evidence: &Value) -> Value {
    json!({
        "step": 1,
        "verdict": "it_did_not",
        "note": "It is on pve2, as before.",
        "evidence": evidence["digest"],
    })
}

async fn held(app: &App, execution: &Value) -> Vec<String> {
    let store = app.database.store().await;
    let id = text(&execution["id"]).parse().expect("an id");
    let held = store.held_resources(id).await.expect("an answer");
    store.close().await;
    held
}

async fn verify_ledger(app: &App) {
    let store = app.database.store().await;
    let verified = store.verify_ledger().await.expect("an answer");
    verified.expect("the chain holds");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_is_what_the_journal_has_and_what_proxmox_shows_now() {
    let app = App::start().await;
    let otto = app.sign_in_as(OTTO).await;
    let execution = undecided(&app, &otto).await;
    let viewer = app.sign_in(Role::Viewer).await;
    let evidence = viewer.get(&path(&execution, "evidence")).await;
    let found = &evidence["found"];
    assert_eq!(found["held"], json!(["qemu/102"]), "{evidence:#}");
    assert_eq!(
        (&found["not_started"], &found["destructive"]),
        (&json!(1), &json!(false))
    );
    let step = &found["step"];
    assert_eq!(step["call"]["method"], "POST");
    assert!(text(&step["call"]["path"]).ends_with("/102/migrate"));
    assert!(step["intended_at"].is_string());
    let node = &step["now"][0];
    assert_eq!(
        (&node["expected"], &node["observed"], &node["holds"]),
        (&json!("pve1"), &json!("pve2"), &json!(false)),
        "{step:#}"
    );
    assert_eq!(step["tasks"], json!([]));
    let places: Vec<_> = found["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(text)
        .collect();
    assert!(places.iter().any(|place| place.contains("`qm status 102")));
    // Looked at again, nothing has changed and its name is the same.
    let again = viewer.get(&path(&execution, "evidence")).await;
    assert_eq!(again["digest"], evidence["digest"]);
    assert!(text(&again["looked_at"]) >= text(&evidence["looked_at"]));
    // Where Proxmox is away, the evidence says so and is another one.
    app.simulator
        .fault(Fault {
            target: Target::default(),
            count: None,
            kind: FaultKind::Refuse,
        })
        .expect("a fault");
    let away = eventually("the evidence says that Proxmox is away", async || {
        let away = viewer.get(&path(&execution, "evidence")).await;
        away["found"]["step"]["now_unreadable"]
            .is_string()
            .then_some(away)
    })
    .await;
    let step = &away["found"]["step"];
    assert!(step["tasks_unreadable"].is_string(), "{away:#}");
    assert_eq!(step["now"], json!([]));
    assert_ne!(away["digest"], evidence["digest"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_once_what_became_of_it_and_the_guest_is_free_again() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let execution = undecided(&app, &otto).await;
    assert_eq!(held(&app, &execution).await, ["qemu/102"]);
    let listed = otto.get("/api/actions").await;
    assert_eq!(listed["items"][0]["execution"]["resolved"], false);
    let another = otto
        .propose(json!({ "draft": { "actions": [
            { "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 102 }, "name": "after" },
        ] } }))
        .await;
    let blocked = otto.try_confirm(&another).await;
    assert_eq!(outcome(&blocked), (409, "collides"));

    let evidence = otto.get(&path(&execution, "evidence")).await;
    let body = said(&evidence);
    let viewer = app.sign_in(Role::Viewer).await;
    let refused = resolve(&viewer, &execution, &body).await;
    assert_eq!(outcome(&refused), (403, "forbidden"));
    for (pointer, wrong) in [
        ("evidence", json!("0".repeat(64))),
        ("step", json!(2)),
        ("step", Value::Null),
    ] {
        let mut other = body.clone();
        other[pointer] = wrong;
        if other[pointer].is_null() {
            other.as_object_mut().unwrap().remove(pointer);
        }
        let refused = resolve(&otto, &execution, &other).await;
        assert_eq!(outcome(&refused), (409, "evidence_changed"), "{pointer}");
    }
    let mut silent = body.clone();
    silent["note"] = "".into();
    let refused = resolve(&otto, &execution, &silent).await;
    assert_eq!(outcome(&refused), (422, "schema_violation"));
    assert_eq!(
        held(&app, &execution).await.len(),
        1,
        "nothing of that counted"
    );

    // The guest moves behind everybody's back: what Otto saw is not what is there.
    let moved = argus_proxmox_sim::Change {
        node: Some("pve1".to_owned()),
        ..argus_proxmox_sim::Change::default()
    };
    app.simulator.change_guest(102, moved).expect("a change");
    let refused = resolve(&otto, &execution, &body).await;
    assert_eq!(outcome(&refused), (409, "evidence_changed"));
    let evidence = otto.get(&path(&execution, "evidence")).await;
    assert_eq!(evidence["found"]["step"]["now"][0]["holds"], true);
    let mut body = said(&evidence);
    body["verdict"] = "it_happened".into();

    // Sent twice under one key it is said once, and answered twice the same.
    let send = async |key: &str| {
        let request = otto
            .request(Method::POST, &path(&execution, "resolution"))
            .json(&body);
        let mut request = request.build().expect("a request");
        let key = key.parse().expect("a header");
        request
            .headers_mut()
            .insert(paths::IDEMPOTENCY_KEY_HEADER, key);
        let answer = reqwest_client().execute(request).await;
        let answer = answer.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    };
    let key = SystemClock.new_id().to_string();
    let first = send(&key).await;
    assert_eq!(first.0, 200, "{}", first.1);
    assert_eq!(send(&key).await, first);
    let late = resolve(&ada, &execution, &body).await;
    assert_eq!(outcome(&late), (409, "wrong_state"), "somebody was faster");

    let now = otto
        .get(&format!("/api/executions/{}", text(&execution["id"])))
        .await;
    assert_eq!(now["state"], "needs_attention", "history stays");
    assert_eq!(now["steps"], execution["steps"]);
    let resolution = &now["resolution"];
    assert_eq!(
        (&resolution["by"]["name"], &resolution["verdict"]),
        (&json!("Otto"), &json!("it_happened"))
    );
    let kept = otto.get(&path(&execution, "evidence")).await;
    assert_eq!(kept["digest"], evidence["digest"]);
    assert_eq!(kept["found"], evidence["found"]);
    assert!(held(&app, &execution).await.is_empty());
    let listed = otto.get("/api/actions").await;
    assert_eq!(listed["items"][1]["execution"]["resolved"], true);
    let records = app.records("execution.resolved").await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["actor"], "Otto");
    assert_eq!(records[0]["body"]["given_back"], json!(["qemu/102"]));
    assert_eq!(records[0]["body"]["evidence"], evidence["digest"]);
    for change in [
        "UPDATE execution_resolution SET note = 'x'",
        "DELETE FROM execution_resolution",
    ] {
        let refused = app.database.execute(change.to_owned()).await;
        assert!(refused.is_err(), "{change}");
    }
    verify_ledger(&app).await;

    let again = otto
        .propose(json!({ "draft": { "actions": [
            { "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 102 }, "name": "after" },
        ] } }))
        .await;
    let done = otto.finished(&otto.confirm(&again).await).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destructive_step_takes_an_admin_with_a_passkey_and_what_waits_for_it_goes_on() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let alan = app.sign_in_as(ALAN).await;
    let storages = app.simulator.storages();
    let pbs = storages.iter().find(|storage| storage.storage == "pbs");
    let backups = pbs.expect("the lab's backups").contents.iter();
    let mut proposals = Vec::new();
    for backup in backups.filter(|backup| !backup.protected).take(2) {
        let volume = &backup.volid;
        let deletion = otto
            .propose(json!({ "draft": { "actions": [
                { "action": "backup.delete", "volume": volume },
            ] } }))
            .await;
        for actor in [&ada, &alan] {
            let approved = app.approve(actor, &deletion).await;
            assert_eq!(approved.0, 200, "{approved:?}");
        }
        proposals.push(deletion);
    }
    // The first one's request is lost, and what became of it cannot be read before the second one waits for the storage.
    lose(&app, "DELETE", "/storage/", FaultKind::DropBefore);
    let node = text(&proposals[0]["plan"]["steps"][0]["target"]["node"]);
    app.simulator
        .fault(Fault {
            target: Target {
                method: Some("GET".to_owned()),
                path_contains: Some(format!("nodes/{node}/tasks")),
                node: None,
            },
            count: None,
            kind: FaultKind::DropBefore,
        })
        .expect("a fault");
    let first = otto.confirm(&proposals[0]).await;
    let of_first = json!({ "id": first });
    eventually("the first one's answer is lost", async || {
        let now = otto.get(&format!("/api/executions/{}", text(&first))).await;
        (now["steps"][0]["state"] == "indeterminate").then_some(())
    })
    .await;
    let second = otto.confirm(&proposals[1]).await;
    app.simulator.clear_faults();
    let done = otto.finished(&first).await;
    assert_eq!(done["state"], "needs_attention", "{done:#}");
    let waiting = otto
        .get(&format!("/api/executions/{}", text(&second)))
        .await;
    assert_eq!(
        (&waiting["state"], &waiting["steps"][0]["state"]),
        (&json!("running"), &json!("pending")),
        "{waiting:#}"
    );

    let evidence = ada.get(&path(&of_first, "evidence")).await;
    assert_eq!(evidence["found"]["destructive"], true, "{evidence:#}");
    let mut body = said(&evidence);
    let digest = text(&evidence["digest"]);
    let refused = resolve(&otto, &of_first, &body).await;
    assert_eq!(outcome(&refused), (403, "forbidden"), "an operator");
    let refused = resolve(&ada, &of_first, &body).await;
    assert_eq!(outcome(&refused), (403, "step_up_needed"));
    let of_another = app.step_up(&ada, StepUpAct::Confirm, digest).await;
    body["step_up"] = json!(of_another);
    let refused = resolve(&ada, &of_first, &body).await;
    assert_eq!(
        outcome(&refused),
        (403, "step_up_needed"),
        "for another act"
    );
    let right = app.step_up(&ada, StepUpAct::Resolve, digest).await;
    body["step_up"] = json!(right);
    let (status, resolved) = resolve(&ada, &of_first, &body).await;
    assert_eq!(status, StatusCode::OK.as_u16(), "{resolved:#}");

    let done = otto.finished(&second).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    verify_ledger(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_nobody_is_not_resolved_and_a_task_that_still_runs_is_waited_for() {
    let app = App::start().await;
    let otto = app.sign_in_as(OTTO).await;
    let proposal = otto.propose(json!({ "request": "snapshot web-01" })).await;
    let execution = otto.confirm(&proposal).await;
    let done = otto.finished(&execution).await;
    let body = json!({
        "step": 1, "verdict": "it_did_not", "note": "x", "evidence": "0".repeat(64),
    });
    let refused = resolve(&otto, &done, &body).await;
    assert_eq!(outcome(&refused), (409, "wrong_state"));

    // Argus' own task is lost out of sight, and one that could be it runs.
    let execution = undecided(&app, &otto).await;
    lose(&app, "POST", "/102/migrate", FaultKind::TaskNeverEnds);
    let token = app.simulator.token("ops").expect("a token");
    let request = http::Request::post("/api2/json/nodes/pve2/qemu/102/migrate")
        .header("authorization", format!("PVEAPIToken={token}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("target=pve1&online=1".into())
        .expect("a request");
    let answer = app.simulator.answer(request).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "{answer:?}");
    let evidence = otto.get(&path(&execution, "evidence")).await;
    let task = &evidence["found"]["step"]["tasks"][0];
    assert_eq!(
        (&task["own"], &task["state"]),
        (&json!(false), &json!("running")),
        "{evidence:#}"
    );
    let refused = resolve(&otto, &execution, &said(&evidence)).await;
    assert_eq!(outcome(&refused), (409, "wrong_state"), "{refused:?}");
    assert_eq!(held(&app, &execution).await, ["qemu/102"]);
}
