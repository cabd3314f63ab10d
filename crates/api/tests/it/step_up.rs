//! Fresh passkey assertions: each for one session, one act and one subject, and used once.

use argus_identity::passkey::testing::Authenticator;
use argus_types::account::StepUpAct;
use argus_types::id::{SessionId, StepUpId};
use argus_types::paths;
use argus_types::person::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Actor, App, text};
use crate::passkeys::{authenticator, enrol};

const SUBJECT: &str = "emergency_stop";

async fn asked(actor: &Actor, device: &mut Authenticator) -> Value {
    let input = json!({ "act": "release_emergency_stop", "subject": SUBJECT });
    let (status, ceremony) = actor.post(paths::STEP_UP, &input).await;
    assert_eq!(status, StatusCode::CREATED, "{ceremony}");
    let credential = device.get(&ceremony["options"]).expect("an allowed key");
    json!({ "id": ceremony["id"], "credential": credential })
}

/// The id of the actor's own session.
async fn session_of(actor: &Actor) -> SessionId {
    let sessions = actor.get(paths::ACCOUNT_SESSIONS).await;
    let sessions = sessions.as_array().expect("sessions").clone();
    let own = sessions.iter().find(|session| session["current"] == true);
    text(&own.expect("one's own")["id"]).parse().expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_good_for_its_session_act_and_subject_and_once() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let mut device = authenticator();
    enrol(&admin, &mut device).await;
    let answer = asked(&admin, &mut device).await;
    let (status, step_up) = admin.post(paths::STEP_UP_FINISH, &answer).await;
    assert_eq!(status, StatusCode::CREATED, "{step_up}");
    let id: StepUpId = text(&step_up["id"]).parse().unwrap();
    let session = session_of(&admin).await;
    let other = session_of(&app.sign_in(Role::Admin).await).await;
    let store = app.database.store().await;
    let expires: argus_types::Timestamp =
        serde_json::from_value(step_up["expires_at"].clone()).unwrap();
    let now = expires.plus_seconds(-1);
    let uses = async |session, act, subject: &str, now| {
        let mut tx = store.begin().await.unwrap();
        let used = tx
            .consume_step_up(id, session, act, subject, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        used
    };
    let act = StepUpAct::ReleaseEmergencyStop;
    assert!(!uses(other, act, SUBJECT, now).await);
    assert!(!uses(session, StepUpAct::Approve, SUBJECT, now).await);
    assert!(!uses(session, act, "invitation", now).await);
    assert!(!uses(session, act, SUBJECT, expires).await);
    assert!(uses(session, act, SUBJECT, now).await);
    assert!(!uses(session, act, SUBJECT, now).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ceremony_ends_once_in_its_own_session_and_in_time() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let other = app.sign_in(Role::Admin).await;
    let mut device = authenticator();
    enrol(&admin, &mut device).await;
    let answer = asked(&admin, &mut device).await;
    let finish = async |actor: &Actor, answer: &Value| {
        let (status, body) = actor.post(paths::STEP_UP_FINISH, answer).await;
        (
            status.as_u16(),
            body["code"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let needed = (403, "step_up_needed".to_owned());
    assert_eq!(finish(&other, &answer).await, needed);
    assert_eq!(finish(&admin, &answer).await.0, 201);
    assert_eq!(finish(&admin, &answer).await, needed);
    let late = asked(&admin, &mut device).await;
    app.clock.advance(301);
    assert_eq!(finish(&admin, &late).await, needed);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_verified_assertion_of_ones_own_passkey_counts() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let operator = app.sign_in(Role::Operator).await;
    let input = json!({ "act": "manage_people", "subject": "invitation" });
    let (status, problem) = admin.post(paths::STEP_UP, &input).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(text(&problem["detail"]).contains("enrol one under Account first"));

    let (mut device, mut others) = (authenticator(), authenticator());
    enrol(&admin, &mut device).await;
    enrol(&operator, &mut others).await;
    let mut unverified = device.clone();
    unverified.user_verified = false;
    let answer = asked(&admin, &mut unverified).await;
    let (status, problem) = admin.post(paths::STEP_UP_FINISH, &answer).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::FORBIDDEN, &json!("step_up_needed"))
    );

    // The operator's own answer to the operator's own question, sent to the admin's.
    let mut answer = asked(&operator, &mut others).await;
    answer["id"] = asked(&admin, &mut device).await["id"].clone();
    let (status, _) = admin.post(paths::STEP_UP_FINISH, &answer).await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let spaced = json!({ "act": "approve", "subject": "two words" });
    assert_eq!(
        admin.post(paths::STEP_UP, &spaced).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloned_passkey_confirms_nothing_and_is_void_from_then_on() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let mut device = authenticator();
    enrol(&admin, &mut device).await;
    let mut thief = device.clone();
    for _ in 0..2 {
        let answer = asked(&admin, &mut device).await;
        assert_eq!(
            admin.post(paths::STEP_UP_FINISH, &answer).await.0,
            StatusCode::CREATED
        );
    }
    let answer = asked(&admin, &mut thief).await;
    assert_eq!(
        admin.post(paths::STEP_UP_FINISH, &answer).await.0,
        StatusCode::FORBIDDEN
    );
    let input = json!({ "act": "approve", "subject": "invitation" });
    assert_eq!(
        admin.post(paths::STEP_UP, &input).await.0,
        StatusCode::CONFLICT
    );
}
