//! Passkeys: enrolling, signing in, and what a browser or a thief may get wrong.

use std::time::{Duration, Instant};

use argus_api::config::Profile;
use argus_identity::passkey::testing::Authenticator;
use argus_proxmox_sim::Scenario;
use argus_types::paths;
use argus_types::person::Role;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::app::{Actor, App, ORIGIN, text};

/// Makes an authenticator dishonest.
type Spoil = fn(&mut Authenticator);

/// An honest authenticator in a browser on the console's page.
pub fn authenticator() -> Authenticator {
    Authenticator::new(&ORIGIN.parse().expect("an origin"))
}

/// Enrols a passkey of the actor's; gives its view.
pub async fn enrol(actor: &Actor, device: &mut Authenticator) -> Value {
    let (status, made) = try_enrol(actor, device).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made
}

async fn try_enrol(actor: &Actor, device: &mut Authenticator) -> (StatusCode, Value) {
    let (status, ceremony) = actor.post(paths::PASSKEYS, &json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{ceremony}");
    let credential = device.create(&ceremony["options"]).expect("a new key");
    let answer = json!({ "id": ceremony["id"], "credential": credential, "name": "Laptop" });
    actor.post(paths::PASSKEYS_FINISH, &answer).await
}

/// A sign-in's ceremony, and what the device answers.
async fn asked(app: &App, device: &mut Authenticator) -> Value {
    let begun = app
        .anonymous(Method::POST, paths::PASSKEY_SIGN_IN)
        .send()
        .await
        .expect("an answer");
    assert_eq!(begun.status(), StatusCode::CREATED);
    let ceremony: Value = begun.json().await.expect("a ceremony");
    let credential = device.get(&ceremony["options"]).expect("a key");
    json!({ "id": ceremony["id"], "credential": credential })
}

async fn finish(app: &App, answer: &Value) -> Response {
    app.anonymous(Method::POST, paths::PASSKEY_SIGN_IN_FINISH)
        .json(answer)
        .send()
        .await
        .expect("an answer")
}

async fn sign_in(app: &App, device: &mut Authenticator) -> Response {
    let answer = asked(app, device).await;
    finish(app, &answer).await
}

/// The reason of the newest refused sign-in.
async fn refused_as(actor: &Actor) -> String {
    refusals(actor).await.swap_remove(0)
}

/// The reasons of refused sign-ins, the newest first.
async fn refusals(actor: &Actor) -> Vec<String> {
    let ledger = actor.get("/api/ledger?limit=200").await;
    let records = ledger["items"].as_array().expect("records");
    let refused = records
        .iter()
        .filter(|record| record["kind"] == "session.refused");
    let reasons = refused.map(|record| text(&record["body"]["reason"]).to_owned());
    reasons.collect()
}

async fn kinds(actor: &Actor) -> Vec<String> {
    let ledger = actor.get("/api/ledger?limit=200").await;
    let records = ledger["items"].as_array().expect("records");
    let kinds = records
        .iter()
        .map(|record| text(&record["kind"]).to_owned());
    kinds.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_enrols_a_passkey_signs_in_with_it_names_it_and_removes_it() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let mut device = authenticator();
    let made = enrol(&operator, &mut device).await;
    assert_eq!(made["name"], "Laptop");
    let opened = app.actor(sign_in(&app, &mut device).await).await;
    assert_eq!(opened.session.person, operator.session.person);
    assert!(opened.session.has_passkey);
    let account = opened.get(paths::ACCOUNT).await;
    assert_eq!(account["passkeys"].as_array().unwrap().len(), 1);
    assert!(account["passkeys"][0]["last_used_at"].is_string());
    let sessions = opened.get(paths::ACCOUNT_SESSIONS).await;
    let ways: Vec<_> = sessions
        .as_array()
        .unwrap()
        .iter()
        .map(|s| text(&s["way"]))
        .collect();
    assert_eq!(ways, ["passkey", "demo"]);

    let path = paths::PASSKEY.replace("{id}", text(&made["id"]));
    let rename = opened
        .request(Method::PATCH, &path)
        .json(&json!({ "name": " Key\nring " }));
    assert_eq!(
        rename.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    let account = opened.get(paths::ACCOUNT).await;
    assert_eq!(account["passkeys"][0]["name"], "Key ring");

    // The only one, and there is no provider: it stays until there is another.
    let last = opened.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(last.status(), StatusCode::CONFLICT);
    enrol(&opened, &mut authenticator()).await;
    let removed = opened.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        sign_in(&app, &mut device).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let kinds = kinds(&opened).await;
    for kind in [
        "passkey.added",
        "passkey.renamed",
        "passkey.removed",
        "session.opened",
    ] {
        assert!(kinds.iter().any(|have| have == kind), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_opens_one_session_however_often_it_is_sent() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    let mut device = authenticator();
    enrol(&viewer, &mut device).await;
    let answer = asked(&app, &mut device).await;
    let (first, second) = tokio::join!(finish(&app, &answer), finish(&app, &answer));
    let mut statuses = [first.status().as_u16(), second.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    assert_eq!(
        finish(&app, &answer).await.status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(refused_as(&viewer).await, "ceremony_over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ceremony_ends_by_itself_after_five_minutes() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    let mut device = authenticator();
    enrol(&viewer, &mut device).await;
    let early = asked(&app, &mut device).await;
    app.clock.advance(299);
    assert_eq!(finish(&app, &early).await.status(), StatusCode::OK);
    let late = asked(&app, &mut device).await;
    app.clock.advance(301);
    assert_eq!(finish(&app, &late).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn dishonest_answers_are_refused_with_one_text_and_recorded_with_their_reasons() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let mut device = authenticator();
    enrol(&admin, &mut device).await;
    let cases: [(&str, Spoil); 6] = [
        ("not_verified", |device| device.user_verified = false),
        ("origin", |device| {
            device.origin = "https://evil.example".to_owned();
        }),
        ("origin", |device| device.embedded = true),
        ("relying_party", |device| {
            device.relying_party = Some("evil.example".to_owned());
        }),
        ("other_person", |device| {
            device.user_handle = Some(vec![7; 16]);
        }),
        ("not_present", |device| device.user_present = false),
    ];
    let mut texts = Vec::new();
    for (reason, spoil) in cases {
        let mut bad = device.clone();
        spoil(&mut bad);
        let answer = sign_in(&app, &mut bad).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{reason}");
        let mut problem: Value = answer.json().await.unwrap();
        problem["request_id"] = Value::Null;
        texts.push(problem);
        assert_eq!(refused_as(&admin).await, reason);
    }
    // An answer to a question that was not asked: somebody else's ceremony.
    let mut answer = asked(&app, &mut device).await;
    answer["id"] = asked(&app, &mut device).await["id"].clone();
    let swapped = finish(&app, &answer).await;
    assert_eq!(swapped.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(refused_as(&admin).await, "challenge");
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert_eq!(texts[0]["code"], "sign_in_refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloned_passkey_is_refused_void_and_raises_an_alert_in_the_ledger() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let mut device = authenticator();
    let made = enrol(&admin, &mut device).await;
    let mut thief = device.clone();
    for _ in 0..2 {
        assert_eq!(sign_in(&app, &mut device).await.status(), StatusCode::OK);
    }
    assert_eq!(
        sign_in(&app, &mut thief).await.status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(refused_as(&admin).await, "cloned");
    assert!(
        kinds(&admin)
            .await
            .iter()
            .any(|kind| kind == "passkey.cloned")
    );
    // Which of the two is the owner's, nobody can tell.
    assert_eq!(
        sign_in(&app, &mut device).await.status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(refused_as(&admin).await, "void");
    let account = admin.get(paths::ACCOUNT).await;
    assert!(account["passkeys"][0]["cloned_at"].is_string());
    assert_eq!(admin.get(paths::SESSION).await["has_passkey"], false);
    // It does not count as a way in, so it may go.
    let path = paths::PASSKEY.replace("{id}", text(&made["id"]));
    let removed = admin.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn enrolment_refuses_what_could_never_sign_in_and_other_sessions_ceremonies() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let other = app.sign_in(Role::Operator).await;
    let mut unverified = authenticator();
    unverified.user_verified = false;
    let (status, problem) = try_enrol(&operator, &mut unverified).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("wrong_state"))
    );
    let mut forgetful = authenticator();
    forgetful.discoverable = false;
    assert_eq!(
        try_enrol(&operator, &mut forgetful).await.0,
        StatusCode::CONFLICT
    );

    let mut device = authenticator();
    let (_, ceremony) = operator.post(paths::PASSKEYS, &json!({})).await;
    let credential = device.create(&ceremony["options"]).unwrap();
    let answer = json!({ "id": ceremony["id"], "credential": credential });
    // Another session, even of the same person, cannot end it, and does not use it up either.
    assert_eq!(
        other.post(paths::PASSKEYS_FINISH, &answer).await.0,
        StatusCode::CONFLICT
    );
    let (status, made) = operator.post(paths::PASSKEYS_FINISH, &answer).await;
    assert_eq!(
        (status, &made["name"]),
        (StatusCode::CREATED, &json!("Passkey"))
    );
    assert_eq!(
        operator.post(paths::PASSKEYS_FINISH, &answer).await.0,
        StatusCode::CONFLICT
    );
    // The same authenticator is told that it has one already.
    let (_, ceremony) = operator.post(paths::PASSKEYS, &json!({})).await;
    assert!(device.create(&ceremony["options"]).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_or_seeded_person_is_kept_out_like_an_unknown_one() {
    let mut app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let mut device = authenticator();
    enrol(&operator, &mut device).await;
    app.database
        .execute("UPDATE person SET disabled_at = now(), disabled_reason = 'admin' WHERE role = 'operator'")
        .await
        .unwrap();
    assert_eq!(
        sign_in(&app, &mut device).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let admin = app.sign_in(Role::Admin).await;
    assert_eq!(refused_as(&admin).await, "disabled");
    app.database
        .execute("UPDATE person SET disabled_at = NULL, disabled_reason = NULL")
        .await
        .unwrap();
    assert_eq!(sign_in(&app, &mut device).await.status(), StatusCode::OK);
    app.config.profile = Profile::Production;
    app.restart().await;
    assert_eq!(
        sign_in(&app, &mut device).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_without_a_name_offers_no_passkeys_and_says_why() {
    let app = App::with(Scenario::lab(), 20.0, |config| {
        config.public_origin = "http://127.0.0.1:8090".to_owned();
    })
    .await;
    let ways = app
        .anonymous(Method::GET, paths::SIGN_IN_WAYS)
        .send()
        .await
        .unwrap();
    assert_eq!(ways.json::<Value>().await.unwrap()["passkey"], false);
    let begun = app.anonymous(Method::POST, paths::PASSKEY_SIGN_IN);
    let begun = begun
        .header("origin", "http://127.0.0.1:8090")
        .send()
        .await
        .unwrap();
    assert_eq!(
        begun.status(),
        StatusCode::FORBIDDEN,
        "two origins are none"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_passkeys_are_refused_with_the_same_answer_in_the_same_time() {
    const TRIES: usize = 100;
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    // As many as it takes for that many tries: each has ten.
    let mut known: Vec<Authenticator> = (0..TRIES / 10).map(|_| authenticator()).collect();
    for device in &mut known {
        enrol(&operator, device).await;
    }
    // Whatever comes first after a pause is slower, so first is compared with first and second with second.
    let mut times: [[Vec<Duration>; 2]; 2] = Default::default();
    let mut answers = Vec::new();
    for round in 0..TRIES {
        // Its signature is wrong, and all else is right.
        let device = &mut known[round % (TRIES / 10)];
        let mut wrong = asked(&app, device).await;
        let signature = text(&wrong["credential"]["response"]["signature"]).to_owned();
        let spoilt = format!("{}AAAA", &signature[..signature.len() - 4]);
        wrong["credential"]["response"]["signature"] = spoilt.into();
        // The same of a passkey that is not enrolled.
        let mut lost = asked(&app, device).await;
        lost["credential"]["id"] = other_id(round).into();
        lost["credential"]["rawId"] = other_id(round).into();
        let mut pair = [(0, wrong), (1, lost)];
        if round % 2 == 1 {
            pair.reverse();
        }
        for (place, (kind, answer)) in pair.into_iter().enumerate() {
            let started = Instant::now();
            let refused = finish(&app, &answer).await;
            times[place][kind].push(started.elapsed());
            let mut problem: Value = refused.json().await.unwrap();
            problem["request_id"] = Value::Null;
            answers.push(problem);
        }
    }
    let reasons = refusals(&operator).await;
    for reason in ["signature", "unknown_passkey"] {
        let met = reasons.iter().filter(|have| *have == reason).count();
        assert_eq!(met, TRIES, "{reason}: every try got this far");
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let medians = times.map(|place| {
        place.map(|mut list| {
            list.sort_unstable();
            list[list.len() / 2]
        })
    });
    assert!(
        medians
            .iter()
            .all(|[known, unknown]| known.abs_diff(*unknown) < Duration::from_millis(5)),
        "{medians:?}"
    );
    println!("known and unknown, first and second: {medians:?}");
}

/// A credential id that nobody has: 32 bytes in base64url, whose last character has no bits to spare.
fn other_id(number: usize) -> String {
    format!("{number:042}A")
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_open_one_session_each_that_lasts_an_hour() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let (status, made) = operator.post(paths::RECOVERY_CODES, &json!({})).await;
    assert_eq!(status, StatusCode::CREATED);
    let old: Vec<String> = codes(&made);
    assert_eq!(old.len(), 10);
    let (_, made) = operator.post(paths::RECOVERY_CODES, &json!({})).await;
    let new = codes(&made);
    let recover = async |code: String| {
        let request = app.anonymous(Method::POST, paths::RECOVERY);
        request.json(&json!({ "code": code })).send().await.unwrap()
    };
    assert_eq!(
        recover(old[0].clone()).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let typed = new[0].to_lowercase().replace('-', " ");
    let opened = app.actor(recover(typed.clone()).await).await;
    assert_eq!(opened.session.person, operator.session.person);
    assert_eq!(recover(typed).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(opened.get(paths::ACCOUNT).await["recovery_codes"], 9);
    let kinds = kinds(&opened).await;
    for kind in ["recovery_codes.made", "recovery_code.used"] {
        assert!(kinds.iter().any(|have| have == kind), "{kind}");
    }
    // It is for a new passkey.
    enrol(&opened, &mut authenticator()).await;
    app.clock.advance(3601);
    let late = opened
        .request(Method::POST, paths::PASSKEYS)
        .send()
        .await
        .unwrap();
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);
}

fn codes(made: &Value) -> Vec<String> {
    let codes = made["codes"].as_array().expect("codes");
    codes.iter().map(|code| text(code).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_end_their_other_sessions_and_nobody_elses() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let other = app.sign_in(Role::Operator).await;
    let third = app.sign_in(Role::Operator).await;
    let viewer = app.sign_in(Role::Viewer).await;
    let sessions = other.get(paths::ACCOUNT_SESSIONS).await;
    let own = sessions
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["current"] == true)
        .unwrap();
    let path = paths::ACCOUNT_SESSION.replace("{id}", text(&own["id"]));
    let foreign = viewer.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    let ended = operator
        .request(Method::DELETE, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        other.post(paths::PASSKEYS, &json!({})).await.0,
        StatusCode::UNAUTHORIZED
    );
    let others = operator
        .request(Method::DELETE, paths::ACCOUNT_SESSIONS)
        .send()
        .await
        .unwrap();
    assert_eq!(others.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        third.post(paths::PASSKEYS, &json!({})).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        operator
            .get(paths::ACCOUNT_SESSIONS)
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
