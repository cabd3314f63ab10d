//! Changing the policy takes people who are not its author: through the API, on real rows.

use argus_types::account::StepUpAct;
use argus_types::paths;
use argus_types::person::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Actor, App, text};
use crate::cast::{ADA, ALAN, OTTO, hard_stop, outcome, reboot_of_production};

const STRICT: &str = "format = 1\nenabled = [\"guest.*\"]\n[defaults]\napprovals = { low = 1, high = 2 }\n\
    [[rule]]\nname = \"no hard stops\"\nwhy = \"They lose data.\"\nwhen = { actions = [\"guest.stop\"] }\ndeny = true\n";

async fn propose(actor: &Actor, text: &str) -> (u16, Value) {
    let body = json!({ "text": text, "reason": "after the outage" });
    let (status, body) = actor.post(paths::POLICY_PROPOSALS, &body).await;
    (status.as_u16(), body)
}

/// The version that a proposal made.
async fn proposed(actor: &Actor, text: &str) -> Value {
    let (status, body) = propose(actor, text).await;
    assert_eq!(status, 201, "{body:#}");
    body
}

async fn post(actor: &Actor, path: &str, change: &Value, body: Value) -> (u16, Value) {
    let number = change["version"]["number"].as_u64().expect("a number");
    let path = path.replace("{number}", &number.to_string());
    let (status, body) = actor.post(&path, &body).await;
    (status.as_u16(), body)
}

async fn approve(app: &App, actor: &Actor, change: &Value) -> (u16, Value) {
    let digest = text(&change["version"]["digest"]);
    let step_up = app.step_up(actor, StepUpAct::ChangePolicy, digest).await;
    let body = json!({ "digest": digest, "verdict": "approve", "step_up": step_up });
    post(actor, paths::POLICY_APPROVALS, change, body).await
}

