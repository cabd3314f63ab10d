//! The emergency stop is released by two people, one of them an admin with a step-up.

use argus_api::clock::Clock;
use argus_api::service::shell;
use argus_types::account::StepUpAct;
use argus_types::id::StepUpId;
use argus_types::person::Role;
use serde_json::{Value, json};

use crate::app::{Actor, App};
use crate::cast::{ADA, ALAN, OTTO, outcome};

async fn engage(actor: &Actor) {
    let (status, _) = actor.post("/api/emergency-stop", &json!({})).await;
    assert_eq!(status.as_u16(), 200);
}

async fn release(actor: &Actor, step_up: Option<StepUpId>) -> (u16, Value) {
    let body = match step_up {
        Some(id) => json!({ "reason": "over", "step_up": id }),
        None => json!({ "reason": "over" }),
    };
    let (status, body) = actor.post("/api/emergency-stop/release", &body).await;
    (status.as_u16(), body)
}

/// As their role has to: an admin with an assertion.
async fn take_part(app: &App, actor: &Actor) -> (u16, Value) {
    let step_up = if actor.session.person.role == Role::Admin {
        let act = StepUpAct::ReleaseEmergencyStop;
        Some(app.step_up(actor, act, "emergency_stop").await)
    } else {
        None
    };
    release(actor, step_up).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_pairs_two_people_with_one_admin_release_the_stop() {
    let app = App::start().await;
    app.add(0xb1, "Olga", Role::Operator).await;
    let vera = app.sign_in(Role::Viewer).await;
    let (otto, olga) = (app.sign_in_as(OTTO).await, app.sign_in_as(0xb1).await);
    let (ada, alan) = (app.sign_in_as(ADA).await, app.sign_in_as(ALAN).await);
    for (first, second, expected) in [
        (&otto, &ada, (200, "")),
        (&ada, &otto, (200, "")),
        (&ada, &alan, (200, "")),
        (&otto, &olga, (403, "second_person_needed")),
        (&otto, &otto, (403, "second_person_needed")),
        (&ada, &ada, (403, "second_person_needed")),
        (&ada, &vera, (403, "forbidden")),
    ] {
        engage(&otto).await;
        let begun = take_part(&app, first).await;
        assert_eq!(begun.0, 202, "{begun:?}");
        assert_eq!(begun.1["engaged"], true);
        assert_eq!(
            begun.1["release_asked_by"]["name"],
            first.session.person.name.as_str()
        );
        let ended = take_part(&app, second).await;
        let names = (&first.session.person.name, &second.session.person.name);
        assert_eq!(outcome(&ended), expected, "{names:?}");
        let stop = otto.get("/api/emergency-stop").await;
        assert_eq!(stop["engaged"], expected.0 != 200, "{names:?}");
        // Set again, whoever asked is forgotten.
        engage(&otto).await;
        let stop = otto.get("/api/emergency-stop").await;
        assert!(stop["release_asked_by"].is_null());
    }
    let released = app.records("emergency_stop.released").await;
    assert_eq!(released.len(), 3);
    assert_eq!(released[0]["actor"], "Alan");
    assert_eq!(released[0]["body"]["asked_by"], "Ada");
    assert_eq!(outcome(&release(&vera, None).await), (403, "forbidden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_s_part_takes_a_step_up_and_the_first_part_waits_ten_minutes() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    engage(&otto).await;
    let bare = release(&ada, None).await;
    assert_eq!(outcome(&bare), (403, "step_up_needed"));
    assert_eq!(take_part(&app, &otto).await.0, 202);
    let bare = release(&ada, None).await;
    assert_eq!(
        outcome(&bare),
        (403, "step_up_needed"),
        "nor the second part"
    );
    app.clock.advance(601);
    let stop = otto.get("/api/emergency-stop").await;
    assert!(stop["release_asked_by"].is_null());
    let first_again = take_part(&app, &ada).await;
    assert_eq!(first_again.0, 202, "{first_again:?}");
    assert_eq!(take_part(&app, &otto).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_of_one_human_do_not_release_the_stop() {
    let app = App::start().await;
    app.add(0xb1, "Ada, as an operator", Role::Operator).await;
    app.change(0xb1, "human = '00000000-0000-0000-0000-0000000000a3'")
        .await;
    let (ada, second) = (app.sign_in_as(ADA).await, app.sign_in_as(0xb1).await);
    engage(&second).await;
    assert_eq!(take_part(&app, &second).await.0, 202);
    let own = take_part(&app, &ada).await;
    assert_eq!(outcome(&own), (403, "second_person_needed"));
    let refused = app.records("decision.refused").await;
    assert_eq!(refused[0]["body"]["act"], "release_emergency_stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_s_own_shell_releases_the_stop_alone_and_is_named() {
    let app = App::start().await;
    let otto = app.sign_in_as(OTTO).await;
    let store = app.database.store().await;
    let now = app.clock.now();
    let unset = shell::release_emergency_stop(&store, "alone here", now).await;
    assert!(!unset.unwrap(), "it was not set");
    engage(&otto).await;
    assert_eq!(take_part(&app, &otto).await.0, 202);
    let done = shell::release_emergency_stop(&store, "alone here", now).await;
    assert!(done.unwrap());
    let stop = otto.get("/api/emergency-stop").await;
    assert_eq!(stop["engaged"], false);
    assert_eq!(stop["by"], "the server's shell");
    let record = &app.records("emergency_stop.released").await[0];
    assert_eq!(record["actor"], "the server's shell");
    assert_eq!(record["body"]["reason"], "alone here");
}
