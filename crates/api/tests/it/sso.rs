//! Single sign-on against real providers: a certified one, and one that lies on request.

use argus_api::config::{Grant, SignInProvider};
use argus_identity::oidc::testing::{Browser, Liar, Peer, Person};
use argus_identity::oidc::{Answer, Issuer, Provider, ProviderConfig, ProviderId};
use argus_proxmox_sim::Scenario;
use argus_types::paths;
use argus_types::person::Role;
use argus_types::scope::Scope;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::app::{Actor, App, cookies_of, text};

/// Where providers send the browser back to: the callback on the origin of [`App`]. Nobody listens there.
const BACK: &str = "http://localhost:8090/sign-in/callback/corp";

fn users() -> Value {
    json!({
        "vera": {"name": "Vera V.", "groups": ["argus-viewers"]},
        "otto": {"name": "Otto O.", "email": "otto@example.lan", "groups": ["staff", "argus-ops"], "employee_id": 4711},
        "ada": {"name": "Ada A.", "groups": ["argus-viewers", "argus-admins"]},
        "otto.adm": {"name": "Otto the admin", "groups": ["argus-admins"], "employee_id": "4711"},
        "mallory": {"name": "Otto O.", "email": "otto@example.lan", "groups": ["argus-viewers"]},
        "nobody": {"name": "Nobody", "groups": ["staff"]},
    })
}

fn config_for(issuer: &str) -> ProviderConfig {
    ProviderConfig {
        id: ProviderId::parse("corp").expect("an id"),
        name: "Corporate".to_owned(),
        issuer: Issuer::parse(issuer).expect("an issuer"),
        client_id: "argus".to_owned(),
        client_secret: None,
        ca_file: None,
        scopes: ["profile", "email", "groups"].map(str::to_owned).to_vec(),
        redirect_uri: BACK.parse().expect("an address"),
        groups_claim: "groups".to_owned(),
        person_claim: Some("employee_id".to_owned()),
        name_claim: "name".to_owned(),
    }
}

fn provider(config: ProviderConfig) -> SignInProvider {
    let everywhere = |role| Grant {
        role,
        scope: Scope::default(),
    };
    let web = Scope {
        pools: vec!["web".to_owned()],
        ..Scope::default()
    };
    let ops = Grant {
        role: Role::Operator,
        scope: web,
    };
    SignInProvider {
        provider: Provider::new(config).expect("a usable configuration"),
        rules: vec![
            ("argus-viewers".to_owned(), everywhere(Role::Viewer)),
            ("argus-ops".to_owned(), ops),
            ("argus-admins".to_owned(), everywhere(Role::Admin)),
        ],
    }
}

async fn app_with(issuer: &str) -> App {
    let provider = provider(config_for(issuer));
    App::with(Scenario::lab(), 20.0, |config| {
        config.providers = vec![provider];
    })
    .await
}

/// Begins in a new browser: where it is sent, and the cookie that it keeps.
async fn begin(app: &App) -> (Url, String) {
    let answer = post(app, paths::OIDC_BEGIN, None, &json!({"provider": "corp"})).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let cookie = cookies_of(&answer);
    let body: Value = answer.json().await.expect("JSON");
    (text(&body["url"]).parse().expect("an address"), cookie)
}

/// What the provider sends the browser back with.
async fn walk(address: Url, user: &str) -> Answer {
    Browser::for_client_at(BACK)
        .walk(address, Person::Is(user))
        .await
}

async fn finish(app: &App, cookie: &str, answer: &Answer) -> Response {
    let body = json!({
        "provider": "corp",
        "code": answer.code,
        "state": answer.state,
        "iss": answer.iss,
        "error": answer.error,
        "error_description": answer.error_description,
    });
    post(app, paths::OIDC_FINISH, Some(cookie), &body).await
}

async fn post(app: &App, path: &str, cookie: Option<&str>, body: &Value) -> Response {
    let mut request = app.anonymous(Method::POST, path).json(body);
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    request.send().await.expect("an answer")
}

async fn sign_in(app: &App, user: &str) -> Response {
    let (address, cookie) = begin(app).await;
    let answer = walk(address, user).await;
    finish(app, &cookie, &answer).await
}

