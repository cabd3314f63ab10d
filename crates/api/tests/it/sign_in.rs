//! Ways in, and ways out.

use std::sync::Arc;

use argus_api::clock::{SharedClock, SystemClock};
use argus_api::config::Profile;
use argus_api::service::sign_in::make_link;
use argus_api::session::SessionKeys;
use argus_proxmox_sim::Scenario;
use argus_types::paths;
use argus_types::person::Role;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::app::{App, assert_secured};

#[tokio::test(flavor = "multi_thread")]
async fn outside_the_demo_profile_there_is_no_door_for_seeded_people() {
    let app = App::with(Scenario::lab(), 20.0, |config| {
        config.profile = Profile::Production;
    })
    .await;
    let ways = app
        .anonymous(Method::GET, paths::SIGN_IN_WAYS)
        .send()
        .await
        .unwrap();
    let ways: Value = ways.json().await.unwrap();
    assert_eq!(ways["demo_people"], json!([]));
    let answer = app
        .anonymous(Method::POST, paths::SIGN_IN_DEMO)
        .json(&json!({ "person": "00000000-0000-0000-0000-0000000000a3" }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_a_seeded_person_does_not_outlive_the_demo_profile() {
    let mut app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let cookie = admin.cookie().to_owned();
    app.config.profile = Profile::Production;
    app.restart().await;
    let answer = app
        .anonymous(Method::GET, paths::SESSION)
        .header("cookie", cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_link_opens_one_session() {
    let app = App::with(Scenario::lab(), 20.0, |config| {
        config.profile = Profile::Production;
    })
    .await;
    let store = app.database.store().await;
    let keys = SessionKeys::new(app.config.session_secret.clone());
    let clock: SharedClock = Arc::new(SystemClock);
    let token = make_link(&store, &keys, &clock, "Ada", Role::Admin)
        .await
        .unwrap();
    let token = token.expose_secret();
    let open = async |token: &str| {
        app.anonymous(Method::POST, paths::SIGN_IN_LINK)
            .json(&json!({ "token": token }))
            .send()
            .await
            .unwrap()
    };
    let (first, second) = tokio::join!(open(token), open(token));
    let mut statuses = [first.status().as_u16(), second.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    assert_eq!(open("guess").await.status().as_u16(), 401);
    let opened = if first.status().is_success() {
        first
    } else {
        second
    };
    let admin = app.actor(opened).await;
    assert_eq!(admin.session.person.name, "Ada");
    assert_eq!(admin.get(paths::CLUSTER).await["id"], "lab");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_for_writes_at_once() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let answer = operator
        .request(Method::DELETE, paths::SESSION)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 204);
    let cleared = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cleared.contains("Max-Age=0"), "{cleared}");
    let (status, _) = operator
        .post(paths::PROPOSALS, &json!({ "request": "snapshot web-01" }))
        .await;
    assert_eq!(status.as_u16(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let app = App::start().await;
    for path in [
        "/api/session",
        "/api/health/live",
        "/api/nowhere",
        "/nowhere",
    ] {
        let answer = app.anonymous(Method::GET, path).send().await.unwrap();
        assert_secured(&answer, path);
    }
}
