//! The provider that lies: each lie is refused for what it is, and tells nothing secret.

use argus_identity::oidc::{Answer, Error, Groups, Pending, Proven, Provider, mapping};
use serde_json::{Value, json};

use argus_identity::oidc::testing::{self, Browser, Liar, Person, now, sign_in};

/// A sign-in up to the point where the browser is back.
pub async fn walked(provider: &Provider) -> (Pending, Answer) {
    let (address, pending) = provider.begin(now()).await.expect("it can be begun");
    let answer = Browser::new().walk(address, Person::Is("x")).await;
    (pending, answer)
}

async fn with(liar: &Liar, claims: Value) -> Result<Proven, Error> {
    liar.tells(&json!({ "claims": claims })).await;
    sign_in(&liar.peer.provider(), Person::Is("x")).await
}

#[tokio::test]
async fn every_lie_about_a_token_is_refused_for_what_it_is() {
    let now = now().unix_timestamp();
    let lies = [
        (json!({"claims": {"aud": "other"}}), "audience_mismatch"),
        (
            json!({"claims": {"aud": ["argus", "other"]}}),
            "audience_mismatch",
        ),
        (json!({"claims": {"aud": []}}), "claim_unusable"),
        (json!({"claims": {"aud": null}}), "claim_missing"),
        (
            json!({"claims": {"azp": "other"}}),
            "authorized_party_mismatch",
        ),
        (
            json!({"claims": {"iss": "https://idp.lan"}}),
            "token_issuer_mismatch",
        ),
        (json!({"claims": {"iss": null}}), "claim_missing"),
        (json!({"claims": {"nonce": "other"}}), "nonce_mismatch"),
        (json!({"claims": {"nonce": null}}), "claim_missing"),
        (
            json!({"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}),
            "access_token_hash_mismatch",
        ),
        (json!({"claims": {"exp": now - 60}}), "id_token_expired"),
        (json!({"claims": {"exp": null}}), "claim_missing"),
        (json!({"claims": {"iat": now + 45}}), "clock_behind"),
        (json!({"claims": {"nbf": now + 300}}), "clock_behind"),
        (json!({"claims": {"iat": now - 700}}), "id_token_too_old"),
        (json!({"claims": {"iat": null}}), "claim_missing"),
        (json!({"claims": {"sub": ""}}), "claim_unusable"),
        (json!({"claims": {"sub": 7}}), "claim_unusable"),
        (json!({"signature": "none"}), "algorithm_refused"),
        (json!({"signature": "public_key"}), "algorithm_refused"),
        (json!({"header": {"alg": "RS512"}}), "algorithm_refused"),
        (json!({"header": {"alg": "NonE"}}), "algorithm_refused"),
        (json!({"header": {"alg": "ES256"}}), "key_unknown"),
        (json!({"header": {"alg": "PS256"}}), "key_unknown"),
        (json!({"signature": "stranger"}), "signature_wrong"),
        (json!({"signature": "broken"}), "signature_wrong"),
        (json!({"header": {"kid": "nobody's"}}), "key_unknown"),
        (json!({"header": {"crit": ["exp"]}}), "id_token_malformed"),
        (json!({"header": {"typ": "at+jwt"}}), "id_token_malformed"),
        (
            json!({"token": {"status": 200, "body": {"access_token": "a", "token_type": "Bearer"}}}),
            "id_token_missing",
        ),
        (
            json!({"token": {"status": 200, "body": {"access_token": "a", "token_type": "Bearer", "id_token": "a.b"}}}),
            "id_token_malformed",
        ),
        (
            json!({"token": {"status": 200, "body": "<html>"}}),
            "answer_unreadable",
        ),
        (
            json!({"token": {"status": 400, "body": {"error": "invalid_client"}}}),
            "client_refused",
        ),
        (
            json!({"token": {"status": 400, "body": {"error": "invalid_scope"}}}),
            "exchange_refused",
        ),
        (json!({"token": {"status": 503}}), "http_status"),
        (
            json!({"token": {"status": 200, "body": "x".repeat(1024 * 1024 + 1)}}),
            "answer_too_long",
        ),
        (
            json!({"redirect": {"iss": "https://idp.lan"}}),
            "answer_issuer_mismatch",
        ),
        (json!({"redirect": {"state": "other"}}), "state_mismatch"),
        (json!({"redirect": {"state": null}}), "state_mismatch"),
        (json!({"redirect": {"code": null}}), "code_missing"),
        (json!({"redirect": {"error": "access_denied"}}), "denied"),
        (
            json!({"redirect": {"error": "server_error"}}),
            "not_authorized",
        ),
    ];
    let liar = Liar::start();
    let provider = liar.peer.provider();
    for (lie, reason) in lies {
        liar.tells(&lie).await;
        let (pending, answer) = walked(&provider).await;
        let code = answer.code.clone();
        let error = provider
            .finish(pending, answer, testing::now())
            .await
            .expect_err("a lie passed");
        assert_eq!(error.reason(), reason, "{lie}: {error}");
        if let Some(code) = code {
            assert!(!format!("{error:?} {error}").contains(&code), "{error:?}");
        }
    }
    liar.tells(&json!({})).await;
    sign_in(&provider, Person::Is("x")).await.unwrap();
}

#[tokio::test]
async fn what_differs_within_reason_passes() {
    let now = now().unix_timestamp();
    let liar = Liar::start();
    for lie in [
        json!({"claims": {"aud": ["argus"], "azp": "argus", "at_hash": "right"}}),
        json!({"claims": {"iat": now + 20, "nbf": now + 20}}),
        json!({"claims": {"exp": now - 10}}),
        json!({"claims": {"iat": f64::from(i32::try_from(now).unwrap_or(i32::MAX)) + 0.25}}),
        json!({"algorithm": "RS256", "header": {"kid": null}}),
        json!({"header": {"typ": null}}),
        json!({"header": {"jwk": {"kty": "oct", "k": "AAAA"}, "jku": "https://idp.lan/keys"}}),
        json!({"claims": {"email_verified": "yes", "updated_at": "yesterday", "address": []}}),
    ] {
        liar.tells(&lie).await;
        let proven = sign_in(&liar.peer.provider(), Person::Is("x")).await;
        assert_eq!(proven.unwrap().subject, "johndoe", "{lie}");
    }
}

#[tokio::test]
async fn a_clock_that_is_45_seconds_off_is_told_in_seconds() {
    let liar = Liar::start();
    let error = with(&liar, json!({"iat": now().unix_timestamp() + 45}))
        .await
        .unwrap_err();
    let Error::FromTheFuture { seconds } = error else {
        panic!("{error:?}")
    };
    assert!((40..=45).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn groups_are_read_as_they_are_or_named_for_what_they_are() {
    let liar = Liar::start();
    let of = |claims: Value| async { with(&liar, claims).await.expect("signed in").groups };
    let many: Vec<String> = (0..300).map(|number| format!("g{number}")).collect();
    assert_eq!(
        of(json!({"groups": many})).await,
        Groups::Listed(many.clone())
    );
    assert_eq!(of(json!({"groups": []})).await, Groups::Listed(vec![]));
    assert!(matches!(
        of(json!({"roles": ["g1"]})).await,
        Groups::Absent { .. }
    ));
    assert!(matches!(
        of(json!({"groups": "g1"})).await,
        Groups::Malformed { .. }
    ));
    let overage = of(json!({"_claim_names": {"groups": "src1"}})).await;
    assert_eq!(overage, Groups::Overage);
    let rules = [("g1".to_owned(), 1)];
    assert_eq!(
        mapping::map(&rules, &overage).unwrap_err().reason(),
        "groups_overage"
    );
}

#[tokio::test]
async fn a_token_endpoint_that_redirects_is_not_followed() {
    let liar = Liar::start();
    let provider = liar.peer.provider();
    let (pending, answer) = walked(&provider).await;
    let elsewhere = format!("{}/jwks", liar.peer.issuer);
    let before = liar.asked("keys").await;
    for status in [301, 302, 303, 307, 308] {
        liar.tells(&json!({"token": {"status": status, "headers": {"location": elsewhere}}}))
            .await;
        let error = provider
            .finish(pending.clone(), answer.clone(), now())
            .await
            .unwrap_err();
        assert_eq!(error.reason(), "redirected");
        assert!(error.to_string().contains(&status.to_string()));
    }
    assert_eq!(liar.asked("keys").await, before);
    assert_eq!(liar.asked("token").await, 5);
}

#[tokio::test]
async fn words_of_the_provider_that_repeat_the_code_are_kept_back() {
    let liar = Liar::start();
    let provider = liar.peer.provider();
    let (pending, answer) = walked(&provider).await;
    let code = answer.code.clone().unwrap();
    let body =
        json!({"error": format!("no {code}"), "error_description": format!("{code} is old")});
    liar.tells(&json!({"token": {"status": 400, "body": body}}))
        .await;
    let error = provider.finish(pending, answer, now()).await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains(&code), "{error:?}");
}

#[tokio::test]
async fn a_discovery_document_that_points_elsewhere_is_refused() {
    let liar = Liar::start();
    for (lie, reason) in [
        (
            json!({"issuer": "https://idp.lan"}),
            "discovery_issuer_mismatch",
        ),
        (
            json!({"token_endpoint": "http://idp.lan/token"}),
            "endpoint_insecure",
        ),
        (
            json!({"jwks_uri": "http://192.0.2.1/jwks"}),
            "endpoint_insecure",
        ),
        (
            json!({"authorization_endpoint": "javascript:alert(1)"}),
            "endpoint_insecure",
        ),
        (json!({"jwks_uri": null}), "answer_unreadable"),
    ] {
        liar.tells(&json!({ "discovery": lie })).await;
        let error = liar.peer.provider().probe().await.unwrap_err();
        assert_eq!(error.reason(), reason, "{error}");
    }
}
