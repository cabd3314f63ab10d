//! Roles that reach only a part: what they see, what they may ask for, and that nothing else shows through.

use argus_types::paths;
use argus_types::person::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Actor, App, text};

/// An operator who reaches what the scope says.
pub async fn operator_of(app: &App, number: u128, scope: &Value) -> Actor {
    let id = uuid::Uuid::from_u128(number);
    app.database
        .execute(format!(
            "INSERT INTO person (id, name, role, demo, created_at, role_since, scope)
             VALUES ('{id}', 'Scoped', 'operator', true, now(), now(), '{scope}')"
        ))
        .await
        .expect("a row");
    let answer = app
        .anonymous(Method::POST, paths::SIGN_IN_DEMO)
        .json(&json!({ "person": id }))
        .send()
        .await
        .expect("an answer");
    app.actor(answer).await
}

/// A tag that some guests of the lab have and others do not, with a guest of each kind.
async fn divide(app: &App) -> (String, Value, Value) {
    let admin = app.sign_in(Role::Admin).await;
    let cluster = admin.get(paths::CLUSTER).await;
    let guests = cluster["guests"].as_array().expect("guests").clone();
    let is_plain = |guest: &Value| {
        guest["status"] == "running" && guest["kind"] == "qemu" && guest["lock"].is_null()
    };
    for inside in guests.iter().filter(|guest| is_plain(guest)) {
        for tag in inside["tags"].as_array().expect("tags") {
            let has = |guest: &Value| {
                guest["tags"]
                    .as_array()
                    .is_some_and(|tags| tags.contains(tag))
            };
            if let Some(outside) = guests.iter().find(|guest| is_plain(guest) && !has(guest)) {
                return (text(tag).to_owned(), inside.clone(), outside.clone());
            }
        }
    }
    panic!("the lab has no tag that divides it");
}

fn snapshot(guest: &Value) -> Value {
    json!({ "draft": { "actions": [{
        "action": "guest.snapshot.create",
        "target": { "kind": guest["kind"], "vmid": guest["vmid"] },
    }] } })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cluster_is_cut_to_what_the_role_reaches_and_says_so() {
    let app = App::start().await;
    let (tag, ..) = divide(&app).await;
    let scoped = operator_of(&app, 0xc1, &json!({ "tags": [tag.to_uppercase()] })).await;
    let seen = scoped.get(paths::CLUSTER).await;
    let guests = seen["guests"].as_array().unwrap();
    assert!(!guests.is_empty());
    for guest in guests {
        assert!(guest["tags"].as_array().unwrap().contains(&json!(tag)));
    }
    let gaps = seen["gaps"].to_string();
    assert!(gaps.contains("does not reach"), "{gaps}");

    let elsewhere = operator_of(&app, 0xc2, &json!({ "clusters": ["elsewhere"] })).await;
    let seen = elsewhere.get(paths::CLUSTER).await;
    assert_eq!((&seen["guests"], &seen["nodes"]), (&json!([]), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_outside_the_scope_can_neither_be_asked_for_nor_seen_nor_decided() {
    let app = App::start().await;
    let (tag, inside, outside) = divide(&app).await;
    let scoped = operator_of(&app, 0xc1, &json!({ "tags": [tag] })).await;
    let own = scoped.propose(snapshot(&inside)).await;
    let (status, problem) = scoped.post(paths::PROPOSALS, &snapshot(&outside)).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (403, &json!("out_of_scope"))
    );

    let admin = app.sign_in(Role::Admin).await;
    let foreign = admin.propose(snapshot(&outside)).await;
    let id = text(&foreign["id"]);
    let listed = scoped.get(paths::ACTIONS).await;
    let ids: Vec<&Value> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["id"])
        .collect();
    assert_eq!(ids, [&own["id"]]);
    for path in [
        format!("/api/actions/{id}"),
        format!("/api/ledger?subject=proposal/{id}"),
    ] {
        let answer = scoped.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 404, "{path}");
    }
    let body = json!({ "digest": foreign["digest"] });
    for act in ["snapshots", "cancel"] {
        let body = if act == "cancel" {
            json!({})
        } else {
            body.clone()
        };
        let (status, _) = scoped
            .post(&format!("/api/actions/{id}/{act}"), &body)
            .await;
        assert_eq!(status.as_u16(), 404, "{act}");
    }
    let records = scoped
        .get(&format!(
            "/api/ledger?subject=proposal/{}",
            text(&own["id"])
        ))
        .await;
    assert!(!records["items"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn series_of_a_guest_outside_do_not_exist() {
    let app = App::start().await;
    let (tag, inside, outside) = divide(&app).await;
    let scoped = operator_of(&app, 0xc1, &json!({ "tags": [tag] })).await;
    let status = async |guest: &Value| {
        let path = format!("/api/metrics?kind=qemu&vmid={}", guest["vmid"]);
        scoped
            .request(Method::GET, &path)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(status(&inside).await, 200);
    assert_eq!(status(&outside).await, 404);
}