async fn signed_in(app: &App, user: &str) -> Actor {
    app.actor(sign_in(app, user).await).await
}

/// Signs somebody in of whom the liar says this.
async fn with_claims(app: &App, liar: &Liar, claims: Value) -> Response {
    liar.tells(&json!({ "claims": claims })).await;
    sign_in(app, "x").await
}

/// Status, code and detail of a refusal.
async fn refusal(answer: Response) -> (u16, String, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.expect("a problem");
    let of = |key: &str| text(&body[key]).to_owned();
    (status, of("code"), of("detail"))
}

async fn people(admin: &Actor) -> Vec<Value> {
    let people = admin.get(paths::PEOPLE).await;
    people.as_array().expect("a list").clone()
}

/// The person with this subject at the provider.
async fn person_of(admin: &Actor, subject: &str) -> Option<Value> {
    people(admin).await.into_iter().find(|person| {
        let identities = person["identities"].as_array().expect("a list");
        identities
            .iter()
            .any(|identity| identity["identity"]["subject"] == subject)
    })
}

/// Records of these kinds, the oldest first.
async fn records(admin: &Actor, kinds: &[&str]) -> Vec<Value> {
    let page = admin.get("/api/ledger?limit=200").await;
    let mut items = page["items"].as_array().expect("a list").clone();
    items.retain(|item| kinds.contains(&text(&item["kind"])));
    items.reverse();
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_with_what_their_groups_give_and_goes_on_past_a_quarter_of_an_hour() {
    let peer = Peer::honest_for(BACK, &users(), &[]);
    let app = app_with(&peer.issuer).await;
    for (user, name, role, pools) in [
        ("vera", "Vera V.", Role::Viewer, json!(null)),
        ("otto", "Otto O.", Role::Operator, json!(["web"])),
        ("ada", "Ada A.", Role::Admin, json!(null)),
    ] {
        let actor = signed_in(&app, user).await;
        let session = actor.get(paths::SESSION).await;
        assert_eq!(session["person"]["name"], name);
        assert_eq!(session["person"]["role"], role.as_str());
        assert_eq!(session["scope"]["pools"], pools);
        let left = session["permissions"].as_array().unwrap().len();
        assert!(left > 0);
    }
    let mut admin = signed_in(&app, "ada").await;
    app.clock.advance(16 * 60);
    let stale = admin
        .request(Method::GET, paths::PEOPLE)
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(stale).await.1, "access_expired");
    let refresh = admin
        .request(Method::POST, paths::REFRESH)
        .send()
        .await
        .unwrap();
    admin.refreshed(refresh).await;
    assert_eq!(person_of(&admin, "vera").await.unwrap()["sessions"], 1);
    let ended = admin
        .request(Method::DELETE, paths::SESSION)
        .send()
        .await
        .unwrap();
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    let (status, _) = admin.post(paths::EMERGENCY_STOP, &json!({})).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sees_the_claims_beside_what_was_made_of_them() {
    let peer = Peer::honest_for(BACK, &users(), &[]);
    let app = app_with(&peer.issuer).await;
    signed_in(&app, "otto").await;
    let admin = signed_in(&app, "ada").await;
    let otto = person_of(&admin, "otto").await.unwrap();
    assert_eq!(otto["role_source"], "groups");
    let identity = &otto["identities"][0];
    assert_eq!(identity["claims"]["groups"], json!(["staff", "argus-ops"]));
    assert_eq!(identity["claims"]["email"], "otto@example.lan");
    assert_eq!(
        identity["mapping"],
        "The role operator within pool web, by the groups: argus-ops."
    );
    assert_eq!(identity["identity"]["provider"], "corp");
    let added = records(&admin, &["person.added", "session.opened"]).await;
    let kinds: Vec<_> = added.iter().map(|record| text(&record["kind"])).collect();
    assert_eq!(
        kinds,
        [
            "person.added",
            "session.opened",
            "person.added",
            "session.opened"
        ]
    );
    assert_eq!(added[0]["body"]["why"]["subject"], "otto");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_decide_anew_at_each_sign_in() {
    let liar = Liar::start();
    let app = app_with(&liar.peer.issuer).await;
    let admin = app.sign_in(Role::Admin).await;
    let claims = |groups: &[&str]| json!({"sub": "eve", "name": "Eve", "groups": groups});
    let answer = with_claims(&app, &liar, claims(&["argus-admins"])).await;
    let eve = app.actor(answer).await;
    assert_eq!(eve.session.person.role, Role::Admin);
    let answer = with_claims(&app, &liar, claims(&["argus-ops"])).await;
    assert_eq!(app.actor(answer).await.session.person.role, Role::Operator);
    // The session from before has no more than the new one.
    let refused = eve.request(Method::GET, paths::PEOPLE).send().await;
    let (status, code, _) = refusal(refused.unwrap()).await;
    assert_eq!((status, code.as_str()), (403, "forbidden"));
    let change = records(&admin, &["person.role_changed"]).await.remove(0);
    assert_eq!(change["body"]["from"]["role"], "admin");
    assert_eq!(change["body"]["to"]["role"], "operator");
    assert_eq!(change["body"]["to"]["scope"]["pools"], json!(["web"]));
    assert_eq!(change["body"]["source"], "groups");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_groups_give_nothing_any_more_loses_everything_until_they_give_again() {
    let liar = Liar::start();
    let app = app_with(&liar.peer.issuer).await;
    let admin = app.sign_in(Role::Admin).await;
    let claims = |groups: &[&str]| json!({"sub": "eve", "name": "Eve", "groups": groups});
    let eve = app
        .actor(with_claims(&app, &liar, claims(&["argus-ops"])).await)
        .await;
    app.database
        .execute(
            "INSERT INTO api_token (id, person, token_hash, name, may, scope, created_at, expires_at)
             SELECT gen_random_uuid(), person, sha256('x'), 'ci', 'read', '{}', now(), now() + interval '1 day'
             FROM external_identity",
        )
        .await
        .unwrap();
    assert_eq!(person_of(&admin, "eve").await.unwrap()["tokens"], 1);

    let (status, code, detail) = refusal(with_claims(&app, &liar, claims(&[])).await).await;
    assert_eq!((status, code.as_str()), (401, "sign_in_refused"));
    assert!(detail.contains("the person is in no group"), "{detail}");
    let (status, _) = eve.post(paths::EMERGENCY_STOP, &json!({})).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let read = eve
        .request(Method::GET, paths::SESSION)
        .send()
        .await
        .unwrap();
    assert_eq!(read.status(), StatusCode::UNAUTHORIZED);
    let shut = person_of(&admin, "eve").await.unwrap();
    assert_eq!(shut["disabled_reason"], "no_role");
    assert_eq!((&shut["sessions"], &shut["tokens"]), (&json!(0), &json!(0)));
    assert_eq!(
        shut["identities"][0]["mapping"],
        "No role: the person is in no group."
    );
    let changed = records(&admin, &["person.changed"]).await.remove(0);
    assert_eq!(changed["body"]["after"]["disabled_reason"], "no_role");
    assert_eq!(changed["body"]["why"]["revoked_tokens"], 1);

    let again = app
        .actor(with_claims(&app, &liar, claims(&["argus-viewers"])).await)
        .await;
    assert_eq!(again.session.person.id, eve.session.person.id);
    assert_eq!(again.session.person.role, Role::Viewer);
    let open = person_of(&admin, "eve").await.unwrap();
    assert_eq!((&open["sessions"], &open["tokens"]), (&json!(1), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_an_admin_disabled_stays_out_whatever_their_groups_are() {
    let liar = Liar::start();
    let app = app_with(&liar.peer.issuer).await;
    let admin = app.sign_in(Role::Admin).await;
    let claims = json!({"sub": "eve", "groups": ["argus-admins"]});
    let eve = app
        .actor(with_claims(&app, &liar, claims.clone()).await)
        .await;
    let path = format!("/api/people/{}", eve.session.person.id);
    let shut = admin
        .request(Method::PATCH, &path)
        .json(&json!({"enabled": false}));
    assert_eq!(shut.send().await.unwrap().status(), StatusCode::OK);
    let (status, _, detail) = refusal(with_claims(&app, &liar, claims).await).await;
    assert_eq!(status, 401);
    assert!(detail.contains("disabled by an admin"), "{detail}");
    // Nor do groups that give nothing make it the kind of shut that opens by itself.
    with_claims(&app, &liar, json!({"sub": "eve", "groups": []})).await;
    let person = person_of(&admin, "eve").await.unwrap();
    assert_eq!(person["disabled_reason"], "admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_that_are_not_exactly_ours_give_nobody_anything() {
    let liar = Liar::start();
    let app = app_with(&liar.peer.issuer).await;
    let admin = app.sign_in(Role::Admin).await;
    let seeded = people(&admin).await.len();
    let many: Vec<String> = (0..300).map(|number| format!("g{number}")).collect();
    for (claims, cause, reason) in [
        (json!({"groups": []}), "in no group", "groups_empty"),
        (
            json!({"groups": ["argus-admins "]}),
            "only group is not mapped",
            "groups_not_mapped",
        ),
        (
            json!({"groups": ["ARGUS-ADMINS", "x"]}),
            "none of the person's 2 groups",
            "groups_not_mapped",
        ),
        (
            json!({"groups": many}),
            "none of the person's 300 groups",
            "groups_not_mapped",
        ),
        (
            json!({"roles": ["argus-admins"]}),
            "no `groups` claim",
            "groups_absent",
        ),
        (
            json!({"groups": "argus-admins"}),
            "not a list of group names",
            "groups_malformed",
        ),
        (
            json!({"groups": null, "_claim_names": {"groups": "src1"}}),
            "overage",
            "groups_overage",
        ),
    ] {
        let (status, code, detail) = refusal(with_claims(&app, &liar, claims).await).await;
        assert_eq!(
            (status, code.as_str()),
            (401, "sign_in_refused"),
            "{reason}"
        );
        assert!(detail.contains(cause), "{detail}");
        let last = records(&admin, &["session.refused"]).await.pop().unwrap();
        assert_eq!(last["body"]["reason"], reason);
    }
    assert_eq!(people(&admin).await.len(), seeded);
    let mut groups: Vec<String> = (0..299).map(|number| format!("g{number}")).collect();
    groups.push("argus-ops".to_owned());
    let answer = with_claims(&app, &liar, json!({ "groups": groups })).await;
    assert_eq!(app.actor(answer).await.session.person.role, Role::Operator);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_forged_token_is_refused_and_recorded_for_what_it_is() {
    let liar = Liar::start();
    let app = app_with(&liar.peer.issuer).await;
    let admin = app.sign_in(Role::Admin).await;
    let seeded = people(&admin).await.len();
    let now = argus_identity::oidc::testing::now().unix_timestamp();
    for (lies, reason, status) in [
        (
            json!({"claims": {"aud": "other"}}),
            "audience_mismatch",
            401,
        ),
        (
            json!({"claims": {"iss": "https://idp.lan"}}),
            "token_issuer_mismatch",
            401,
        ),
        (json!({"claims": {"nonce": "other"}}), "nonce_mismatch", 401),
        (
            json!({"claims": {"exp": now - 60}}),
            "id_token_expired",
            401,
        ),
        (json!({"claims": {"iat": now + 45}}), "clock_behind", 401),
        (json!({"signature": "none"}), "algorithm_refused", 401),
        (json!({"signature": "public_key"}), "algorithm_refused", 401),
        (json!({"signature": "stranger"}), "signature_wrong", 401),
        (json!({"header": {"kid": "nobody's"}}), "key_unknown", 401),
        (
            json!({"redirect": {"iss": "https://idp.lan"}}),
            "answer_issuer_mismatch",
            401,
        ),
        (
            json!({"token": {"status": 400, "body": {"error": "invalid_client"}}}),
            "client_refused",
            502,
        ),
        (
            json!({"token": {"status": 302, "headers": {"location": "http://localhost:1/"}}}),
            "redirected",
            502,
        ),
    ] {
        let mut lies = lies;
        lies["claims"]["groups"] = json!(["argus-admins"]);
        liar.tells(&lies).await;
        let (address, cookie) = begin(&app).await;
        let answer = walk(address, "x").await;
        let refused = finish(&app, &cookie, &answer).await;
        let cleared = cookies_of(&refused);
        assert_eq!(cleared, "__Host-argus_oidc=", "{reason}");
        let (found, _, detail) = refusal(refused).await;
        assert_eq!(found, status, "{reason}: {detail}");
        let last = records(&admin, &["session.refused"]).await.pop().unwrap();
        assert_eq!(last["body"]["reason"], reason);
        assert_eq!(last["body"]["detail"], detail);
        let everything = admin.get("/api/ledger?limit=200").await.to_string();
        for secret in [answer.code.unwrap(), answer.state.unwrap()] {
            assert!(!everything.contains(&secret) && !detail.contains(&secret));
        }
    }
    assert_eq!(people(&admin).await.len(), seeded, "nobody came in");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_good_once_and_in_the_browser_that_asked() {
    let peer = Peer::honest_for(BACK, &users(), &[]);
    let app = app_with(&peer.issuer).await;
    let (address, cookie) = begin(&app).await;
    let (_, other) = begin(&app).await;
    let answer = walk(address, "ada").await;
    // In another browser it answers nothing, and uses up what that one had begun.
    let (status, _, detail) = refusal(finish(&app, &other, &answer).await).await;
    assert_eq!(status, 401);
    assert!(detail.contains("state is not the one"), "{detail}");
    let again = refusal(finish(&app, &other, &answer).await).await;
    assert!(again.2.contains("no sign-in under way"), "{}", again.2);
    let nowhere = refusal(finish(&app, "a=b", &answer).await).await;
    assert!(nowhere.2.contains("no sign-in under way"), "{}", nowhere.2);
    // In its own it opens one session.
    app.actor(finish(&app, &cookie, &answer).await).await;
    let replayed = refusal(finish(&app, &cookie, &answer).await).await;
    assert_eq!(replayed.0, 401);
    // Nor does the code help whoever makes the state fit: it was asked for with another verifier.
    let (address, cookie) = begin(&app).await;
    let state = address.query_pairs().find(|(key, _)| key == "state");
    let stolen = Answer {
        state: state.map(|(_, state)| state.into_owned()),
        ..answer
    };
    let (status, _, detail) = refusal(finish(&app, &cookie, &stolen).await).await;
    assert_eq!(status, 401);
    assert!(detail.contains("refuses the code"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_over_after_ten_minutes() {
    let peer = Peer::honest_for(BACK, &users(), &[]);
    let app = app_with(&peer.issuer).await;
    let (address, cookie) = begin(&app).await;
    let answer = walk(address, "ada").await;
    app.clock.advance(601);
    let (status, _, detail) = refusal(finish(&app, &cookie, &answer).await).await;
    assert_eq!(status, 401);
    assert!(detail.contains("ten minutes"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_name_and_address_are_nobodys_key() {
    let peer = Peer::honest_for(BACK, &users(), &[]);
    let app = app_with(&peer.issuer).await;
    let otto = signed_in(&app, "otto").await;
    let mallory = signed_in(&app, "mallory").await;
    assert_ne!(otto.session.person.id, mallory.session.person.id);
    assert_eq!(mallory.session.person.role, Role::Viewer);
    let admin = signed_in(&app, "ada").await;
    let mallory = person_of(&admin, "mallory").await.unwrap();
    assert_eq!(mallory["identities"].as_array().unwrap().len(), 1);
    assert_eq!(mallory["human"], json!(null), "no claim names anybody");
    let refused = refusal(sign_in(&app, "nobody").await).await;
    assert_eq!(refused.0, 401);
    assert!(person_of(&admin, "nobody").await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_of_one_number_are_one_human_and_stay_so() {
    let liar = Liar::start();
    let app = app_with(&liar.peer.issuer).await;
    let admin = app.sign_in(Role::Admin).await;
    let human = async |sub: &str, number: Value| {
        let claims = json!({"sub": sub, "groups": ["argus-ops"], "employee_id": number});
        app.actor(with_claims(&app, &liar, claims).await).await;
        person_of(&admin, sub).await.unwrap()["human"].clone()
    };
    assert_eq!(human("otto", json!(null)).await, json!(null));
    let otto = human("otto", json!(4711)).await;
    assert!(otto.is_string());
    assert_eq!(human("otto.adm", json!("4711")).await, otto);
    assert_ne!(human("vera", json!(4712)).await, otto);
    // A claim that goes away or changes makes nobody two people.
    assert_eq!(human("otto.adm", json!(null)).await, otto);
    let renumbered = human("otto.adm", json!(5000)).await;
    assert_eq!(human("otto", json!(4711)).await, renumbered);
    let joined = human("otto", json!(4712)).await;
    assert_eq!(person_of(&admin, "vera").await.unwrap()["human"], joined);
    assert_eq!(
        person_of(&admin, "otto.adm").await.unwrap()["human"],
        joined
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_at_the_provider_is_told_so() {
    let peer = Peer::honest_for(BACK, &users(), &[]);
    let app = app_with(&peer.issuer).await;
    let (address, cookie) = begin(&app).await;
    let answer = Browser::for_client_at(BACK)
        .walk(address, Person::Cancels)
        .await;
    let (status, code, detail) = refusal(finish(&app, &cookie, &answer).await).await;
    assert_eq!((status, code.as_str()), (401, "sign_in_refused"));
    assert!(
        detail.contains("denied the sign-in (the person cancelled)"),
        "{detail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_cannot_be_used_says_why_and_what_mends_it() {
    let mut peer = Peer::honest_for(BACK, &users(), &[]);
    let app = app_with(&peer.issuer).await;
    peer.kill();
    let begin = async |app: &App| {
        let body = json!({"provider": "corp"});
        refusal(post(app, paths::OIDC_BEGIN, None, &body).await).await
    };
    let (status, code, detail) = begin(&app).await;
    assert_eq!((status, code.as_str()), (502, "provider_failed"));
    assert!(detail.contains("refuses the connection"), "{detail}");
    assert!(detail.contains("auth.oidc.issuer"), "{detail}");
    let admin = app.sign_in(Role::Admin).await;
    let last = records(&admin, &["session.refused"]).await.pop().unwrap();
    assert_eq!(last["body"]["reason"], "connection_refused");
    assert_eq!(last["body"]["way"], "oidc/corp");
    let nobody = post(&app, paths::OIDC_BEGIN, None, &json!({"provider": "other"})).await;
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND);
    // The simulated cluster has a certificate of an authority of its own.
    let api = Url::parse(app.simulator.api_url()).unwrap();
    let private = app_with(&api.origin().ascii_serialization()).await;
    let (status, _, detail) = begin(&private).await;
    assert_eq!(status, 502);
    assert!(
        detail.contains("signed by an unknown authority") && detail.contains("auth.oidc.ca_file"),
        "{detail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_and_the_cookie_are_what_they_must_be() {
    let peer = Peer::honest_for(BACK, &users(), &[]);
    let app = app_with(&peer.issuer).await;
    let ways = app
        .anonymous(Method::GET, paths::SIGN_IN_WAYS)
        .send()
        .await
        .unwrap();
    let ways: Value = ways.json().await.unwrap();
    assert_eq!(
        ways["providers"],
        json!([{"id": "corp", "name": "Corporate"}])
    );
    let answer = post(&app, paths::OIDC_BEGIN, None, &json!({"provider": "corp"})).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in [
        "__Host-argus_oidc=",
        "HttpOnly",
        "Secure",
        "SameSite=Strict",
        "Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let body: Value = answer.json().await.unwrap();
    let url = Url::parse(text(&body["url"])).unwrap();
    let of = |name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .unwrap()
            .1
            .into_owned()
    };
    assert_eq!(of("redirect_uri"), BACK);
    assert_eq!(of("code_challenge_method"), "S256");
    assert_eq!(of("scope"), "openid profile email groups");
    // A way in that goes around the provider is somebody's business.
    let admin = app.sign_in(Role::Admin).await;
    assert_eq!(records(&admin, &["sign_in.fallback_used"]).await.len(), 1);
}
