//! Every route of the API against every role, and against nobody.

use argus_types::paths;
use argus_types::person::{Permission, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;

/// What each route asks for. A route of the OpenAPI document that is not in here fails the test below.
fn needed(method: &str, path: &str) -> Option<Permission> {
    let permission = match (method, path) {
        (
            "get",
            paths::SIGN_IN_WAYS | paths::HEALTH_LIVE | paths::HEALTH_READY | paths::OPENAPI,
        )
        | ("post", paths::SIGN_IN_DEMO | paths::SIGN_IN_LINK) => return None,
        ("post", paths::PROPOSALS | paths::SNAPSHOTS) => Permission::Propose,
        ("post", paths::CONFIRM) => Permission::Confirm,
        ("post", paths::CANCEL) => Permission::Cancel,
        ("post", paths::EMERGENCY_STOP) => Permission::EmergencyStop,
        ("post", paths::EMERGENCY_STOP_RELEASE) => Permission::ReleaseEmergencyStop,
        ("get", _) | ("delete", paths::SESSION) => Permission::Read,
        other => panic!("{other:?} is not in the table of rights"),
    };
    Some(permission)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_for_its_right() {
    let app = App::start().await;
    let document = argus_api::openapi::document();
    let document = serde_json::to_value(document).unwrap();
    let mut cells = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let Some(permission) = needed(method, path) else {
                continue;
            };
            let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let concrete = path.replace("{id}", &uuid::Uuid::nil().to_string());
            let anonymous = app
                .anonymous(verb.clone(), &concrete)
                .json(&json!({}))
                .send()
                .await
                .unwrap();
            assert_eq!(anonymous.status().as_u16(), 401, "{method} {path}");
            for role in Role::ALL {
                let actor = app.sign_in(role).await;
                let answer = actor
                    .request(verb.clone(), &concrete)
                    .json(&json!({}))
                    .send()
                    .await
                    .unwrap();
                let status = answer.status().as_u16();
                let code = answer.json::<Value>().await.unwrap_or_default()["code"].clone();
                assert_eq!(
                    status == 403 && code == "forbidden",
                    !role.may(permission),
                    "{method} {path} as {role:?}: {status} {code}"
                );
                assert!(status < 500, "{method} {path} as {role:?}: {status}");
                cells += 1;
            }
        }
    }
    assert!(cells >= 45, "only {cells} cells were looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsafe_request_needs_our_own_origin_and_the_csrf_token() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let send = |origin: Option<&'static str>, csrf: Option<String>| {
        let mut request = app.anonymous(Method::POST, paths::PROPOSALS);
        request = request
            .header("cookie", operator.cookie())
            .header("idempotency-key", "0123456789")
            .json(&json!({ "request": "snapshot web-01" }));
        let mut request = request.build().unwrap();
        request.headers_mut().remove("origin");
        if let Some(origin) = origin {
            request
                .headers_mut()
                .insert("origin", origin.parse().unwrap());
        }
        if let Some(csrf) = csrf {
            request
                .headers_mut()
                .insert("x-csrf-token", csrf.parse().unwrap());
        }
        reqwest_execute(request)
    };
    let right = operator.session.csrf_token.clone();
    let own = Some(crate::app::ORIGIN);
    for (origin, csrf) in [
        (None, Some(right.clone())),
        (Some("https://evil.example"), Some(right.clone())),
        (Some("null"), Some(right.clone())),
        (own, None),
        (own, Some("AAAA".to_owned())),
    ] {
        let (status, code) = send(origin, csrf.clone()).await;
        assert_eq!(
            (status, code.as_str()),
            (403, "cross_site"),
            "{origin:?} {csrf:?}"
        );
    }
    assert_eq!(send(own, Some(right)).await.0, 201);
}

async fn reqwest_execute(request: reqwest::Request) -> (u16, String) {
    let answer = crate::app::reqwest_client()
        .execute(request)
        .await
        .expect("an answer");
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.expect("an answer");
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}