async fn confirm(app: &App, actor: &Actor, change: &Value) -> (u16, Value) {
    let digest = text(&change["version"]["digest"]);
    let step_up = app.step_up(actor, StepUpAct::ChangePolicy, digest).await;
    let body = json!({ "digest": digest, "step_up": step_up });
    post(actor, paths::POLICY_CONFIRM, change, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_takes_two_approvals_by_others_than_its_author_and_judges_from_then_on() {
    let app = App::start().await;
    app.add(0xb1, "Anna", Role::Admin).await;
    let (ada, alan) = (app.sign_in_as(ADA).await, app.sign_in_as(ALAN).await);
    let (anna, otto) = (app.sign_in_as(0xb1).await, app.sign_in_as(OTTO).await);
    let needed = (403, "second_person_needed");
    let change = proposed(&ada, STRICT).await;
    assert_eq!(
        (&change["version"]["state"], &change["required"]),
        (&json!("proposed"), &json!(2))
    );
    let denied: Vec<&Value> = change["edits"].as_array().unwrap().iter().collect();
    assert!(
        denied
            .iter()
            .any(|edit| edit["what"] == "rule no hard stops" && edit["may_widen"] == false)
    );

    assert_eq!(
        outcome(&approve(&app, &ada, &change).await),
        needed,
        "its author"
    );
    assert_eq!(
        outcome(&approve(&app, &otto, &change).await),
        (403, "forbidden")
    );
    assert_eq!(approve(&app, &alan, &change).await.0, 200);
    assert_eq!(
        outcome(&approve(&app, &alan, &change).await),
        needed,
        "twice"
    );
    let missing = confirm(&app, &ada, &change).await;
    assert_eq!(outcome(&missing), (409, "approvals_missing"), "one of two");
    let (status, standing) = approve(&app, &anna, &change).await;
    assert_eq!(
        (status, &standing["counting"]),
        (200, &json!(2)),
        "{standing:#}"
    );
    assert_eq!(
        outcome(&confirm(&app, &anna, &change).await),
        needed,
        "an approver"
    );
    let bare = json!({ "digest": change["version"]["digest"] });
    let bare = post(&ada, paths::POLICY_CONFIRM, &change, bare).await;
    assert_eq!(outcome(&bare), (403, "step_up_needed"));
    otto.propose(hard_stop()).await;

    let (status, active) = confirm(&app, &ada, &change).await;
    assert_eq!(status, 200, "{active:#}");
    assert_eq!(active["version"]["state"], "active");
    let (status, body) = otto.post(paths::PROPOSALS, &hard_stop()).await;
    assert_eq!(outcome(&(status.as_u16(), body)), (403, "policy_denied"));
    assert_eq!(otto.get(paths::POLICY).await["version"]["number"], 2);
    let versions = otto.get(paths::POLICY_VERSIONS).await;
    assert_eq!(versions[1]["state"], "superseded");
    assert_eq!(versions[0]["approved_by"], json!(["Alan", "Anna"]));
    assert_eq!(versions[0]["activated_by"], "Ada");
    let record = &app.records("policy.activated").await[0];
    assert_eq!(record["body"]["approved_by"], json!(["Alan", "Anna"]));
    assert_eq!(record["subject"], "policy/2");
    for (kind, count) in [
        ("policy.proposed", 1),
        ("policy.approved", 2),
        ("decision.refused", 4),
    ] {
        assert_eq!(app.records(kind).await.len(), count, "{kind}");
    }
    let again = confirm(&app, &ada, &change).await;
    assert_eq!(outcome(&again), (409, "wrong_state"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_of_one_human_are_one_person_here_too() {
    let app = App::start().await;
    let ada_s = "human = '00000000-0000-0000-0000-0000000000a3'";
    for (number, name, change) in [
        (0xb1, "Ada, by single sign-on", ada_s),
        (0xb2, "Nobody knows", "human = NULL"),
        (
            0xb3,
            "Alan, by single sign-on",
            "human = '00000000-0000-0000-0000-0000000000a4'",
        ),
    ] {
        app.add(number, name, Role::Admin).await;
        app.change(number, change).await;
    }
    let needed = (403, "second_person_needed");
    let change = proposed(&app.sign_in_as(ADA).await, STRICT).await;
    let (second, stranger) = (app.sign_in_as(0xb1).await, app.sign_in_as(0xb2).await);
    assert_eq!(
        outcome(&approve(&app, &second, &change).await),
        needed,
        "the author's other account"
    );
    assert_eq!(outcome(&approve(&app, &stranger, &change).await), needed);
    assert_eq!(
        approve(&app, &app.sign_in_as(ALAN).await, &change).await.0,
        200
    );
    let other = app.sign_in_as(0xb3).await;
    assert_eq!(
        outcome(&approve(&app, &other, &change).await),
        needed,
        "an approver's other account"
    );
    let missing = confirm(&app, &second, &change).await;
    assert_eq!(outcome(&missing), (409, "approvals_missing"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_changes_nothing_and_neither_does_a_limited_admin() {
    let app = App::start().await;
    app.add(0xb1, "Database Admin", Role::Admin).await;
    app.change(0xb1, "scope = '{\"tags\":[\"db\"]}'").await;
    let limited = propose(&app.sign_in_as(0xb1).await, STRICT).await;
    assert_eq!(outcome(&limited), (403, "out_of_scope"));
    let ada = app.sign_in_as(ADA).await;
    let input = json!({ "name": "a script", "may": "propose", "days": 1 });
    let (status, token) = ada.post(paths::API_TOKENS, &input).await;
    assert!(status.is_success(), "{token:#}");
    let bearer = format!("Bearer {}", text(&token["secret"]));
    let read = app.anonymous(Method::GET, paths::POLICY);
    let read = read.header("authorization", &bearer).send().await.unwrap();
    assert_eq!(read.status().as_u16(), 200, "it may know the rules");
    let change = app
        .anonymous(Method::POST, paths::POLICY_PROPOSALS)
        .header("authorization", &bearer)
        .header(paths::IDEMPOTENCY_KEY_HEADER, "a-script-tries")
        .json(&json!({ "text": STRICT, "reason": "why not" }))
        .send()
        .await
        .unwrap();
    assert_eq!(change.status().as_u16(), 403);
    assert_eq!(
        ada.get(paths::POLICY_VERSIONS)
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_says_what_the_change_would_have_changed() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    otto.propose(json!({ "request": "snapshot web-01" })).await;
    let reboot = otto.propose(reboot_of_production()).await;
    otto.propose(hard_stop()).await;
    let change = proposed(&ada, STRICT).await;
    let replay = &change["replay"];
    let figures: Vec<&Value> = ["plans", "denied", "more_approvals", "fewer_approvals"]
        .iter()
        .map(|key| &replay[*key])
        .collect();
    assert_eq!(figures, [&json!(3), &json!(1), &json!(2), &json!(0)]);
    let listed = replay["changed"].as_array().unwrap();
    let of_reboot = listed
        .iter()
        .find(|plan| plan["proposal"] == reboot["id"])
        .unwrap();
    assert_eq!(of_reboot["approvals_before"], 1);
    assert_eq!(of_reboot["approvals_after"], 2);
    assert!(
        listed
            .iter()
            .any(|plan| plan["denied"][0]["rule"] == "no hard stops")
    );
    app.clock.advance(91 * 24 * 3600);
    let ada = app.sign_in_as(ADA).await;
    let path = paths::of_policy(paths::POLICY_VERSION, 2);
    let later = ada.get(&path).await;
    assert_eq!(later["replay"]["plans"], 0, "only the last 90 days");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_with_mistakes_is_refused_by_line_and_column() {
    let app = App::start().await;
    let ada = app.sign_in_as(ADA).await;
    let wrong = STRICT
        .replace("guest.stop", "guest.stpo")
        .replace("deny = true", "denies = true");
    let found = propose(&ada, &wrong).await;
    assert_eq!(outcome(&found), (422, "policy_invalid"));
    assert!(
        text(&found.1["detail"]).starts_with("Line 9, column 1: unknown field `denies`"),
        "{found:?}"
    );
    let wrong = STRICT
        .replace("guest.stop", "guest.stpo")
        .replace("high = 2", "high = 9");
    let (_, body) = propose(&ada, &wrong).await;
    assert_eq!(body["errors"].as_array().unwrap().len(), 2, "{body:#}");
    let active = ada.get(paths::POLICY).await;
    let same = propose(&ada, text(&active["text"])).await;
    assert_eq!(outcome(&same), (422, "nothing_to_do"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_rejected_withdrawn_or_overtaken() {
    let app = App::start().await;
    app.add(0xb1, "Anna", Role::Admin).await;
    let (ada, alan) = (app.sign_in_as(ADA).await, app.sign_in_as(ALAN).await);
    let anna = app.sign_in_as(0xb1).await;
    let digest = |change: &Value| change["version"]["digest"].clone();

    let rejected = proposed(&ada, STRICT).await;
    let body = json!({ "digest": digest(&rejected), "verdict": "reject", "comment": "too strict" });
    let (status, view) = post(&alan, paths::POLICY_APPROVALS, &rejected, body).await;
    assert_eq!(
        (status, &view["version"]["state"]),
        (200, &json!("rejected"))
    );
    assert_eq!(view["version"]["closed_reason"], "too strict");
    assert_eq!(
        outcome(&approve(&app, &anna, &rejected).await),
        (409, "wrong_state")
    );

    let withdrawn = proposed(&ada, STRICT).await;
    let body = json!({ "digest": digest(&withdrawn) });
    let others = post(&alan, paths::POLICY_WITHDRAW, &withdrawn, body.clone()).await;
    assert_eq!(outcome(&others), (403, "forbidden"));
    let (status, view) = post(&ada, paths::POLICY_WITHDRAW, &withdrawn, body).await;
    assert_eq!(
        (status, &view["version"]["state"]),
        (200, &json!("withdrawn"))
    );

    // Two at once: the second would take the first one back unseen.
    let first = proposed(&ada, STRICT).await;
    let second = proposed(&ada, &STRICT.replace("high = 2", "high = 1")).await;
    for change in [&first, &second] {
        for admin in [&alan, &anna] {
            assert_eq!(approve(&app, admin, change).await.0, 200);
        }
    }
    assert_eq!(confirm(&app, &ada, &first).await.0, 200);
    let overtaken = confirm(&app, &ada, &second).await;
    assert_eq!(outcome(&overtaken), (409, "wrong_state"));
    assert!(text(&overtaken.1["detail"]).contains("came into force since"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_checked_before_anybody_proposes_it_and_nothing_is_kept() {
    let app = App::start().await;
    let (ada, otto) = (app.sign_in_as(ADA).await, app.sign_in_as(OTTO).await);
    otto.propose(hard_stop()).await;
    let check = async |text: &str| {
        let body = json!({ "text": text });
        ada.post(paths::POLICY_CHECK, &body).await.1
    };
    let wrong =
        check("format = 1\nenabled = [\"guest.*\"]\n[defaults]\napprovals = { low = 9 }\n").await;
    assert_eq!(wrong["is"], "wrong", "{wrong:#}");
    assert_eq!(wrong["mistakes"][0]["line"], 4, "{wrong:#}");
    let other = check(STRICT).await;
    assert_eq!(other["is"], "other", "{other:#}");
    let replay = &other["replay"];
    assert_eq!(
        (&replay["plans"], &replay["denied"]),
        (&json!(1), &json!(1))
    );
    let active = ada.get(paths::POLICY).await;
    assert_eq!(check(text(&active["text"])).await, json!({ "is": "same" }));
    let versions = ada.get(paths::POLICY_VERSIONS).await;
    assert_eq!(versions.as_array().map(Vec::len), Some(1));
    assert_eq!(app.records("policy.proposed").await.len(), 0);
}
