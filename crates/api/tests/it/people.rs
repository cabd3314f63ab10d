//! People and their rights: who may change what of whom, what it takes, and how soon it counts.

use std::sync::Arc;
use std::time::Duration;

use argus_api::clock::{Clock, SharedClock, SystemClock};
use argus_api::service::people::shell::{self, Order, Refused};
use argus_api::service::sign_in::make_link;
use argus_api::session::SessionKeys;
use argus_store::{NewStepUp, Store};
use argus_types::account::StepUpAct;
use argus_types::id::StepUpId;
use argus_types::paths;
use argus_types::person::Role;
use futures_util::StreamExt;
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::app::{Actor, App, text};

/// A fresh assertion of the actor's for managing people, about `subject`: what the passkey ceremony would leave behind.
pub async fn step_up(app: &App, actor: &Actor, subject: &str) -> StepUpId {
    let store = app.database.store().await;
    let now = app.clock.now();
    let idle_since = now.plus_seconds(-3600);
    let sessions = store
        .sessions_of(actor.session.person.id, None, now, idle_since)
        .await
        .expect("sessions");
    let id = StepUpId(SystemClock.new_id());
    let mut tx = store.begin().await.expect("a transaction");
    tx.create_step_up(NewStepUp {
        id,
        session: sessions.first().expect("a session").id,
        act: StepUpAct::ManagePeople,
        subject,
        expires_at: now.plus_seconds(300),
    })
    .await
    .expect("a kept step-up");
    tx.commit().await.expect("a commit");
    id
}

/// Signs in somebody whom the shell made.
pub async fn made_on_the_shell(app: &App, name: &str, role: Role) -> Actor {
    let store = app.database.store().await;
    let token = make_link(&store, &keys(app), &clock(app), name, role)
        .await
        .expect("a link");
    let answer = app
        .anonymous(Method::POST, paths::SIGN_IN_LINK)
        .json(&json!({ "token": token.expose_secret() }))
        .send()
        .await
        .expect("an answer");
    app.actor(answer).await
}

fn keys(app: &App) -> SessionKeys {
    SessionKeys::new(app.config.session_secret.clone())
}

fn clock(app: &App) -> SharedClock {
    Arc::new(app.clock.clone())
}

async fn change(admin: &Actor, of: &Actor, body: Value) -> (u16, Value) {
    let path = format!("/api/people/{}", of.session.person.id);
    let answer = admin.request(Method::PATCH, &path).json(&body).send().await;
    let answer = answer.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.expect("JSON"))
}

/// The same with a fresh step-up about the person.
async fn change_stepped_up(app: &App, admin: &Actor, of: &Actor, mut body: Value) -> (u16, Value) {
    let subject = of.session.person.id.to_string();
    body["step_up"] = json!(step_up(app, admin, &subject).await);
    change(admin, of, body).await
}

async fn view(admin: &Actor, of: &Actor) -> Value {
    let people = admin.get(paths::PEOPLE).await;
    let id = of.session.person.id.to_string();
    let people = people.as_array().expect("a list");
    let found = people.iter().find(|view| view["person"]["id"] == id);
    found.expect("the person").clone()
}

