//! The certified provider: what works, and what its own refusals look like.

use argus_identity::oidc::{Error, Groups, Issuer, Provider, mapping};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use time::Duration;

use argus_identity::oidc::testing::{Browser, Peer, Person, now, sign_in};

const SECRET: &str = "a-secret-that-nobody-shall-read";

fn users() -> Value {
    json!({
        "ada": {"name": "Ada L.", "email": "ada@example.lan", "groups": ["argus-operators", "staff"], "employee_id": 17},
        "bob": {"name": "Bob", "groups": []},
        "eve": {"name": "Eve", "groups": (0..300).map(|n| format!("g{n}")).collect::<Vec<_>>()},
    })
}

fn with_secret(peer: &Peer, secret: &str) -> Provider {
    let mut config = peer.config();
    config.client_secret = Some(SecretString::from(secret));
    Provider::new(config).expect("a usable configuration")
}

#[tokio::test]
async fn a_person_signs_in_and_the_provider_vouches_for_groups_and_number() {
    let peer = Peer::honest(&users(), &["--client-secret", SECRET]);
    let proven = sign_in(&with_secret(&peer, SECRET), Person::Is("ada"))
        .await
        .unwrap();
    assert_eq!(proven.issuer, peer.issuer);
    assert_eq!(proven.subject, "ada");
    assert_eq!(proven.name, "Ada L.");
    assert_eq!(proven.email.as_deref(), Some("ada@example.lan"));
    assert_eq!(proven.person.as_deref(), Some("employee_id:17"));
    let rules = [("argus-operators".to_owned(), "operator")];
    assert_eq!(mapping::map(&rules, &proven.groups).unwrap(), [&"operator"]);
    assert_eq!(proven.claims["employee_id"], 17);
    assert!(!proven.claims.contains_key("nonce") && !proven.claims.contains_key("at_hash"));
    assert!(proven.id_token_expires_at > now());
    let refresh = proven.refresh_token.as_ref().unwrap().expose_secret();
    assert!(!format!("{proven:?}").contains(refresh));
}

#[tokio::test]
async fn every_algorithm_of_the_list_is_verified() {
    for algorithm in ["PS256", "ES256", "EdDSA"] {
        let peer = Peer::honest(&users(), &["--algorithm", algorithm]);
        let proven = sign_in(&peer.provider(), Person::Is("bob")).await.unwrap();
        assert_eq!(proven.groups, Groups::Listed(vec![]), "{algorithm}");
    }
}

#[tokio::test]
async fn a_secret_goes_into_the_body_where_the_provider_wants_it_there() {
    let options = [
        "--client-secret",
        SECRET,
        "--secret-in",
        "client_secret_post",
    ];
    let peer = Peer::honest(&users(), &options);
    sign_in(&with_secret(&peer, SECRET), Person::Is("bob"))
        .await
        .unwrap();
}

#[tokio::test]
async fn three_hundred_groups_arrive() {
    let peer = Peer::honest(&users(), &[]);
    let proven = sign_in(&peer.provider(), Person::Is("eve")).await.unwrap();
    let Groups::Listed(groups) = &proven.groups else {
        panic!("{:?}", proven.groups)
    };
    assert_eq!(groups.len(), 300);
    let rules = [("g299".to_owned(), 1)];
    assert_eq!(mapping::map(&rules, &proven.groups).unwrap(), [&1]);
}

#[tokio::test]
async fn who_cancels_at_the_provider_is_told_so() {
    let peer = Peer::honest(&users(), &[]);
    let error = sign_in(&peer.provider(), Person::Cancels)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the provider denied the sign-in (the person cancelled)"
    );
    assert_eq!(error.reason(), "denied");
}

#[tokio::test]
async fn a_wrong_secret_is_named_and_not_shown() {
    let peer = Peer::honest(&users(), &["--client-secret", SECRET]);
    let error = sign_in(&with_secret(&peer, "another-secret"), Person::Is("ada"))
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "client_refused");
    assert!(error.remedy().contains("client_secret"));
    assert!(!format!("{error:?} {error}").contains("another-secret"));
}

#[tokio::test]
async fn a_code_is_good_once() {
    let peer = Peer::honest(&users(), &[]);
    let provider = peer.provider();
    let (address, pending) = provider.begin(now()).await.unwrap();
    let answer = Browser::new().walk(address, Person::Is("ada")).await;
    let code = answer.code.clone().unwrap();
    provider
        .finish(pending.clone(), answer.clone(), now())
        .await
        .unwrap();
    let error = provider.finish(pending, answer, now()).await.unwrap_err();
    assert_eq!(error.reason(), "code_refused");
    assert!(!format!("{error:?} {error}").contains(&code));
}

#[tokio::test]
async fn a_code_of_one_sign_in_is_worth_nothing_in_another() {
    let peer = Peer::honest(&users(), &[]);
    let provider = peer.provider();
    let (address, _) = provider.begin(now()).await.unwrap();
    let (_, victim) = provider.begin(now()).await.unwrap();
    let mut answer = Browser::new().walk(address, Person::Is("ada")).await;
    let error = provider
        .finish(victim.clone(), answer.clone(), now())
        .await
        .unwrap_err();
    assert_eq!(error, Error::OtherState);
    // Even with the victim's own state: the code was asked for with another verifier.
    answer.state = Some(victim.state().to_owned());
    let error = provider.finish(victim, answer, now()).await.unwrap_err();
    assert_eq!(error.reason(), "code_refused");
}

#[tokio::test]
async fn an_answer_must_say_that_it_is_this_providers() {
    let peer = Peer::honest(&users(), &[]);
    let provider = peer.provider();
    let (address, pending) = provider.begin(now()).await.unwrap();
    let answer = Browser::new().walk(address, Person::Is("ada")).await;
    let mut bent = answer.clone();
    bent.iss = None;
    let error = provider.finish(pending.clone(), bent, now()).await;
    assert_eq!(error.unwrap_err(), Error::AnswerWithoutIssuer);
    let mut bent = answer.clone();
    bent.iss = Some(format!("{}/", peer.issuer));
    let error = provider.finish(pending.clone(), bent, now()).await;
    assert_eq!(error.unwrap_err().reason(), "answer_issuer_mismatch");
    // Nothing of that used the code up.
    provider.finish(pending, answer, now()).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_ends_within_ten_minutes_and_with_whom_it_began() {
    let peer = Peer::honest(&users(), &[]);
    let provider = peer.provider();
    let (address, pending) = provider.begin(now()).await.unwrap();
    let answer = Browser::new().walk(address, Person::Is("ada")).await;
    let late = now() + Duration::minutes(10) + Duration::seconds(1);
    let error = provider.finish(pending.clone(), answer.clone(), late).await;
    assert_eq!(error.unwrap_err(), Error::TooLate);
    let mut config = peer.config();
    config.id = argus_identity::oidc::ProviderId::parse("other").unwrap();
    let other = Provider::new(config).unwrap();
    let error = other.finish(pending, answer, now()).await;
    assert_eq!(error.unwrap_err(), Error::OtherProvider);
}

#[tokio::test]
async fn an_issuer_that_differs_by_a_slash_is_shown_with_what_it_should_be() {
    let peer = Peer::honest(&users(), &[]);
    let mut config = peer.config();
    let with_slash = format!("{}/", peer.issuer);
    config.issuer = Issuer::parse(&with_slash).unwrap();
    let error = Provider::new(config).unwrap().probe().await.unwrap_err();
    assert_eq!(
        error,
        Error::OtherIssuer {
            configured: with_slash,
            found: peer.issuer.clone()
        }
    );
}
