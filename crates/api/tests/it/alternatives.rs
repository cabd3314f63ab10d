//! More than one way to what a proposal is for: planned side by side, one of them chosen, and nothing else executed.

use argus_types::person::Role;
use serde_json::{Value, json};

use crate::app::{Actor, App, text};
use crate::cast::ALAN;

fn path(proposal: &Value) -> String {
    format!("/api/actions/{}/alternatives", text(&proposal["id"]))
}

fn snapshot(name: &str) -> Value {
    json!({ "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 101 }, "name": name })
}

fn reboot(vmid: u32) -> Value {
    json!({ "action": "guest.reboot", "target": { "kind": "qemu", "vmid": vmid } })
}

fn way(label: &str, action: &Value) -> Value {
    json!({ "label": label, "reason": "it may be better", "actions": [action] })
}

/// A snapshot, with two others to choose from.
async fn proposed(actor: &Actor) -> Value {
    let draft = json!({
        "actions": [snapshot("first")],
        "alternatives": [way("Another name", &snapshot("second")), way("Reboot", &reboot(102))],
    });
    actor.propose(json!({ "draft": draft })).await
}

async fn choose(actor: &Actor, proposal: &Value, what: Value) -> (u16, Value) {
    let body = json!({ "digest": proposal["digest"], "choose": what, "reason": "so it is better" });
    let (status, body) = actor.post(&path(proposal), &body).await;
    (status.as_u16(), body)
}

fn number(number: u8) -> Value {
    json!({ "what": "way", "number": number })
}

async fn ledger_kinds(actor: &Actor, proposal: &Value) -> Vec<String> {
    let subject = format!("proposal/{}", text(&proposal["id"]));
    let page = actor.get(&format!("/api/ledger?subject={subject}")).await;
    let items = page["items"].as_array().expect("records");
    items
        .iter()
        .map(|record| text(&record["kind"]).to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_is_planned_with_a_digest_of_its_own_and_doing_nothing_is_always_one() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let proposal = proposed(&operator).await;
    let found = operator.get(&path(&proposal)).await;
    assert_eq!(found["chosen"], 0);
    let ways = found["ways"].as_array().expect("ways");
    let labels: Vec<&str> = ways.iter().map(|way| text(&way["label"])).collect();
    assert_eq!(labels, ["As asked", "Another name", "Reboot"]);
    assert_eq!(ways[0]["digest"], proposal["digest"]);
    assert_ne!(ways[1]["digest"], ways[0]["digest"]);
    assert_eq!(ways[0]["approvals_required"], 0);
    assert_eq!(
        ways[2]["approvals_required"], 1,
        "a reboot of another risk: {found:#}"
    );
    assert_ne!(ways[2]["risk"], ways[0]["risk"]);
    let left = &found["nothing"];
    assert_eq!(
        (&left["votes"], &left["of"], &left["spare"]),
        (&json!(3), &json!(3), &json!(1))
    );
    assert_eq!(left["guests"][0]["target"]["vmid"], 101);

    let plain = operator
        .propose(json!({ "request": "snapshot web-02" }))
        .await;
    let alone = operator.get(&path(&plain)).await;
    assert_eq!(alone["ways"].as_array().map(Vec::len), Some(1));
    assert_eq!(alone["nothing"]["guests"][0]["target"]["vmid"], 102);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_that_cannot_be_had_is_an_error_with_its_place() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let ask = async |alternatives: Value| {
        let draft = json!({ "actions": [snapshot("first")], "alternatives": alternatives });
        let (status, problem) = operator
            .post(argus_types::paths::PROPOSALS, &json!({ "draft": draft }))
            .await;
        let pointer = problem["errors"][0]["pointer"].as_str().unwrap_or_default();
        (status.as_u16(), pointer.to_owned())
    };
    let other = snapshot("second");
    let many = [1, 2, 3, 4, 5].map(|n| way(&format!("Way {n}"), &snapshot(&format!("s{n}"))));
    for (alternatives, status, pointer) in [
        (json!(many), 422, "/draft/alternatives"),
        (
            json!([way("Gone", &reboot(9999))]),
            422,
            "/draft/alternatives/0/actions/0/target",
        ),
        (
            json!([way("  ", &other)]),
            422,
            "/draft/alternatives/0/label",
        ),
        (
            json!([way("as ASKED", &other)]),
            422,
            "/draft/alternatives/0/label",
        ),
        (
            json!([way("Two", &other), way("two", &reboot(102))]),
            422,
            "/draft/alternatives/1/label",
        ),
        (
            json!([way("The same", &snapshot("first"))]),
            422,
            "/draft/alternatives/0/actions",
        ),
        (
            json!([{ "label": "Empty", "reason": "", "actions": [] }]),
            422,
            "/draft/alternatives/0/actions",
        ),
        (
            json!([{ "label": "x", "reason": "", "actions": [{ "target": {} }] }]),
            422,
            "/draft/alternatives/0/actions/0/action",
        ),
        (
            json!([{ "label": "x".repeat(81), "reason": "", "actions": [other] }]),
            422,
            "/draft/alternatives/0/label",
        ),
    ] {
        let seen = ask(alternatives.clone()).await;
        assert_eq!(seen.0, status, "{alternatives}");
        assert!(seen.1.starts_with(pointer), "{} is not {pointer}", seen.1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn choosing_voids_approvals_and_only_the_digest_that_was_approved_is_executed() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let admin = app.sign_in(Role::Admin).await;
    let alan = app.sign_in_as(ALAN).await;
    let first = proposed(&operator).await;
    let (status, reboot) = choose(&operator, &first, number(2)).await;
    assert_eq!(status, 200, "{reboot:#}");
    assert_eq!(
        (&reboot["revision"], &reboot["approvals_required"]),
        (&json!(2), &json!(1))
    );
    let approval = app.approve(&alan, &reboot).await;
    assert_eq!(approval.0, 200, "{approval:?}");

    // Chosen again: the approval is void, and the earlier digest starts nothing any more.
    let (status, back) = choose(&operator, &reboot, number(1)).await;
    assert_eq!(status, 200, "{back:#}");
    let (status, again) = choose(&operator, &back, number(2)).await;
    assert_eq!((status, &again["approvals"]), (200, &json!(0)), "{again:#}");
    let confirm = format!("/api/actions/{}/confirm", text(&first["id"]));
    let ask = async |digest: &Value| {
        let body = json!({ "digest": digest, "without_snapshot": "a test" });
        let (status, body) = admin.post(&confirm, &body).await;
        (status.as_u16(), body)
    };
    for stale in [&first["digest"], &back["digest"]] {
        let (status, problem) = ask(stale).await;
        assert_eq!((status, text(&problem["code"])), (409, "digest_mismatch"));
    }
    let (status, problem) = ask(&again["digest"]).await;
    assert_eq!((status, text(&problem["code"])), (409, "approvals_missing"));
    let approval = app.approve(&alan, &again).await;
    assert_eq!(approval.0, 200, "{approval:?}");
    let (status, confirmed) = ask(&again["digest"]).await;
    assert_eq!(status, 202, "{confirmed:#}");
    let done = admin.finished(&confirmed["execution"]).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(done["digest"], again["digest"]);
    assert_eq!(app.tasks("qmreboot", 102), 1);
    assert_eq!(app.tasks("qmsnapshot", 101), 0, "no other way was gone");
    let (status, problem) = choose(&operator, &again, number(0)).await;
    assert_eq!((status, text(&problem["code"])), (409, "wrong_state"));
    let found = operator.get(&path(&first)).await;
    assert_eq!(
        (&found["chosen"], &found["ways"][2]["digest"]),
        (&json!(2), &again["digest"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_chosen_in_whatever_order_what_runs_is_what_was_approved_last() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let admin = app.sign_in(Role::Admin).await;
    for (round, order) in [&[1_u8][..], &[1, 0], &[2, 1], &[1, 2, 0, 1]]
        .into_iter()
        .enumerate()
    {
        let named = |name: &str| snapshot(&format!("{name}{round}"));
        let draft = json!({
            "actions": [named("a")],
            "alternatives": [way("Second", &named("b")), way("Third", &named("c"))],
        });
        let mut present = operator.propose(json!({ "draft": draft })).await;
        let mut digests = vec![present["digest"].clone()];
        for chosen in order {
            let (status, next) = choose(&operator, &present, number(*chosen)).await;
            assert_eq!(status, 200, "{next:#}");
            digests.push(next["digest"].clone());
            present = next;
        }
        let execution = admin.confirm(&present).await;
        let done = admin.finished(&execution).await;
        assert_eq!(done["state"], "succeeded", "{done:#}");
        assert_eq!(Some(&done["digest"]), digests.last());
        let last = usize::from(*order.last().expect("a choice"));
        let name = format!("{}{round}", ["a", "b", "c"][last]);
        assert!(text(&done["steps"][0]["title"]).contains(&name), "{done:#}");
    }
    assert_eq!(app.tasks("qmsnapshot", 101), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn doing_nothing_closes_the_proposal_and_the_ledger_says_how_things_were_left() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let proposal = proposed(&operator).await;
    let (status, closed) = choose(&operator, &proposal, json!({ "what": "nothing" })).await;
    assert_eq!(
        (status, text(&closed["state"])),
        (200, "withdrawn"),
        "{closed:#}"
    );
    let reason = text(&closed["closed_reason"]);
    assert_eq!(reason, "Nothing is to be done: so it is better");
    let admin = app.sign_in(Role::Admin).await;
    let kinds = ledger_kinds(&admin, &proposal).await;
    assert_eq!(kinds, ["proposal.nothing_chosen", "proposal.made"]);
    let confirm = format!("/api/actions/{}/confirm", text(&proposal["id"]));
    let (status, problem) = admin
        .post(&confirm, &json!({ "digest": proposal["digest"] }))
        .await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (409, "wrong_state")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_chosen_already_is_refused_and_nobody_without_the_right_chooses() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let proposal = proposed(&operator).await;
    for (what, code) in [
        (number(0), "wrong_state"),
        (number(3), "schema_violation"),
        (number(5), "schema_violation"),
        (json!({ "what": "something" }), "schema_violation"),
    ] {
        let (_, problem) = choose(&operator, &proposal, what.clone()).await;
        assert_eq!(text(&problem["code"]), code, "{what}");
    }
    let other = json!({ "digest": "0".repeat(64), "choose": number(1) });
    let (status, problem) = operator.post(&path(&proposal), &other).await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (409, "digest_mismatch")
    );
    let viewer = app.sign_in(Role::Viewer).await;
    let (status, problem) = choose(&viewer, &proposal, number(1)).await;
    assert_eq!((status, text(&problem["code"])), (403, "forbidden"));
}
