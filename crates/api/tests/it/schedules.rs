//! Starts that are put off: nothing before their time, and then only what may start then.

use std::time::Duration;

use argus_types::Timestamp;
use argus_types::person::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Actor, App, eventually, text};
use crate::cast::{ADA, OTTO, hard_stop};
use crate::policy::{install, lax, rule, snapshot, with_policy};

impl Actor {
    /// Puts the start off to a moment; status and body.
    async fn put_off(&self, proposal: &Value, until: Timestamp) -> (u16, Value) {
        let body = json!({
            "digest": proposal["digest"],
            "not_before": until,
            "not_after": until.plus_seconds(1800),
            "without_snapshot": "a test",
        });
        let (status, body) = self.post(&path(proposal), &body).await;
        (status.as_u16(), body)
    }

    /// The proposal once its schedule is in this state.
    async fn schedule_is(&self, proposal: &Value, state: &str) -> Value {
        let path = format!("/api/actions/{}", text(&proposal["id"]));
        eventually(&format!("the start is {state}"), async || {
            let proposal = self.get(&path).await;
            (proposal["schedule"]["state"] == state).then_some(proposal)
        })
        .await
    }
}

fn path(proposal: &Value) -> String {
    format!("/api/actions/{}/schedule", text(&proposal["id"]))
}

