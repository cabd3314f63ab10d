//! Rate limits: who has to wait, and who does not get around it.

use argus_api::address::TrustedProxies;
use argus_api::config::Config;
use argus_api::limits::AddressLimit;
use argus_identity::passkey::testing::Authenticator;
use argus_proxmox_sim::Scenario;
use argus_types::paths;
use argus_types::person::Role;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{App, text};
use crate::passkeys::{authenticator, enrol};

async fn strict(change: impl FnOnce(&mut Config)) -> App {
    App::with(Scenario::lab(), 20.0, |config| {
        config.sign_in_limit = AddressLimit {
            burst: 5,
            every_s: 60,
        };
        change(config);
    })
    .await
}

async fn begin(app: &App, forwarded: &str) -> Response {
    let request = app.anonymous(Method::POST, paths::PASSKEY_SIGN_IN);
    let request = request.header("x-forwarded-for", forwarded);
    request.send().await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_often_waits_whatever_it_writes_and_the_ledger_stays_quiet() {
    let app = strict(|_| {}).await;
    let admin = app.sign_in(Role::Admin).await;
    let before = admin.get("/api/ledger?limit=200").await["items"]
        .as_array()
        .unwrap()
        .len();
    for number in 0..5 {
        let answer = begin(&app, &format!("192.0.2.{number}")).await;
        assert_eq!(answer.status().as_u16(), 201);
    }
    // Another address in the header is no other address: this peer is no trusted proxy.
    for number in 5..10 {
        let answer = begin(&app, &format!("192.0.2.{number}")).await;
        assert_eq!(answer.status().as_u16(), 429);
        let wait: u32 = answer.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "too_many_requests");
    }
    // All doors have one allowance.
    for path in [paths::SIGN_IN_LINK, paths::RECOVERY, paths::DEVICE] {
        let answer = app
            .anonymous(Method::POST, path)
            .json(&json!({}))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 429, "{path}");
    }
    // Whoever is signed in goes on.
    let after = admin.get("/api/ledger?limit=200").await["items"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_each_client_has_its_own_allowance() {
    let app = strict(|config| {
        let networks = ["127.0.0.0/8".parse().expect("a network")];
        config.trusted_proxies = TrustedProxies(std::sync::Arc::from(networks));
    })
    .await;
    for _ in 0..5 {
        assert_eq!(begin(&app, "192.0.2.1").await.status().as_u16(), 201);
    }
    assert_eq!(begin(&app, "192.0.2.1").await.status().as_u16(), 429);
    // What the client itself put before what the proxy wrote does not count.
    assert_eq!(
        begin(&app, "10.9.9.9, 192.0.2.1").await.status().as_u16(),
        429
    );
    assert_eq!(begin(&app, "192.0.2.2").await.status().as_u16(), 201);
}

async fn sign_in(app: &App, device: &mut Authenticator, spoil: bool) -> u16 {
    let begun = begin(app, "").await;
    let ceremony: Value = begun.json().await.expect("a ceremony");
    let mut credential = device.get(&ceremony["options"]).expect("a key");
    if spoil {
        let signature = text(&credential["response"]["signature"]).to_owned();
        credential["response"]["signature"] =
            format!("{}AAAA", &signature[..signature.len() - 4]).into();
    }
    let request = app.anonymous(Method::POST, paths::PASSKEY_SIGN_IN_FINISH);
    let body = json!({ "id": ceremony["id"], "credential": credential });
    request
        .json(&body)
        .send()
        .await
        .expect("an answer")
        .status()
        .as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_passkey_has_so_many_tries_and_others_are_not_held_up_by_it() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    let (mut one, mut other) = (authenticator(), authenticator());
    enrol(&viewer, &mut one).await;
    enrol(&viewer, &mut other).await;
    for _ in 0..10 {
        assert_eq!(sign_in(&app, &mut one, true).await, 401);
    }
    assert_eq!(sign_in(&app, &mut one, true).await, 429);
    assert_eq!(sign_in(&app, &mut one, false).await, 429);
    assert_eq!(sign_in(&app, &mut other, false).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_have_a_smaller_allowance() {
    let app = App::start().await;
    let mut statuses = Vec::new();
    for number in 0..7 {
        let request = app.anonymous(Method::POST, paths::RECOVERY);
        let answer = request
            .json(&json!({ "code": format!("guess {number}") }))
            .send()
            .await;
        statuses.push(answer.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_refreshes_often_enough_and_guessed_refresh_tokens_do_not() {
    let app = strict(|_| {}).await;
    let mut viewer = app.sign_in(Role::Viewer).await;
    for _ in 0..20 {
        let answer = viewer
            .request(Method::POST, paths::REFRESH)
            .send()
            .await
            .unwrap();
        viewer.refreshed(answer).await;
    }
    let mut statuses = Vec::new();
    for number in 0..7 {
        let request = app.anonymous(Method::POST, paths::REFRESH);
        let request = request.header("cookie", format!("__Host-argus_refresh=guess{number}"));
        statuses.push(request.send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    let mut tickets = Vec::new();
    for _ in 0..100 {
        let answer = viewer
            .request(Method::POST, paths::STREAM_TICKETS)
            .send()
            .await
            .unwrap();
        tickets.push(answer.status().as_u16());
    }
    assert!(tickets[..30].iter().all(|status| *status == 201));
    assert_eq!(tickets.last(), Some(&429));
}
