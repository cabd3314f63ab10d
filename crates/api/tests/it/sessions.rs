//! Sessions over time: a quarter of an hour for the access token, a refresh token for each next one, and ends.

use argus_api::clock::SharedClock;
use argus_api::session::rotate;
use argus_identity::access_token::rotation::Due;
use argus_types::paths;
use argus_types::person::Role;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{Actor, App, cookie_named, cookies_of, eventually};

const QUARTER_H: i64 = 15 * 60;
const LEEWAY: i64 = 30;

async fn refresh(app: &App, cookie: &str) -> Response {
    app.anonymous(Method::POST, paths::REFRESH)
        .header("cookie", cookie)
        .send()
        .await
        .expect("an answer")
}

async fn read(app: &App, cookie: &str) -> (u16, String) {
    let answer = app
        .anonymous(Method::GET, paths::SESSION)
        .header("cookie", cookie)
        .send()
        .await
        .expect("an answer");
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.expect("JSON");
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

/// Records of a kind.
async fn recorded(admin: &Actor, kind: &str) -> usize {
    let page = admin.get("/api/ledger?limit=200").await;
    let items = page["items"].as_array().expect("records");
    items.iter().filter(|record| record["kind"] == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_ends_after_a_quarter_of_an_hour_and_a_refresh_gives_the_next() {
    let app = App::start().await;
    let mut operator = app.sign_in(Role::Operator).await;
    let left = operator.session.access_expires_in_s;
    assert!((895..=900).contains(&left), "{left}");
    let session = operator.session.expires_at;

    app.clock.advance(QUARTER_H + LEEWAY + 1);
    let (status, code) = read(&app, operator.cookie()).await;
    assert_eq!((status, code.as_str()), (401, "access_expired"));
    let wish = json!({ "request": "snapshot web-01" });
    let (status, problem) = operator.post(paths::PROPOSALS, &wish).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (401, &json!("access_expired"))
    );

    let before = operator.cookie().to_owned();
    let answer = refresh(&app, &before).await;
    operator.refreshed(answer).await;
    assert_ne!(operator.cookie(), before);
    assert_eq!(operator.session.expires_at, session, "it lives no longer");
    // What was known of the cluster is a quarter of an hour old by now, until the collector looks again.
    eventually("the change can be asked for", async || {
        let (status, _) = operator.post(paths::PROPOSALS, &wish).await;
        (status.as_u16() == 201).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_comes_back_ends_its_session_and_is_recorded() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let operator = app.sign_in(Role::Operator).await;
    let stolen = operator.cookie().to_owned();
    let fresh = cookies_of(&refresh(&app, &stolen).await);
    let freshest = cookies_of(&refresh(&app, &fresh).await);
    assert_eq!(read(&app, &freshest).await.0, 200);

    // Within the grace of its successor, and still: only the immediate predecessor has one.
    let answer = refresh(&app, &stolen).await;
    assert_eq!(answer.status().as_u16(), 401);
    assert!(cookies_of(&answer).contains("__Host-argus_refresh="));
    for cookie in [&stolen, &fresh, &freshest] {
        assert_eq!(read(&app, cookie).await.0, 401);
        assert_eq!(refresh(&app, cookie).await.status().as_u16(), 401);
    }
    assert_eq!(recorded(&admin, "session.refresh_reused").await, 1);
    assert_eq!(read(&app, admin.cookie()).await.0, 200, "of others, none");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_that_refresh_at_once_both_live_on() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let shared = operator.cookie();
    let (a, b) = tokio::join!(refresh(&app, shared), refresh(&app, shared));
    assert_eq!((a.status().as_u16(), b.status().as_u16()), (200, 200));
    let refresh_of = |cookies: &str| cookie_named(cookies, "__Host-argus_refresh");
    let (a, b) = (cookies_of(&a), cookies_of(&b));
    assert_eq!(refresh_of(&a), refresh_of(&b), "the same successor");
    assert_eq!(read(&app, &a).await.0, 200);
    assert_eq!(read(&app, &b).await.0, 200);
    let next = refresh(&app, &b).await;
    assert_eq!(next.status().as_u16(), 200);

    app.clock.advance(11);
    assert_eq!(refresh(&app, &a).await.status().as_u16(), 401, "too late");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_nobody_uses_it_and_at_the_latest_after_its_time() {
    let app = App::start().await;
    let idle = app.sign_in(Role::Operator).await;
    app.clock.advance(3600 + 1);
    assert_eq!(refresh(&app, idle.cookie()).await.status().as_u16(), 401);

    let busy = app.sign_in(Role::Operator).await;
    let mut cookie = busy.cookie().to_owned();
    for _ in 0..23 {
        app.clock.advance(1800);
        let answer = refresh(&app, &cookie).await;
        assert_eq!(answer.status().as_u16(), 200);
        cookie = cookies_of(&answer);
    }
    app.clock.advance(1800);
    assert_eq!(refresh(&app, &cookie).await.status().as_u16(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_rotation_under_load_loses_no_request() {
    let app = App::start().await;
    let store = app.database.store().await;
    let clock: SharedClock = std::sync::Arc::new(app.clock.clone());
    let mut load = tokio::task::JoinSet::new();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    for _ in 0..4 {
        let mut cookie = app.sign_in(Role::Operator).await.cookie().to_owned();
        let request = app.anonymous(Method::GET, paths::CLUSTER);
        let renewal = app.anonymous(Method::POST, paths::REFRESH);
        let stopped = stopped.clone();
        load.spawn(async move {
            let mut answers = 0_u32;
            while !*stopped.borrow() {
                let copy = |request: &reqwest::RequestBuilder| {
                    request.try_clone().expect("a request without a body")
                };
                let answer = copy(&request).header("cookie", &cookie).send().await;
                assert_eq!(answer.expect("an answer").status().as_u16(), 200);
                answers += 1;
                // Now and then, as tabs do; a session that refreshes all the time is held up.
                if answers.is_multiple_of(20) && answers <= 100 {
                    let answer = copy(&renewal).header("cookie", &cookie).send().await;
                    let answer = answer.expect("an answer");
                    assert_eq!(answer.status().as_u16(), 200);
                    cookie = cookies_of(&answer);
                }
            }
            answers
        });
    }
    let rotation = rotate(&store, &clock, Due::Now).await.unwrap();
    let kid = rotation.add.expect("a new key").kid;
    app.clock.advance(31);
    let signed_by_the_new_key = async {
        loop {
            let answer = app.sign_in(Role::Viewer).await;
            let token = cookie_named(answer.cookie(), "__Host-argus_access");
            let header = token.split('.').next().expect("a header");
            let header = URL_SAFE_NO_PAD.decode(header).expect("base64url");
            let header: Value = serde_json::from_slice(&header).expect("JSON");
            if header["kid"] == json!(kid) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), signed_by_the_new_key)
        .await
        .expect("the new key signs");
    stop.send(true).unwrap();
    let answers: u32 = load.join_all().await.into_iter().sum();
    assert!(answers > 20, "{answers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sign_in_is_another_session() {
    let app = App::start().await;
    let first = app.sign_in(Role::Operator).await;
    let again = app
        .anonymous(Method::POST, paths::SIGN_IN_DEMO)
        .header("cookie", first.cookie())
        .json(&json!({ "person": first.session.person.id }))
        .send()
        .await
        .unwrap();
    let second = app.actor(again).await;
    assert_ne!(first.cookie(), second.cookie());
    assert_ne!(first.session.csrf_token, second.session.csrf_token);
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_may_be_apart_by_half_a_minute_and_no_more() {
    let app = App::start().await;
    // The first key of an installation signs from its making on, by the clock of whoever made it.
    app.clock.advance(100);
    let operator = app.sign_in(Role::Operator).await;
    app.clock.advance(-20);
    assert_eq!(read(&app, operator.cookie()).await.0, 200);
    let early = app.sign_in(Role::Viewer).await;
    app.clock.advance(-45);
    assert_eq!(read(&app, early.cookie()).await.0, 401, "from the future");
    app.clock.advance(45 + 20);
    app.clock.advance(QUARTER_H + 20);
    assert_eq!(read(&app, operator.cookie()).await.0, 200);
    app.clock.advance(25);
    assert_eq!(read(&app, operator.cookie()).await.0, 401);
}