/// Longer than the starter needs to look.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(2500)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_put_off_comes_at_its_time_and_once() {
    let app = with_policy(lax("")).await;
    let otto = app.sign_in_as(OTTO).await;
    let proposal = otto.propose(snapshot()).await;
    let then = app.clock_now().plus_seconds(600);
    let (status, put_off) = otto.put_off(&proposal, then).await;
    assert_eq!(status, 202, "{put_off:#}");
    assert_eq!(put_off["state"], "in_review");
    assert_eq!(put_off["schedule"]["state"], "waiting");
    assert_eq!(put_off["schedule"]["not_before"], json!(then));
    let again = otto.put_off(&proposal, then).await;
    assert_eq!((again.0, text(&again.1["code"])), (409, "wrong_state"));
    a_while().await;
    assert_eq!(app.simulator.tasks().len(), 0, "nothing starts before");

    app.clock.advance(601);
    let started = otto.schedule_is(&proposal, "started").await;
    assert_eq!(started["state"], "confirmed");
    assert_eq!(started["closed_by"]["name"], otto.session.person.name);
    let done = otto.finished(&started["execution"]).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(app.tasks("qmsnapshot", 101), 1);
    assert_eq!(app.records("start.put_off").await.len(), 1);
    assert_eq!(app.records("proposal.confirmed").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_taken_back_never_comes_and_leaves_the_proposal_open() {
    let app = with_policy(lax("")).await;
    let otto = app.sign_in_as(OTTO).await;
    let proposal = otto.propose(snapshot()).await;
    let then = app.clock_now().plus_seconds(600);
    otto.put_off(&proposal, then).await;
    let answer = otto
        .request(Method::DELETE, &path(&proposal))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    let taken: Value = answer.json().await.expect("JSON");
    assert_eq!(taken["schedule"]["state"], "cancelled");
    let again = otto.request(Method::DELETE, &path(&proposal)).send().await;
    assert_eq!(again.expect("an answer").status(), 409);
    app.clock.advance(601);
    a_while().await;
    assert_eq!(app.simulator.tasks().len(), 0);
    let (status, body) = otto.try_confirm(&proposal).await;
    assert_eq!(status, 202, "{body:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_while_it_waited_keeps_it_from_starting() {
    let app = with_policy(lax("")).await;
    let otto = app.sign_in_as(OTTO).await;
    let proposal = otto.propose(json!({ "request": "shut down web-02" })).await;
    let (status, body) = otto
        .put_off(&proposal, app.clock_now().plus_seconds(60))
        .await;
    assert_eq!(status, 202, "{body:#}");
    let vmid = proposal["plan"]["steps"][0]["target"]["vmid"].as_u64();
    let vmid = u32::try_from(vmid.expect("a guest")).expect("a number");
    let stopped = argus_proxmox_sim::Change {
        status: Some("stopped".to_owned()),
        ..argus_proxmox_sim::Change::default()
    };
    app.simulator.change_guest(vmid, stopped).expect("a guest");
    app.clock.advance(61);
    let refused = otto.schedule_is(&proposal, "refused").await;
    assert_eq!(refused["state"], "drifted");
    assert!(
        text(&refused["schedule"]["said"]).contains("changed"),
        "{refused:#}"
    );
    assert_eq!(app.simulator.tasks().len(), 0);
    assert_eq!(app.records("start.not_made").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_the_right_meanwhile_starts_nothing() {
    let app = with_policy(lax("")).await;
    let otto = app.sign_in_as(OTTO).await;
    let proposal = otto.propose(snapshot()).await;
    otto.put_off(&proposal, app.clock_now().plus_seconds(60))
        .await;
    app.change(OTTO, "role = 'viewer'").await;
    app.clock.advance(61);
    let reader = app.sign_in(Role::Admin).await;
    let refused = reader.schedule_is(&proposal, "refused").await;
    assert_eq!(refused["state"], "in_review");
    assert_eq!(app.simulator.tasks().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_and_the_emergency_stop_are_waited_for_as_long_as_it_may_be_late() {
    let app = with_policy(lax("")).await;
    let otto = app.sign_in_as(OTTO).await;
    let then = app.clock_now().plus_seconds(60);
    let proposal = otto.propose(snapshot()).await;
    otto.put_off(&proposal, then).await;
    let other = json!({ "request": "snapshot web-02" });
    let never = otto.propose(other).await;
    otto.put_off(&never, then).await;
    let until = then.plus_seconds(900);
    install(&app, &lax(&rule("hush", &format!("not_before = {until}")))).await;
    app.clock.advance(120);
    let path = format!("/api/actions/{}", text(&proposal["id"]));
    let waits = eventually("the freeze is in its way", async || {
        let proposal = otto.get(&path).await;
        let said = proposal["schedule"]["said"].as_str()?;
        said.contains("hush").then_some(proposal)
    })
    .await;
    assert_eq!(waits["schedule"]["state"], "waiting");
    // A policy of another day: the second is in the freeze for as long as it could start.
    let longer = until.plus_seconds(3600);
    install(&app, &lax(&rule("hush", &format!("not_before = {longer}")))).await;
    app.clock.advance(1800);
    let otto = app.sign_in_as(OTTO).await;
    let missed = otto.schedule_is(&never, "missed").await;
    assert_eq!(missed["state"], "in_review");
    assert!(text(&missed["schedule"]["said"]).contains("hush"));
    assert_eq!(app.simulator.tasks().len(), 0);
    assert!(app.records("policy.objected").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_put_off_to_a_moment_at_which_it_could_not_start() {
    let app = with_policy(lax("")).await;
    let otto = app.sign_in_as(OTTO).await;
    let proposal = otto.propose(snapshot()).await;
    let now = app.clock_now();
    for (moment, place) in [
        (now.plus_seconds(-10), "/not_before"),
        (now.plus_seconds(8 * 24 * 3600), "/not_before"),
    ] {
        let (status, problem) = otto.put_off(&proposal, moment).await;
        assert_eq!(status, 422, "{problem:#}");
        assert_eq!(problem["errors"][0]["pointer"], place);
    }
    let body = json!({
        "digest": proposal["digest"],
        "not_before": now.plus_seconds(60),
        "not_after": now.plus_seconds(60),
    });
    let (status, problem) = otto.post(&path(&proposal), &body).await;
    assert_eq!(status, 422, "{problem:#}");
    let until = now.plus_seconds(600);
    install(&app, &lax(&rule("hush", &format!("not_before = {until}")))).await;
    let (status, problem) = otto.put_off(&proposal, now.plus_seconds(60)).await;
    assert_eq!((status, text(&problem["code"])), (409, "policy_frozen"));
    let (status, body) = otto.put_off(&proposal, now.plus_seconds(660)).await;
    assert_eq!(status, 202, "a freeze that is over by then: {body:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn putting_off_takes_the_approvals_that_starting_takes() {
    let app = App::start().await;
    let ada = app.sign_in_as(ADA).await;
    let proposal = ada.propose(hard_stop()).await;
    let (status, problem) = ada
        .put_off(&proposal, app.clock_now().plus_seconds(60))
        .await;
    assert_eq!(
        (status, text(&problem["code"])),
        (409, "approvals_missing"),
        "{problem:#}"
    );
}
