//! How often a provider is asked, and what serves while it cannot be.

use argus_identity::oidc::Error;
use argus_identity::oidc::testing::{Liar, Person, now, sign_in};
use serde_json::json;
use tokio::{task::JoinSet, time};

use crate::hostile::walked;

#[tokio::test]
async fn keys_exchanged_in_mid_flow_are_fetched_once_and_the_sign_in_succeeds() {
    let liar = Liar::start();
    let provider = liar.peer.provider();
    let (pending, answer) = walked(&provider).await;
    liar.rotates().await;
    provider.finish(pending, answer, now()).await.unwrap();
    assert_eq!(liar.asked("keys").await, 2);
    assert_eq!(liar.asked("discovery").await, 1);
}

#[tokio::test]
async fn keys_without_names_are_exchanged_just_as_well() {
    let liar = Liar::start();
    let provider = liar.peer.provider();
    liar.tells(&json!({"header": {"kid": null}})).await;
    let (pending, answer) = walked(&provider).await;
    liar.rotates().await;
    provider.finish(pending, answer, now()).await.unwrap();
}

#[tokio::test]
async fn a_thousand_unknown_keys_cause_one_more_fetch() {
    let liar = Liar::start();
    let provider = liar.peer.provider();
    for round in 0..20 {
        let mut together = JoinSet::new();
        liar.tells(&json!({"header": {"kid": format!("unknown-{round}")}}))
            .await;
        for _ in 0..50 {
            let provider = provider.clone();
            together.spawn(async move {
                let (pending, answer) = walked(&provider).await;
                provider.finish(pending, answer, now()).await.unwrap_err()
            });
        }
        for error in together.join_all().await {
            assert_eq!(error, Error::UnknownKey);
        }
    }
    assert_eq!(liar.asked("token").await, 1000);
    assert_eq!(liar.asked("keys").await, 2);
    assert_eq!(liar.asked("discovery").await, 1);
}

#[tokio::test]
async fn after_half_a_minute_unknown_keys_are_asked_for_again() {
    let liar = Liar::start();
    let provider = liar.peer.provider();
    sign_in(&provider, Person::Is("x")).await.unwrap();
    liar.rotates().await;
    sign_in(&provider, Person::Is("x")).await.unwrap();
    liar.rotates().await;
    let error = sign_in(&provider, Person::Is("x")).await.unwrap_err();
    assert_eq!(error, Error::UnknownKey);
    passes(time::Duration::from_secs(31)).await;
    sign_in(&provider, Person::Is("x")).await.unwrap();
    assert_eq!(liar.asked("keys").await, 3);
}

#[tokio::test]
async fn many_who_begin_at_once_share_one_fetch() {
    let liar = Liar::start();
    let provider = liar.peer.provider();
    let mut together = JoinSet::new();
    for _ in 0..50 {
        let provider = provider.clone();
        together.spawn(async move { provider.begin(now()).await.map(|_| ()) });
    }
    assert!(together.join_all().await.iter().all(Result::is_ok));
    assert_eq!(liar.asked("discovery").await, 1);
}

#[tokio::test]
async fn a_provider_that_went_down_does_not_keep_anybody_from_beginning() {
    let mut liar = Liar::start();
    let provider = liar.peer.provider();
    let (pending, answer) = walked(&provider).await;
    liar.peer.kill();
    provider.begin(now()).await.unwrap();
    passes(time::Duration::from_hours(2)).await;
    provider.begin(now()).await.unwrap();
    let error = provider.finish(pending, answer, now()).await.unwrap_err();
    assert_eq!(error.reason(), "connection_refused");
}

#[tokio::test]
async fn after_an_hour_the_description_is_fetched_anew_beside_a_sign_in() {
    let liar = Liar::start();
    let provider = liar.peer.provider();
    provider.begin(now()).await.unwrap();
    passes(time::Duration::from_mins(59)).await;
    provider.begin(now()).await.unwrap();
    assert_eq!(liar.asked("discovery").await, 1);
    let moved = format!("{}/elsewhere", liar.peer.issuer);
    liar.tells(&json!({"discovery": {"authorization_endpoint": moved}}))
        .await;
    passes(time::Duration::from_secs(61)).await;
    let (old, _) = provider.begin(now()).await.unwrap();
    assert!(!old.as_str().starts_with(&moved));
    // It is fetched beside that; begin until it is there. The test's own time limit is nextest's.
    while !provider
        .begin(now())
        .await
        .unwrap()
        .0
        .as_str()
        .starts_with(&moved)
    {
        tokio::task::yield_now().await;
    }
    assert_eq!(liar.asked("discovery").await, 2);
}

/// Lets the monotonic clock jump; sockets keep their own time.
async fn passes(time: time::Duration) {
    time::pause();
    time::advance(time).await;
    time::resume();
}
