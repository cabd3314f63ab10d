//! Breaking glass: for the named, with a reason, seen by everybody, until somebody else has looked.

use argus_api::clock::Clock;
use argus_api::service::shell::{self, Named};
use argus_types::account::StepUpAct;
use argus_types::person::Role;
use serde_json::{Value, json};

use crate::app::{Actor, App, text};
use crate::cast::{ADA, ALAN, OTTO, hard_stop, outcome};

const REASON: &str = "the storage is on fire and nobody answers";

/// Confirms the proposal without its approvals.
pub async fn break_glass(app: &App, actor: &Actor, proposal: &Value, reason: &str) -> (u16, Value) {
    let digest = text(&proposal["digest"]);
    let step_up = app.step_up(actor, StepUpAct::BreakGlass, digest).await;
    let path = format!("/api/actions/{}/break-glass", text(&proposal["id"]));
    let body = json!({
        "digest": digest,
        "reason": reason,
        "without_snapshot": "no time",
        "step_up": step_up,
    });
    let (status, body) = actor.post(&path, &body).await;
    (status.as_u16(), body)
}

async fn review(actor: &Actor, proposal: &Value) -> (u16, Value) {
    let path = format!("/api/actions/{}/break-glass/review", text(&proposal["id"]));
    let (status, body) = actor
        .post(&path, &json!({ "note": "it was on fire" }))
        .await;
    (status.as_u16(), body)
}

#[tokio::test(flavor = "multi_thread")]
async fn glass_is_broken_by_the_named_and_open_until_somebody_else_has_looked() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let alan = app.sign_in_as(ALAN).await;
    let proposal = otto.propose(hard_stop()).await;
    for (actor, code) in [(&otto, "forbidden"), (&ada, "forbidden")] {
        let refused = break_glass(&app, actor, &proposal, REASON).await;
        assert_eq!(outcome(&refused), (403, code), "not named");
    }
    app.change(ADA, "break_glass = true").await;
    let lame = break_glass(&app, &ada, &proposal, "because").await;
    assert_eq!(outcome(&lame), (422, "schema_violation"));
    let (status, confirmed) = break_glass(&app, &ada, &proposal, REASON).await;
    assert_eq!(status, 202, "{confirmed:#}");
    assert_eq!(confirmed["state"], "confirmed");
    let done = ada.finished(&confirmed["execution"]).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");

    let record = &app.records("break_glass.used").await[0];
    assert_eq!(record["actor"], "Ada");
    assert_eq!(record["body"]["reason"], REASON);
    let listed = otto.get("/api/break-glass").await;
    assert_eq!(listed[0]["reason"], REASON);
    assert!(listed[0]["reviewed_by"].is_null());
    assert_eq!(outcome(&review(&otto, &proposal).await), (403, "forbidden"));
    let own = review(&ada, &proposal).await;
    assert_eq!(outcome(&own), (403, "second_person_needed"));
    assert_eq!(review(&alan, &proposal).await.0, 200);
    let listed = otto.get("/api/break-glass").await;
    assert_eq!(listed[0]["reviewed_by"]["name"], "Alan");
    assert_eq!(
        outcome(&review(&alan, &proposal).await),
        (409, "wrong_state")
    );
    assert_eq!(app.records("break_glass.reviewed").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn glass_leaves_out_the_approvals_and_nothing_else() {
    let app = App::start().await;
    app.change(ADA, "break_glass = true").await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let low = otto.propose(json!({ "request": "snapshot web-01" })).await;
    let unneeded = break_glass(&app, &ada, &low, REASON).await;
    assert_eq!(outcome(&unneeded), (409, "wrong_state"));

    let proposal = otto.propose(hard_stop()).await;
    let other = app
        .step_up(&ada, StepUpAct::Approve, text(&proposal["digest"]))
        .await;
    let path = format!("/api/actions/{}/break-glass", text(&proposal["id"]));
    let body = json!({ "digest": proposal["digest"], "reason": REASON, "without_snapshot": "x", "step_up": other });
    let (status, problem) = ada.post(&path, &body).await;
    assert_eq!(
        (status.as_u16(), text(&problem["code"])),
        (403, "step_up_needed")
    );

    otto.post("/api/emergency-stop", &json!({})).await;
    let stopped = break_glass(&app, &ada, &proposal, REASON).await;
    assert_eq!(outcome(&stopped), (409, "emergency_stop_engaged"));
    let withdrawn = format!("/api/actions/{}/cancel", text(&proposal["id"]));
    otto.post(&withdrawn, &json!({})).await;
    let closed = break_glass(&app, &ada, &proposal, REASON).await;
    assert_eq!(outcome(&closed), (409, "wrong_state"));
    assert_eq!(app.simulator.tasks().len(), 0);
    assert!(app.records("break_glass.used").await.is_empty());
    assert_eq!(ada.session.person.role, Role::Admin);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_shell_names_somebody_for_breaking_glass_and_it_is_recorded() {
    let app = App::start().await;
    app.add(0xb1, "Otto", Role::Viewer).await;
    let store = app.database.store().await;
    let now = app.clock.now();
    for (name, named, expected) in [
        ("Ada", true, Named::Changed),
        ("Ada", true, Named::Already),
        ("Ada", false, Named::Changed),
        ("Ada Nobody", true, Named::Nobody),
        ("Otto", true, Named::Several),
    ] {
        let outcome = shell::name_for_break_glass(&store, name, named, now).await;
        assert_eq!(outcome.unwrap(), expected, "{name} {named}");
    }
    let records = app.records("break_glass.named").await;
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["body"], json!({ "name": "Ada", "named": false }));
    assert_eq!(records[0]["actor"], "the server's shell");
}
