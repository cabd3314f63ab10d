//! Forged access tokens against the whole API: in the cookie and as a bearer, all are nobody's.

use argus_api::clock::{Clock, SystemClock};
use argus_identity::access_token::testing::forged;
use argus_identity::access_token::{Claims, MAX_LIFETIME, RingKey};
use argus_types::Timestamp;
use argus_types::paths;
use argus_types::person::Role;
use http::HeaderValue;
use reqwest::Method;
use serde_json::Value;

use crate::app::App;

#[tokio::test(flavor = "multi_thread")]
async fn no_forged_token_is_anybody() {
    let app = App::start().await;
    // The claims of a real session, so that only the forgery is wrong with a token.
    let admin = app.sign_in(Role::Admin).await;
    let store = app.database.store().await;
    let person = admin.session.person.id;
    let sessions = store
        .sessions_of(
            person,
            None,
            SystemClock.now(),
            Timestamp::from_unix(0).unwrap(),
        )
        .await
        .unwrap();
    let ring: Vec<RingKey> = store
        .access_keys()
        .await
        .unwrap()
        .into_iter()
        .map(|key| RingKey {
            kid: key.kid,
            created_at: key.created_at.get(),
            signs_from: key.signs_from.get(),
            verifies_until: key.verifies_until.map(Timestamp::get),
        })
        .collect();
    let now = SystemClock.now().get();
    let claims = Claims::new(
        person.0,
        sessions[0].id.0,
        SystemClock.new_id(),
        now,
        MAX_LIFETIME,
    );
    let forgeries = forged(&app.config.session_secret, &ring, &claims, now);
    let mut sent = 0;
    for forgery in forgeries {
        let cookie = format!("__Host-argus_access={}", forgery.token);
        let bearer = format!("Bearer {}", forgery.token);
        for (header, value) in [("cookie", cookie), ("authorization", bearer)] {
            let Ok(value) = HeaderValue::from_str(&value) else {
                // No client can send it.
                continue;
            };
            if header == "cookie" && forgery.token.trim() != forgery.token {
                // The spaces around a cookie's value are not part of it.
                continue;
            }
            let answer = app
                .anonymous(Method::GET, paths::CLUSTER)
                .header(header, value)
                .send()
                .await
                .unwrap();
            assert_eq!(
                answer.status().as_u16(),
                401,
                "{} in {header}",
                forgery.name
            );
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["code"], "not_signed_in", "{}", forgery.name);
            sent += 1;
        }
    }
    assert!(sent >= 120, "only {sent} were sent");
    assert_eq!(admin.get(paths::CLUSTER).await["id"], "lab", "the real one");
}
