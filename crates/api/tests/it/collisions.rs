//! What a plan would meet: said in its review, and in the way of its start.

use argus_proxmox_sim::scenario::BackupJob;
use argus_proxmox_sim::{Change, Fault, FaultKind, Scenario, Target};
use argus_types::Timestamp;
use argus_types::person::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Actor, App, eventually, text};

fn path(proposal: &Value, what: &str) -> String {
    format!("/api/actions/{}/{what}", text(&proposal["id"]))
}

async fn collisions(actor: &Actor, proposal: &Value) -> Value {
    actor.get(&path(proposal, "collisions")).await
}

async fn confirm(actor: &Actor, proposal: &Value) -> (StatusCode, Value) {
    let body = json!({ "digest": proposal["digest"] });
    actor.post(&path(proposal, "confirm"), &body).await
}

/// The collisions once there is one of this kind.
async fn met(actor: &Actor, proposal: &Value, with: &str) -> Value {
    eventually("the plan meets something", async || {
        let found = collisions(actor, proposal).await;
        let items = found["items"].as_array()?.clone();
        items.into_iter().find(|item| item["with"]["with"] == with)
    })
    .await
}

fn hold_next_snapshot(app: &App) {
    let target = Target {
        method: Some("POST".to_owned()),
        path_contains: Some("/101/snapshot".to_owned()),
        node: None,
    };
    let held = Fault {
        target,
        count: Some(1),
        kind: FaultKind::TaskNeverEnds,
    };
    app.simulator.fault(held).expect("a fault");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_else_goes_on_the_review_says_so_and_when_it_was_looked_at() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let proposal = operator
        .propose(json!({ "request": "snapshot web-01" }))
        .await;
    let found = collisions(&operator, &proposal).await;
    assert_eq!(found["items"], json!([]), "{found:#}");
    assert_eq!(found["unseen"], json!([]), "{found:#}");
    assert_eq!(found["digest"], proposal["digest"]);
    let at =
        |name: &str| serde_json::from_value::<Timestamp>(found[name].clone()).expect("a moment");
    assert!(at("ends_by") > at("checked_at"));
    // Whoever looks, Proxmox is asked once within some seconds.
    let seen = || {
        let counts = app.simulator.requests().by_route;
        counts.get("GET /cluster/backup").copied().unwrap_or(0)
    };
    let before = seen();
    for _ in 0..5 {
        collisions(&operator, &proposal).await;
    }
    assert!(seen() <= before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_plan_for_the_guest_warns_and_blocks_while_it_is_carried_out() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let first = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let second = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let warned = met(&admin, &second, "proposal").await;
    assert_eq!(warned["blocks"], false, "{warned:#}");
    assert_eq!(warned["with"]["proposal"], first["id"]);
    assert_eq!(warned["with"]["standing"], "approved");
    assert_eq!(warned["until"], first["expires_at"]);
    assert_eq!(
        (&warned["steps"], &warned["over"]),
        (&json!([1]), &json!(["qemu/101"]))
    );

    hold_next_snapshot(&app);
    let execution = admin.confirm(&first).await;
    let blocked = met(&admin, &second, "proposal").await;
    assert_eq!(blocked["blocks"], true, "{blocked:#}");
    assert_eq!(blocked["with"]["execution"], execution);
    let (status, problem) = confirm(&admin, &second).await;
    assert_eq!((status.as_u16(), text(&problem["code"])), (409, "collides"));
    let detail = text(&problem["detail"]);
    assert!(detail.contains(text(&first["title"])), "{detail}");
    let still = admin
        .get(&format!("/api/actions/{}", text(&second["id"])))
        .await;
    assert_eq!(still["state"], "in_review");

    app.simulator.clear_faults();
    admin.finished(&execution).await;
    let (status, confirmed) = eventually("the way is free", async || {
        let (status, body) = confirm(&admin, &second).await;
        (body["code"] != "collides").then_some((status, body))
    })
    .await;
    assert!(
        status == 202 || confirmed["code"] == "drifted",
        "{confirmed:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_plans_for_a_guest_that_are_started_at_once_one_is() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let first = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let second = admin.propose(json!({ "request": "snapshot web-01" })).await;
    hold_next_snapshot(&app);
    let (one, other) = tokio::join!(confirm(&admin, &first), confirm(&admin, &second));
    let mut statuses = [one.0.as_u16(), other.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409], "{one:?} {other:?}");
    let refused = if one.0 == 409 { one.1 } else { other.1 };
    assert_eq!(refused["code"], "collides", "{refused:#}");
    app.simulator.clear_faults();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_guest_is_in_the_way_until_the_lock_is_gone_and_closes_nothing() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let lock = |lock: &str| Change {
        lock: Some(lock.to_owned()),
        ..Change::default()
    };
    app.simulator
        .change_guest(101, lock("backup"))
        .expect("a guest");
    let locked = met(&admin, &proposal, "guest_lock").await;
    assert_eq!(
        (&locked["blocks"], &locked["with"]["lock"]),
        (&json!(true), &json!("backup"))
    );
    let (status, problem) = confirm(&admin, &proposal).await;
    assert_eq!((status.as_u16(), text(&problem["code"])), (409, "collides"));
    assert!(text(&problem["detail"]).contains("(backup)"), "{problem:#}");
    app.simulator.change_guest(101, lock("")).expect("a guest");
    let execution = admin.confirm(&proposal).await;
    assert_eq!(admin.finished(&execution).await["state"], "succeeded");
    let closed = admin
        .request(reqwest::Method::GET, &path(&proposal, "collisions"))
        .send()
        .await;
    assert_eq!(closed.expect("an answer").status(), 409);
}

/// `HH:MM` of a moment, as Proxmox's calendar writes it.
fn calendar(at: Timestamp) -> String {
    let at = at.get();
    format!("{:02}:{:02}", at.hour(), at.minute())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_job_warns_before_it_begins_and_its_tasks_block_while_they_run() {
    let mut scenario = Scenario::lab();
    let mut storages = scenario.storage.iter();
    let storage = storages
        .find(|storage| storage.keeps("backup"))
        .expect("a place for archives");
    let starts = argus_api::clock::Clock::now(&argus_api::clock::SystemClock).plus_seconds(180);
    scenario.backup_job = vec![BackupJob {
        id: "nightly".to_owned(),
        schedule: calendar(starts),
        enabled: true,
        all: false,
        vmid: vec![101],
        exclude: vec![],
        pool: None,
        node: None,
        storage: storage.id.clone(),
        mode: "snapshot".to_owned(),
        comment: None,
    }];
    // In real time, so that the cluster's clock and Argus' are one.
    let app = App::with(scenario, 1.0, |_| {}).await;
    let admin = app.sign_in(Role::Admin).await;
    let long = admin
        .propose(json!({ "draft": { "actions": [
            { "action": "guest.migrate", "target": { "kind": "qemu", "vmid": 101 }, "node": "pve2" },
        ] } }))
        .await;
    let short = admin.propose(json!({ "request": "snapshot web-02" })).await;
    let warned = met(&admin, &long, "backup_job").await;
    assert_eq!(
        (&warned["blocks"], &warned["with"]["job"]),
        (&json!(false), &json!("nightly"))
    );
    assert!(text(&warned["text"]).contains("qemu/101"), "{warned:#}");
    let ends_by = collisions(&admin, &long).await["ends_by"].clone();
    assert!(text(&warned["from"]) < text(&ends_by), "{warned:#}");
    let jobs = |found: &Value| found["items"].to_string().contains("backup_job");
    assert!(!jobs(&collisions(&admin, &short).await), "another guest");

    // To just behind its begin: a small guest's backup is over within minutes.
    let begins: Timestamp = serde_json::from_value(warned["from"].clone()).expect("a moment");
    let now = argus_api::clock::Clock::now(&argus_api::clock::SystemClock);
    let ahead = begins.unix_millis() - now.unix_millis() + 1000;
    app.simulator
        .advance(ahead.try_into().expect("it is to come"));
    let running = met(&admin, &long, "task").await;
    assert_eq!(running["blocks"], true, "{running:#}");
    assert_eq!(
        (&running["with"]["kind"], &running["with"]["by"]),
        (&json!("vzdump"), &json!("root@pam"))
    );
    let locked = met(&admin, &long, "guest_lock").await;
    assert_eq!(
        locked["with"]["task"], running["with"]["upid"],
        "{locked:#}"
    );
}
