//! Another plan is asked for, its author makes one, and people see what it does otherwise.

use argus_types::person::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Actor, App, text};
use crate::cast::{ADA, ALAN, OTTO, hard_stop, outcome, reboot_of_production};

async fn read(actor: &Actor, proposal: &Value) -> Value {
    let path = format!("/api/actions/{}", text(&proposal["id"]));
    actor.get(&path).await
}

async fn diff(actor: &Actor, proposal: &Value) -> (u16, Value) {
    let path = format!("/api/actions/{}/diff", text(&proposal["id"]));
    let answer = actor.request(Method::GET, &path).send().await;
    let answer = answer.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.expect("JSON"))
}

async fn try_succeed(actor: &Actor, before: &Value, mut input: Value) -> (u16, Value) {
    input["supersedes"] = before["id"].clone();
    let (status, body) = actor.post("/api/actions/proposals", &input).await;
    (status.as_u16(), body)
}

async fn succeed(actor: &Actor, before: &Value, input: Value) -> Value {
    let (status, body) = try_succeed(actor, before, input).await;
    assert_eq!(status, 201, "{body:#}");
    body["proposal"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_asked_for_a_successor_is_made_approved_and_run() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let alan = app.sign_in_as(ALAN).await;
    let proposal = otto.propose(reboot_of_production()).await;
    assert_eq!(app.approve(&ada, &proposal).await.0, 200);
    let (status, closed) = alan.request_changes(&proposal).await;
    assert_eq!(status, 200, "{closed:#}");
    assert_eq!(closed["state"], "changes_requested");
    assert_eq!(closed["closed_by"]["name"], "Alan");
    assert_eq!(closed["closed_reason"], "at night, please");
    assert_eq!(closed["approvals"], 0, "they count no more");
    assert_eq!(otto.standing(&proposal).await["counting"], 0);
    assert_eq!(
        otto.get("/api/actions?state=changes_requested").await["items"][0]["approvals"],
        0
    );
    let wrong = (409, "wrong_state");
    assert_eq!(outcome(&otto.try_confirm(&proposal).await), wrong);
    assert_eq!(outcome(&ada.revoke(&proposal).await), wrong);
    assert_eq!(outcome(&app.approve(&ada, &proposal).await), wrong);

    let wish = json!({ "draft": { "actions": [
        { "action": "guest.snapshot.create", "target": { "kind": "qemu", "vmid": 102 } },
        { "action": "guest.reboot", "target": { "kind": "qemu", "vmid": 102 } },
    ] } });
    let successor = succeed(&otto, &proposal, wish).await;
    assert_ne!(successor["digest"], proposal["digest"]);
    assert_eq!(successor["supersedes"], proposal["id"]);
    assert_eq!(successor["approvals"], 0);
    assert_eq!(
        read(&otto, &proposal).await["superseded_by"],
        successor["id"]
    );
    let (status, diff) = diff(&ada, &successor).await;
    assert_eq!(status, 200, "{diff:#}");
    assert_eq!(diff["before"], proposal["id"]);
    assert_eq!(diff["before_digest"], proposal["digest"]);
    assert_eq!(diff["after_digest"], successor["digest"]);
    let kinds: Vec<_> = diff["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| text(&step["is"]))
        .collect();
    assert!(kinds.contains(&"added"), "{kinds:?}");

    assert_eq!(app.approve(&ada, &successor).await.0, 200);
    let execution = otto.confirm(&successor).await;
    let done = otto.finished(&execution).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    let asked = &app.records("proposal.changes_requested").await[0];
    assert_eq!(asked["body"]["note"], "at night, please");
    assert_eq!(asked["body"]["digest"], proposal["digest"]);
    let made = &app.records("proposal.made").await[0];
    assert_eq!(made["body"]["supersedes"], proposal["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_asked_for_by_whoever_could_approve_or_confirm_and_did_not_ask() {
    let app = App::start().await;
    app.add(0xb1, "Otto, by single sign-on", Role::Operator)
        .await;
    app.change(0xb1, "human = '00000000-0000-0000-0000-0000000000a2'")
        .await;
    app.add(0xb2, "Olga", Role::Operator).await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let vera = app.sign_in(Role::Viewer).await;
    let (second, olga) = (app.sign_in_as(0xb1).await, app.sign_in_as(0xb2).await);
    let proposal = otto.propose(hard_stop()).await;
    let needed = (403, "second_person_needed");
    for (who, actor, expected) in [
        ("a viewer", &vera, (403, "forbidden")),
        ("the author", &otto, needed),
        ("the author's other account", &second, needed),
    ] {
        assert_eq!(
            outcome(&actor.request_changes(&proposal).await),
            expected,
            "{who}"
        );
        let why = &actor.standing(&proposal).await["you"]["not_request_changes"];
        assert!(why.is_string(), "{who}");
    }
    let refused = app.records("decision.refused").await;
    assert_eq!(
        refused.len(),
        2,
        "whoever tries to be two people leaves a trace"
    );
    assert_eq!(refused[0]["body"]["act"], "request_changes");
    let path = format!("/api/actions/{}/changes", text(&proposal["id"]));
    for note in ["", "  "] {
        let bare = json!({ "digest": proposal["digest"], "note": note });
        assert_eq!(olga.post(&path, &bare).await.0.as_u16(), 422, "{note:?}");
    }
    let other = json!({ "digest": "0".repeat(64), "note": "no" });
    assert_eq!(olga.post(&path, &other).await.1["code"], "digest_mismatch");
    for actor in [&olga, &ada] {
        let standing = actor.standing(&proposal).await;
        assert!(standing["you"]["not_request_changes"].is_null());
    }
    assert_eq!(olga.request_changes(&proposal).await.0, 200, "a confirmer");
    assert_eq!(
        outcome(&ada.request_changes(&proposal).await),
        (409, "wrong_state")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_is_the_authors_own_of_what_cannot_go_on_and_one_only() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let proposal = otto.propose(hard_stop()).await;
    let open = try_succeed(&otto, &proposal, hard_stop()).await;
    assert_eq!(outcome(&open), (409, "wrong_state"), "in review");
    assert_eq!(ada.request_changes(&proposal).await.0, 200);
    let others = try_succeed(&ada, &proposal, hard_stop()).await;
    assert_eq!(outcome(&others), (403, "forbidden"));
    let nothing = json!({ "id": uuid::Uuid::from_u128(7) });
    assert_eq!(try_succeed(&otto, &nothing, hard_stop()).await.0, 404);

    let successor = succeed(&otto, &proposal, hard_stop()).await;
    let again = try_succeed(&otto, &proposal, hard_stop()).await;
    assert_eq!(outcome(&again), (409, "wrong_state"), "it has one");
    let (_, same) = diff(&otto, &successor).await;
    assert_eq!(same["steps"][0]["is"], "same", "{same:#}");
    let first = diff(&otto, &proposal).await;
    assert_eq!(outcome(&first), (409, "wrong_state"), "in place of none");

    for state in ["rejected", "withdrawn"] {
        let over = otto.propose(hard_stop()).await;
        let closed = if state == "rejected" {
            ada.reject(&over).await.0
        } else {
            let path = format!("/api/actions/{}/cancel", text(&over["id"]));
            otto.post(&path, &json!({})).await.0.as_u16()
        };
        assert_eq!(closed, 200);
        let refused = try_succeed(&otto, &over, hard_stop()).await;
        assert_eq!(outcome(&refused), (409, "wrong_state"), "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_successors_at_once_one_is_made() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let proposal = otto.propose(hard_stop()).await;
    assert_eq!(ada.request_changes(&proposal).await.0, 200);
    let otto = std::sync::Arc::new(otto);
    let mut racing = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (otto, proposal) = (std::sync::Arc::clone(&otto), proposal.clone());
        racing.spawn(async move { try_succeed(&otto, &proposal, hard_stop()).await });
    }
    let answers = racing.join_all().await;
    let made = answers.iter().filter(|answer| answer.0 == 201).count();
    assert_eq!(made, 1, "{answers:?}");
    assert!(
        answers
            .iter()
            .all(|answer| answer.0 == 201 || outcome(answer) == (409, "wrong_state"))
    );
}
