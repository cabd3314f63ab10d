//! Invitations: an account and a link that opens it once.

use argus_types::paths;
use argus_types::person::Role;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::app::{Actor, App, ORIGIN, text};
use crate::people::{made_on_the_shell, step_up};

async fn invite(app: &App, admin: &Actor, mut body: Value) -> (StatusCode, Value) {
    body["step_up"] = json!(step_up(app, admin, "invitation").await);
    admin.post(paths::INVITATIONS, &body).await
}

fn grace() -> Value {
    json!({"name": "Grace", "role": "operator", "scope": {"pools": ["web"]}, "hours": 2})
}

async fn open(app: &App, made: &Value) -> Response {
    let token = text(&made["link"]).split_once('#').expect("a secret").1;
    let request = app.anonymous(Method::POST, paths::SIGN_IN_LINK);
    let request = request.json(&json!({ "token": token }));
    request.send().await.expect("an answer")
}

async fn human(admin: &Actor, id: &Value) -> Value {
    let people = admin.get(paths::PEOPLE).await;
    let people = people.as_array().expect("a list");
    let found = people.iter().find(|view| &view["person"]["id"] == id);
    found.expect("the person")["human"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_person_comes_in_once_with_what_they_were_given() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let (status, made) = invite(&app, &admin, grace()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert!(text(&made["link"]).starts_with(&format!("{ORIGIN}/invitation#")));
    let actor = app.actor(open(&app, &made).await).await;
    assert_eq!(actor.session.person.name, "Grace");
    assert_eq!(actor.session.person.role, Role::Operator);
    assert_eq!(actor.session.scope.to_string(), "pool web");
    assert_eq!(open(&app, &made).await.status(), StatusCode::UNAUTHORIZED);
    let ledger = admin.get("/api/ledger?limit=200").await;
    let records = ledger["items"].as_array().unwrap();
    let record = records
        .iter()
        .find(|item| item["kind"] == "invitation.made")
        .unwrap();
    assert_eq!(record["actor"], "Ada");
    assert_eq!(record["body"]["given"]["role"], "operator");
    let secret = text(&made["link"]).split_once('#').unwrap().1;
    assert!(!ledger.to_string().contains(secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_takes_a_step_up_of_its_own_and_a_name_and_a_time_within_bounds() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let count = async || admin.get(paths::PEOPLE).await.as_array().unwrap().len();
    let before = count().await;
    let (status, body) = admin.post(paths::INVITATIONS, &grace()).await;
    assert_eq!(
        (status.as_u16(), text(&body["code"])),
        (403, "step_up_needed")
    );
    let mut repeated = grace();
    repeated["step_up"] = json!(step_up(&app, &admin, "invitation").await);
    let (status, _) = admin.post(paths::INVITATIONS, &repeated).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, _) = admin.post(paths::INVITATIONS, &repeated).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "used up");
    for (key, value) in [
        ("hours", json!(0)),
        ("hours", json!(169)),
        ("name", json!(" ")),
        ("name", json!("a\nb")),
        ("role", json!("owner")),
        ("same_human_as", json!(uuid::Uuid::nil())),
    ] {
        let mut body = grace();
        body[key] = value;
        let (status, answer) = invite(&app, &admin, body).await;
        assert_eq!(status.as_u16(), 422, "{key}: {answer}");
    }
    assert_eq!(count().await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_ends_after_its_hours_and_with_its_account() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let (_, late) = invite(&app, &admin, grace()).await;
    let (_, shut) = invite(&app, &admin, grace()).await;
    let path = format!("/api/people/{}", text(&shut["person"]["id"]));
    let request = admin.request(Method::PATCH, &path);
    let answer = request
        .json(&json!({"enabled": false}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(open(&app, &shut).await.status(), StatusCode::UNAUTHORIZED);
    app.clock.advance(2 * 3600);
    assert_eq!(open(&app, &late).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_for_a_known_human_is_that_humans_and_otherwise_somebody_new() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let linus = made_on_the_shell(&app, "Linus", Role::Admin).await;
    let linus_id = json!(linus.session.person.id);
    let mut second = grace();
    second["same_human_as"] = linus_id.clone();
    let (_, second) = invite(&app, &admin, second).await;
    let (_, new) = invite(&app, &admin, grace()).await;
    let known = human(&admin, &linus_id).await;
    assert!(known.is_string());
    assert_eq!(human(&admin, &second["person"]["id"]).await, known);
    assert_ne!(human(&admin, &new["person"]["id"]).await, known);
    // Whom nobody vouched for becomes somebody through another admin only.
    app.database
        .execute("UPDATE person SET human = NULL WHERE name = 'Linus' OR name = 'Vera'")
        .await
        .unwrap();
    let mut own = grace();
    own["same_human_as"] = linus_id.clone();
    let (status, body) = invite(&app, &linus, own.clone()).await;
    assert_eq!(
        (status.as_u16(), text(&body["code"])),
        (403, "second_person_needed")
    );
    let (status, made) = invite(&app, &admin, own).await;
    assert_eq!(status, StatusCode::CREATED);
    let known = human(&admin, &linus_id).await;
    assert!(known.is_string());
    assert_eq!(human(&admin, &made["person"]["id"]).await, known);
}