async fn last_record(admin: &Actor, kind: &str) -> Value {
    let page = admin.get("/api/ledger?limit=200").await;
    let items = page["items"].as_array().expect("a list");
    let found = items.iter().find(|item| item["kind"] == kind);
    found.expect("a record").clone()
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, text(&answer.1["code"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_role_takes_a_step_up_about_this_person_and_counts_at_once() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let viewer = app.sign_in(Role::Viewer).await;
    let operator = app.sign_in(Role::Operator).await;
    let wish = json!({"role": "operator", "scope": {"pools": ["web"]}});
    let refused = change(&admin, &viewer, wish.clone()).await;
    assert_eq!(code(&refused), (403, "step_up_needed"));
    let mut about_another = wish.clone();
    let other = operator.session.person.id.to_string();
    about_another["step_up"] = json!(step_up(&app, &admin, &other).await);
    let refused = change(&admin, &viewer, about_another).await;
    assert_eq!(code(&refused), (403, "step_up_needed"));
    assert_eq!(view(&admin, &viewer).await["person"]["role"], "viewer");

    let mut right = wish;
    let subject = viewer.session.person.id.to_string();
    right["step_up"] = json!(step_up(&app, &admin, &subject).await);
    let (status, changed) = change(&admin, &viewer, right.clone()).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(changed["person"]["role"], "operator");
    assert_eq!(changed["role_source"], "admin");
    assert_eq!(changed["role_granted_by"], "Ada");
    let session = viewer.get(paths::SESSION).await;
    assert_eq!(session["person"]["role"], "operator");
    assert_eq!(session["scope"], json!({"pools": ["web"]}));
    let record = last_record(&admin, "person.role_changed").await;
    assert_eq!(record["actor"], "Ada");
    assert_eq!(record["body"]["from"]["role"], "viewer");
    assert_eq!(record["body"]["to"]["scope"], json!({"pools": ["web"]}));
    // The step-up is used up.
    right["role"] = "admin".into();
    let again = change(&admin, &viewer, right).await;
    assert_eq!(code(&again), (403, "step_up_needed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_twice_has_one_effect_and_one_answer() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let viewer = app.sign_in(Role::Viewer).await;
    let subject = viewer.session.person.id.to_string();
    let body = json!({"role": "operator", "step_up": step_up(&app, &admin, &subject).await});
    let send = async || {
        let answer = admin
            .request(Method::PATCH, &format!("/api/people/{subject}"))
            .header(paths::IDEMPOTENCY_KEY_HEADER, "one-and-the-same")
            .json(&body);
        let mut request = answer.build().unwrap();
        let headers = request.headers_mut();
        headers.insert(
            paths::IDEMPOTENCY_KEY_HEADER,
            "one-and-the-same".parse().unwrap(),
        );
        let answer = crate::app::reqwest_client().execute(request).await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    let first = send().await;
    assert_eq!(first.0, StatusCode::OK, "{}", first.1);
    assert_eq!(send().await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_person_is_out_at_once_for_writes_and_within_five_seconds_for_streams() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let operator = app.sign_in(Role::Operator).await;
    app.database
        .execute(
            "INSERT INTO api_token (id, person, token_hash, name, may, scope, created_at, expires_at)
             SELECT gen_random_uuid(), id, sha256('x'), 'ci', 'read', '{}', now(), now() + interval '1 day'
             FROM person WHERE role = 'operator'",
        )
        .await
        .unwrap();
    let mut request = app.socket_url("/api/stream").into_client_request().unwrap();
    for (name, value) in operator.socket_headers().await {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    operator.get(paths::SESSION).await;

    let (status, shut) = change(&admin, &operator, json!({"enabled": false})).await;
    let shut_at = std::time::Instant::now();
    assert_eq!(status, 200, "{shut}");
    assert_eq!(shut["disabled_reason"], "admin");
    assert_eq!((&shut["sessions"], &shut["tokens"]), (&json!(0), &json!(0)));
    let (status, _) = operator
        .post(paths::PROPOSALS, &json!({ "request": "snapshot web-01" }))
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let read = operator
        .request(Method::GET, paths::SESSION)
        .send()
        .await
        .unwrap();
    assert_eq!(read.status(), StatusCode::UNAUTHORIZED);
    let closed = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return u16::from(frame.code),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    };
    let left = Duration::from_secs(5).saturating_sub(shut_at.elapsed());
    assert_eq!(tokio::time::timeout(left, closed).await, Ok(4401));
    let record = last_record(&admin, "person.changed").await;
    assert_eq!(record["body"]["before"]["enabled"], true);
    assert_eq!(record["body"]["after"]["disabled_reason"], "admin");
    assert_eq!(record["body"]["why"]["ended_sessions"], 1);
    assert_eq!(record["body"]["why"]["revoked_tokens"], 1);

    // Letting somebody in again takes a step-up and brings nothing back.
    let refused = change(&admin, &operator, json!({"enabled": true})).await;
    assert_eq!(code(&refused), (403, "step_up_needed"));
    let (status, open) = change_stepped_up(&app, &admin, &operator, json!({"enabled": true})).await;
    assert_eq!(status, 200, "{open}");
    assert_eq!((&open["sessions"], &open["tokens"]), (&json!(0), &json!(0)));
    let read = operator
        .request(Method::GET, paths::SESSION)
        .send()
        .await
        .unwrap();
    assert_eq!(read.status(), StatusCode::UNAUTHORIZED);
    app.sign_in(Role::Operator).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_person_has_no_way_in_left() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let grace = made_on_the_shell(&app, "Grace", Role::Viewer).await;
    let store = app.database.store().await;
    let link = make_link(&store, &keys(&app), &clock(&app), "Grace", Role::Viewer)
        .await
        .unwrap();
    change(&admin, &grace, json!({"enabled": false})).await;
    change_stepped_up(&app, &admin, &grace, json!({"enabled": true})).await;
    let answer = app
        .anonymous(Method::POST, paths::SIGN_IN_LINK)
        .json(&json!({ "token": link.expose_secret() }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_themselves_and_nobody_with_a_limit_changes_anybody() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let viewer = app.sign_in(Role::Viewer).await;
    let other = json!(viewer.session.person.id);
    for wish in [
        json!({"role": "viewer"}),
        json!({"scope": {"tags": ["dev"]}}),
        json!({"enabled": false}),
        json!({"same_human_as": other}),
    ] {
        let refused = change_stepped_up(&app, &admin, &admin, wish.clone()).await;
        assert_eq!(code(&refused), (403, "second_person_needed"), "{wish}");
    }
    assert_eq!(view(&admin, &admin).await["person"]["role"], "admin");
    let limited = made_on_the_shell(&app, "Linus", Role::Admin).await;
    let scope = json!({"scope": {"clusters": ["lab"]}});
    assert_eq!(
        change_stepped_up(&app, &admin, &limited, scope).await.0,
        200
    );
    let answer = limited
        .request(Method::GET, paths::PEOPLE)
        .send()
        .await
        .unwrap();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], "out_of_scope");
    let refused = change_stepped_up(&app, &limited, &viewer, json!({"role": "admin"})).await;
    assert_eq!(code(&refused), (403, "out_of_scope"));
    let path = format!("/api/people/{}/sessions", viewer.session.person.id);
    let refused = limited.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_who_remove_each_other_at_once_leave_one() {
    let app = App::start().await;
    let ada = app.sign_in(Role::Admin).await;
    let bea = made_on_the_shell(&app, "Bea", Role::Admin).await;
    let shut = json!({"enabled": false});
    let (one, other) = tokio::join!(
        change(&ada, &bea, shut.clone()),
        change(&bea, &ada, shut.clone())
    );
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "{one:?} {other:?}");
    assert!([401, 403].contains(&statuses[1]), "{one:?} {other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_that_are_linked_are_one_human_with_all_others_of_either() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let (a, b, c) = tokio::join!(
        made_on_the_shell(&app, "A", Role::Viewer),
        made_on_the_shell(&app, "B", Role::Viewer),
        made_on_the_shell(&app, "C", Role::Viewer),
    );
    let human = async |of: &Actor| view(&admin, of).await["human"].clone();
    assert_ne!(human(&a).await, human(&b).await);
    let link = |to: &Actor| json!({"same_human_as": to.session.person.id});
    assert_eq!(change_stepped_up(&app, &admin, &a, link(&b)).await.0, 200);
    assert_eq!(human(&a).await, human(&b).await);
    // Linking one of the two to somebody else takes nobody out of the company they were in.
    assert_eq!(change_stepped_up(&app, &admin, &b, link(&c)).await.0, 200);
    let (a, b, c) = (human(&a).await, human(&b).await, human(&c).await);
    assert!(a == b && b == c, "{a} {b} {c}");
    let record = last_record(&admin, "person.changed").await;
    assert_ne!(
        record["body"]["before"]["human"],
        record["body"]["after"]["human"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_ends_the_sessions_of_anyone() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let operator = app.sign_in(Role::Operator).await;
    let path = format!("/api/people/{}/sessions", operator.session.person.id);
    let ended = admin.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    let read = operator
        .request(Method::GET, paths::SESSION)
        .send()
        .await
        .unwrap();
    assert_eq!(read.status(), StatusCode::UNAUTHORIZED);
    let record = last_record(&admin, "person.sessions_ended").await;
    assert_eq!(record["body"]["sessions"], 1);
    app.sign_in(Role::Operator).await;
    let nobody = format!("/api/people/{}/sessions", uuid::Uuid::nil());
    let missing = admin.request(Method::DELETE, &nobody).send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_can_do_it_too_and_is_recorded() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let grace = made_on_the_shell(&app, "Grace", Role::Operator).await;
    let store: Store = app.database.store().await;
    let order = async |name: &str, order| shell::carry_out(&store, &clock(&app), name, order).await;
    order("Grace", Order::Disable).await.unwrap();
    let (status, _) = grace.post(paths::EMERGENCY_STOP, &json!({})).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let record = last_record(&admin, "person.changed").await;
    assert_eq!(record["actor"], "the server's shell");
    assert_eq!(record["body"]["source"], "shell");
    order("Grace", Order::Enable).await.unwrap();
    let after = order("Grace", Order::Role(Role::Viewer)).await.unwrap();
    assert_eq!(after.person.role, Role::Viewer);
    assert_eq!(view(&admin, &grace).await["role_source"], "shell");
    assert!(matches!(
        order("Nobody", Order::Enable).await,
        Err(Refused::Nobody(_))
    ));
    app.database
        .execute("UPDATE person SET name = 'Grace' WHERE role = 'operator'")
        .await
        .unwrap();
    let several = order("Grace", Order::Disable).await;
    assert!(matches!(several, Err(Refused::Several { ids, .. }) if ids.len() == 2));
    let id = grace.session.person.id.to_string();
    order(&id, Order::Disable).await.unwrap();
}
