//! The policy judges plans: when they are asked for, approved and confirmed.

use argus_proxmox_sim::Scenario;
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::person::Role;
use serde_json::{Value, json};

use crate::app::{App, text};
use crate::cast::{ADA, ALAN, OTTO, hard_stop, outcome, reboot_of_production};

/// An Argus whose first policy is this one.
pub async fn with_policy(text: String) -> App {
    App::with(Scenario::lab(), 20.0, |config| {
        config.stale_after_s = 1_000_000;
        config.first_policy = text;
    })
    .await
}

/// All guest actions enabled, no approvals by default, and these lines.
pub fn lax(lines: &str) -> String {
    format!(
        "format = 1\nenabled = [\"guest.*\"]\n[defaults]\napprovals = {{ low = 0, medium = 0, high = 0 }}\n{lines}"
    )
}

pub fn rule(name: &str, lines: &str) -> String {
    format!("[[rule]]\nname = \"{name}\"\nwhy = \"Because.\"\n{lines}\n")
}

pub fn snapshot() -> Value {
    json!({ "request": "snapshot web-01" })
}

/// Puts another document into force behind everybody's back, as the server's shell does.
pub async fn install(app: &App, text: &str) {
    let store = app.database.store().await;
    argus_api::service::policy::install(&store, text, "a test", app.clock_now())
        .await
        .expect("a policy");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_plan_is_not_proposed_and_its_rule_and_what_would_pass_are_named() {
    let app = with_policy(lax(&rule(
        "no hard stops",
        "when = { actions = [\"guest.stop\"] }\ndeny = true\ninstead = \"Shut it down.\"",
    )))
    .await;
    let otto = app.sign_in_as(OTTO).await;
    let (status, body) = otto.post("/api/actions/proposals", &hard_stop()).await;
    assert_eq!(
        outcome(&(status.as_u16(), body.clone())),
        (403, "policy_denied")
    );
    let detail = text(&body["detail"]);
    assert!(
        detail.contains("no hard stops") && detail.contains("Shut it down."),
        "{detail}"
    );
    let record = &app.records("policy.objected").await[0];
    assert_eq!(record["body"]["rules"], json!(["no hard stops"]));
    assert_eq!(record["body"]["act"], "propose");
    let listed = otto.get("/api/actions").await;
    assert_eq!(listed["items"], json!([]));
    otto.propose(snapshot()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_enabled_is_denied_by_default() {
    let app = with_policy("format = 1\nenabled = [\"guest.snapshot.*\"]".to_owned()).await;
    let otto = app.sign_in_as(OTTO).await;
    let (status, body) = otto
        .post("/api/actions/proposals", &reboot_of_production())
        .await;
    assert_eq!(
        outcome(&(status.as_u16(), body.clone())),
        (403, "policy_denied")
    );
    assert!(
        text(&body["detail"]).contains("Enabled are: guest.snapshot.*."),
        "{body}"
    );
    let proposal = otto.propose(snapshot()).await;
    assert_eq!(
        proposal["approvals_required"], 1,
        "and nothing else is said"
    );
    assert_eq!(proposal["policy"]["version"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_holds_a_confirmation_until_its_end() {
    // Weekly windows by the test's own clock: on for the coming hour, whatever day it is.
    let app = with_policy(lax("")).await;
    let (otto, until) = (
        app.sign_in_as(OTTO).await,
        app.clock_now().plus_seconds(3600),
    );
    install(&app, &lax(&rule("hush", &format!("not_before = {until}")))).await;
    let proposal = otto.propose(snapshot()).await;
    assert_eq!(
        proposal["policy"]["verdict"]["frozen"]["rules"],
        json!(["hush"])
    );
    let frozen = otto.try_confirm(&proposal).await;
    assert_eq!(outcome(&frozen), (409, "policy_frozen"));
    let detail = text(&frozen.1["detail"]);
    assert!(
        detail.contains("hush") && detail.contains(&until.to_string()),
        "{detail}"
    );
    let standing = otto.standing(&proposal).await;
    assert!(text(&standing["you"]["not_confirm"]).contains("hush"));
    assert!(text(&standing["you"]["not_break_glass"]).contains("hush"));

    app.clock.advance(3600);
    let otto = app.sign_in_as(OTTO).await;
    let proposal = otto.propose(snapshot()).await;
    let (status, body) = otto.try_confirm(&proposal).await;
    assert_eq!(status, 202, "{body:#}");
    assert_eq!(app.records("policy.objected").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_policy_asks_for_a_reason_nothing_is_proposed_without_one() {
    let app = with_policy(lax(&rule("say why", "reason = true"))).await;
    let otto = app.sign_in_as(OTTO).await;
    let (status, body) = otto.post("/api/actions/proposals", &snapshot()).await;
    assert_eq!(
        outcome(&(status.as_u16(), body.clone())),
        (422, "reason_missing")
    );
    assert_eq!(body["errors"][0]["pointer"], "/reason");
    let blank = json!({ "request": "snapshot web-01", "reason": "  " });
    let (status, _) = otto.post("/api/actions/proposals", &blank).await;
    assert_eq!(status.as_u16(), 422);
    let said = json!({ "request": "snapshot web-01", "reason": "before the update" });
    let proposal = otto.propose(said).await;
    assert_eq!(proposal["reason"], "before the update");
    let read = otto
        .get(&format!("/api/actions/{}", text(&proposal["id"])))
        .await;
    assert_eq!(read["reason"], "before the update");
    assert_eq!(otto.try_confirm(&proposal).await.0, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lone_admin_approves_and_confirms_their_own_work_and_never_what_destroys() {
    let lone = "format = 1\nenabled = [\"guest.*\"]\n[defaults]\nlone_admin = true";
    let app = with_policy(lone.to_owned()).await;
    let (ada, otto) = (app.sign_in_as(ADA).await, app.sign_in_as(OTTO).await);
    let weak = otto.get("/api/policy").await;
    assert!(
        text(&weak["weaknesses"][0]).contains("lone_admin"),
        "{weak:#}"
    );

    let proposal = ada.propose(reboot_of_production()).await;
    assert_eq!(proposal["policy"]["verdict"]["own_approval"], true);
    let missing = ada.try_confirm(&proposal).await;
    assert_eq!(outcome(&missing), (409, "approvals_missing"));
    let (status, standing) = app.approve(&ada, &proposal).await;
    assert_eq!(status, 200, "{standing:#}");
    let (status, confirmed) = ada.try_confirm(&proposal).await;
    assert_eq!(status, 202, "{confirmed:#}");
    let done = ada.finished(&confirmed["execution"]).await;
    assert_eq!(
        done["state"], "succeeded",
        "their word counts to the end: {done:#}"
    );

    let destructive = ada.propose(hard_stop()).await;
    let own = app.approve(&ada, &destructive).await;
    assert_eq!(outcome(&own), (403, "second_person_needed"));
    let of_operator = otto.propose(reboot_of_production()).await;
    assert_eq!(
        outcome(&app.approve(&otto, &of_operator).await),
        (403, "forbidden")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stricter_of_then_and_now_counts_at_the_confirmation() {
    let app = with_policy(lax("")).await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let alan = app.sign_in_as(ALAN).await;
    // Of another guest than the other plans: what starts is in nobody's way.
    let lax_then = otto.propose(json!({ "request": "snapshot web-02" })).await;
    assert_eq!(lax_then["approvals_required"], 0);
    install(&app, &lax(&rule("two", "approvals = 2"))).await;
    let missing = otto.try_confirm(&lax_then).await;
    assert_eq!(
        outcome(&missing),
        (409, "approvals_missing"),
        "tightened since"
    );
    let standing = otto.standing(&lax_then).await;
    assert_eq!(standing["required"], 2);
    assert!(text(&standing["rule"]).contains("\"two\""));

    let strict_then = otto.propose(snapshot()).await;
    install(&app, &lax("")).await;
    let missing = otto.try_confirm(&strict_then).await;
    assert_eq!(
        outcome(&missing),
        (409, "approvals_missing"),
        "loosened since"
    );
    for admin in [&ada, &alan] {
        assert_eq!(app.approve(admin, &strict_then).await.0, 200);
    }
    assert_eq!(otto.try_confirm(&strict_then).await.0, 202);
    assert_eq!(otto.try_confirm(&lax_then).await.0, 202, "as it was told");

    // Of a third guest: the others' snapshots are being taken.
    let denied_now = otto
        .propose(json!({ "request": "snapshot monitor-01" }))
        .await;
    install(&app, &lax(&rule("no more", "deny = true"))).await;
    assert_eq!(
        outcome(&otto.try_confirm(&denied_now).await),
        (403, "policy_denied")
    );
    assert_eq!(
        outcome(&app.approve(&ada, &denied_now).await),
        (403, "policy_denied")
    );
    assert_eq!(ada.reject(&denied_now).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_may_ask_for_a_passkey_at_the_confirmation_and_for_haste() {
    let app = with_policy(lax(&rule(
        "fresh",
        "step_up = true\nexpires_after_min = 10",
    )))
    .await;
    let otto = app.sign_in_as(OTTO).await;
    let proposal = otto.propose(snapshot()).await;
    let digest = text(&proposal["digest"]);
    assert_eq!(
        outcome(&otto.try_confirm(&proposal).await),
        (403, "step_up_needed")
    );
    let path = format!("/api/actions/{}/confirm", text(&proposal["id"]));
    let other = app.step_up(&otto, StepUpAct::Approve, digest).await;
    let with = |step_up| json!({ "digest": digest, "step_up": step_up });
    let (status, body) = otto.post(&path, &with(other)).await;
    assert_eq!(outcome(&(status.as_u16(), body)), (403, "step_up_needed"));
    let right = app.step_up(&otto, StepUpAct::Confirm, digest).await;
    let (status, body) = otto.post(&path, &with(right)).await;
    assert_eq!(status.as_u16(), 202, "{body:#}");

    let late = otto.propose(snapshot()).await;
    app.clock.advance(601);
    let otto = app.sign_in_as(OTTO).await;
    assert_eq!(outcome(&otto.try_confirm(&late).await), (409, "expired"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_that_argus_brings_along_asks_for_one_approval_of_everything() {
    let app = with_policy(argus_api::config::DEFAULT_POLICY.to_owned()).await;
    let otto = app.sign_in_as(OTTO).await;
    for (asked, required) in [
        (snapshot(), 1),
        (reboot_of_production(), 1),
        (hard_stop(), 2),
    ] {
        let proposal = otto.propose(asked).await;
        assert_eq!(proposal["approvals_required"], required);
    }
    let policy = otto.get("/api/policy").await;
    // The document has none; two admins are one too few for what an admin asks for.
    let weaknesses = policy["weaknesses"].as_array().expect("a list");
    assert_eq!(weaknesses.len(), 2, "{weaknesses:?}");
    assert!(text(&weaknesses[0]).contains("there are 2 admins"));
    app.add(0xb2, "Anna", Role::Admin).await;
    let policy = otto.get("/api/policy").await;
    assert_eq!(policy["weaknesses"], json!([]));
    assert_eq!(policy["version"]["author"], Value::Null);
    assert_eq!(policy["rules"][0]["name"], "large changes");
    let seeded = &app.records("policy.installed").await[0];
    assert_eq!(seeded["actor"], "argus");
    assert_eq!(seeded["body"]["digest"], policy["version"]["digest"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_with_another_file_changes_nothing() {
    let mut app = with_policy(lax("")).await;
    app.config.first_policy = lax(&rule("new", "deny = true"));
    app.restart().await;
    let otto = app.sign_in_as(OTTO).await;
    assert_eq!(otto.get("/api/policy").await["rules"], json!([]));
    assert_eq!(app.records("policy.installed").await.len(), 1);
}

impl App {
    /// What Argus takes for the time.
    pub fn clock_now(&self) -> Timestamp {
        use argus_api::clock::Clock;
        // Whole seconds, as people write them.
        Timestamp::from_unix(self.clock.now().get().unix_timestamp()).expect("within the calendar")
    }
}
