//! The authorisation matrix: every operation of the OpenAPI document against everybody who may ask for it.
//!
//! A new operation fails here until it has a row. A row says which right it takes and what a limited scope means to
//! it; every cell of the matrix follows from the row and from the table of rights in `argus-types`.

use argus_api::clock::{Clock, SystemClock};
use argus_api::session::SessionKeys;
use argus_types::paths;
use argus_types::person::{Permission, Role, TokenMay};
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::app::{Actor, App, assert_secured, text};

/// What an operation takes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Right {
    /// Nothing: anybody may ask.
    Nobody,
    /// A person or a script's token with this permission.
    May(Permission),
    /// A person in a browser with this permission, never a script.
    InBrowser(Permission),
}

/// What a scope that does not cover the operation's subject means to it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Limited {
    /// Nothing: it is about the caller, or its answer is cut to what the scope covers.
    Allowed,
    /// The subject does not exist for them.
    Hidden,
    /// They are told that it is out of scope.
    Refused,
    /// Out of scope where the scope does not even reach the cluster.
    RefusedElsewhere,
    /// Nothing, and what the probe asks for is nobody's: whoever is let in finds nothing.
    Nothing,
}

use Limited::{Allowed, Hidden, Nothing, Refused, RefusedElsewhere};
use Permission as P;
use Right::{InBrowser, May, Nobody};

/// One's own account.
const OWN: Right = InBrowser(P::ManageOwn);

/// Changing the policy.
const POLICY: Right = InBrowser(P::ManagePolicy);

/// Looking after language models.
const MODELS: Right = InBrowser(P::ManageModels);

/// Method, path as in the document, a query to ask with, the right, the meaning of a limited scope.
type Row = (&'static str, &'static str, &'static str, Right, Limited);

/// One row an operation.
const ROWS: &[Row] = &[
    ("get", paths::SIGN_IN_WAYS, "", Nobody, Allowed),
    ("get", paths::HEALTH_LIVE, "", Nobody, Allowed),
    ("get", paths::HEALTH_READY, "", Nobody, Allowed),
    ("get", paths::OPENAPI, "", Nobody, Allowed),
    ("post", paths::SIGN_IN_DEMO, "", Nobody, Allowed),
    ("post", paths::SIGN_IN_LINK, "", Nobody, Allowed),
    ("post", paths::REFRESH, "", Nobody, Allowed),
    ("post", paths::PASSKEY_SIGN_IN, "", Nobody, Allowed),
    ("post", paths::PASSKEY_SIGN_IN_FINISH, "", Nobody, Allowed),
    ("post", paths::RECOVERY, "", Nobody, Allowed),
    ("post", paths::DEVICE, "", Nobody, Allowed),
    ("post", paths::DEVICE_TOKEN, "", Nobody, Allowed),
    ("get", paths::ACCOUNT, "", OWN, Allowed),
    ("get", paths::ACCOUNT_SESSIONS, "", OWN, Allowed),
    ("delete", paths::ACCOUNT_SESSIONS, "", OWN, Allowed),
    ("delete", paths::ACCOUNT_SESSION, "", OWN, Nothing),
    ("post", paths::PASSKEYS, "", OWN, Allowed),
    ("post", paths::PASSKEYS_FINISH, "", OWN, Allowed),
    ("patch", paths::PASSKEY, "", OWN, Nothing),
    ("delete", paths::PASSKEY, "", OWN, Nothing),
    ("post", paths::RECOVERY_CODES, "", OWN, Allowed),
    ("post", paths::STEP_UP, "", OWN, Allowed),
    ("post", paths::STEP_UP_FINISH, "", OWN, Allowed),
    ("get", paths::API_TOKENS, "", OWN, Allowed),
    ("post", paths::API_TOKENS, "", OWN, Allowed),
    ("delete", paths::API_TOKEN, "", OWN, Nothing),
    ("post", paths::DEVICE_LOOK, "", OWN, Allowed),
    ("post", paths::DEVICE_DECIDE, "", OWN, Allowed),
    ("post", paths::OIDC_BEGIN, "", Nobody, Allowed),
    ("post", paths::OIDC_FINISH, "", Nobody, Allowed),
    (
        "get",
        paths::PEOPLE,
        "",
        InBrowser(P::ManagePeople),
        Refused,
    ),
    (
        "patch",
        paths::PERSON,
        "",
        InBrowser(P::ManagePeople),
        Refused,
    ),
    (
        "delete",
        paths::PERSON_SESSIONS,
        "",
        InBrowser(P::ManagePeople),
        Refused,
    ),
    (
        "post",
        paths::INVITATIONS,
        "",
        InBrowser(P::ManagePeople),
        Refused,
    ),
    ("get", paths::SESSION, "", InBrowser(P::Read), Allowed),
    ("delete", paths::SESSION, "", InBrowser(P::Read), Allowed),
    (
        "post",
        paths::STREAM_TICKETS,
        "",
        InBrowser(P::Read),
        Allowed,
    ),
    ("get", paths::STREAM, "", InBrowser(P::Read), Allowed),
    (
        "get",
        paths::EXECUTION_STREAM,
        "",
        InBrowser(P::Read),
        Allowed,
    ),
    ("get", paths::CLUSTER, "", May(P::Read), Allowed),
    ("get", paths::NODES, "", May(P::Read), RefusedElsewhere),
    ("get", paths::METRICS, "?node=pve1", May(P::Read), Refused),
    ("get", paths::LOGS, "?source=cluster", May(P::Read), Refused),
    ("get", paths::LEDGER, "", May(P::Read), Refused),
    ("get", paths::ACTIONS, "", May(P::Read), Allowed),
    ("get", paths::ACTION, "", May(P::Read), Hidden),
    ("get", paths::EXECUTION, "", May(P::Read), Hidden),
    ("get", paths::EVIDENCE, "", May(P::Read), Hidden),
    ("post", paths::RESOLUTION, "", InBrowser(P::Resolve), Hidden),
    ("post", paths::UNDO, "", May(P::Propose), Hidden),
    ("get", paths::STEP_LOG, "", May(P::Read), Hidden),
    ("get", paths::COLLISIONS, "", May(P::Read), Hidden),
    ("get", paths::ALTERNATIVES, "", May(P::Read), Hidden),
    (
        "post",
        paths::ALTERNATIVES,
        "",
        InBrowser(P::Propose),
        Hidden,
    ),
    ("post", paths::PROPOSALS, "", May(P::Propose), Allowed),
    ("post", paths::SNAPSHOTS, "", May(P::Propose), Hidden),
    ("post", paths::CONFIRM, "", May(P::Confirm), Hidden),
    ("post", paths::SCHEDULE, "", InBrowser(P::Confirm), Hidden),
    ("delete", paths::SCHEDULE, "", May(P::Cancel), Hidden),
    ("post", paths::CANCEL, "", May(P::Cancel), Hidden),
    ("get", paths::EMERGENCY_STOP, "", May(P::Read), Allowed),
    (
        "post",
        paths::EMERGENCY_STOP,
        "",
        May(P::EmergencyStop),
        Allowed,
    ),
    (
        "post",
        paths::EMERGENCY_STOP_RELEASE,
        "",
        InBrowser(P::ReleaseEmergencyStop),
        Refused,
    ),
    (
        "post",
        paths::EMERGENCY_STOP_DRILL,
        "",
        InBrowser(P::EmergencyStop),
        Allowed,
    ),
    (
        "delete",
        paths::EMERGENCY_STOP_DRILL,
        "",
        InBrowser(P::EmergencyStop),
        Allowed,
    ),
    ("get", paths::APPROVALS, "", May(P::Read), Hidden),
    ("post", paths::APPROVALS, "", InBrowser(P::Approve), Hidden),
    ("get", paths::APPROVALS_EXPORT, "", May(P::Read), Hidden),
    (
        "post",
        paths::APPROVALS_REVOKE,
        "",
        InBrowser(P::Approve),
        Hidden,
    ),
    ("post", paths::CHANGES, "", InBrowser(P::Confirm), Hidden),
    ("get", paths::DIFF, "", May(P::Read), Hidden),
    ("get", paths::DRIFT, "", InBrowser(P::Confirm), Hidden),
    (
        "post",
        paths::BREAK_GLASS,
        "",
        InBrowser(P::BreakGlass),
        Hidden,
    ),
    (
        "post",
        paths::BREAK_GLASS_REVIEW,
        "",
        InBrowser(P::Approve),
        Hidden,
    ),
    ("get", paths::BROKEN_GLASS, "", May(P::Read), Allowed),
    ("get", paths::DRAFTING, "", May(P::Read), Allowed),
    (
        "delete",
        paths::DRAFTING_CURRENT,
        "",
        May(P::Propose),
        Nothing,
    ),
    ("get", paths::DRAFTING_PROVIDERS, "", MODELS, Refused),
    ("post", paths::DRAFTING_PROVIDER_TEST, "", MODELS, Nothing),
    ("get", paths::DRAFTING_SCORECARD, "", MODELS, Refused),
    ("get", paths::ACTION_DRAFTING, "", May(P::Read), Hidden),
    ("get", paths::POLICY, "", May(P::Read), Allowed),
    ("get", paths::POLICY_VERSIONS, "", May(P::Read), Allowed),
    ("get", paths::POLICY_VERSION, "", May(P::Read), Refused),
    ("post", paths::POLICY_CHECK, "", POLICY, Refused),
    ("post", paths::POLICY_PROPOSALS, "", POLICY, Refused),
    ("post", paths::POLICY_APPROVALS, "", POLICY, Refused),
    ("post", paths::POLICY_CONFIRM, "", POLICY, Refused),
    ("post", paths::POLICY_WITHDRAW, "", POLICY, Refused),
];

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Who {
    Anonymous,
    EndedSession,
    Person(Role),
    /// An admin whose scope covers nothing that the rows are about.
    Scoped(ScopedTo),
    Token(TokenMay),
    /// An operator's token whose scope covers nothing that the rows are about.
    ScopedToken,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum ScopedTo {
    Cluster,
    Pool,
    Tag,
}

const EVERYBODY: [Who; 11] = [
    Who::Anonymous,
    Who::EndedSession,
    Who::Person(Role::Viewer),
    Who::Person(Role::Operator),
    Who::Person(Role::Admin),
    Who::Scoped(ScopedTo::Cluster),
    Who::Scoped(ScopedTo::Pool),
    Who::Scoped(ScopedTo::Tag),
    Who::Token(TokenMay::Read),
    Who::Token(TokenMay::Propose),
    Who::ScopedToken,
];

/// What must come of it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Outcome {
    NotSignedIn,
    Forbidden,
    OutOfScope,
    NotFound,
    /// Past all checks of who asks; what is wrong with the probe itself is no matter here.
    LetIn,
}

fn expected(who: Who, row: Row) -> Outcome {
    let (_, _, _, right, limited) = row;
    let (permission, for_scripts) = match right {
        Nobody => return Outcome::LetIn,
        May(permission) => (permission, true),
        InBrowser(permission) => (permission, false),
    };
    let (role, token, elsewhere, scoped) = match who {
        Who::Anonymous | Who::EndedSession => return Outcome::NotSignedIn,
        Who::Person(role) => (role, None, false, false),
        Who::Scoped(to) => (Role::Admin, None, to == ScopedTo::Cluster, true),
        Who::Token(may) => (Role::Operator, Some(may), false, false),
        Who::ScopedToken => (Role::Operator, Some(TokenMay::Propose), false, true),
    };
    let token_allows = match token {
        None => true,
        Some(may) => for_scripts && permission.token().is_some_and(|least| may >= least),
    };
    if !role.may(permission) || !token_allows {
        return Outcome::Forbidden;
    }
    match limited {
        Hidden if scoped => Outcome::NotFound,
        Nothing => Outcome::NotFound,
        Refused if scoped => Outcome::OutOfScope,
        RefusedElsewhere if elsewhere => Outcome::OutOfScope,
        _ => Outcome::LetIn,
    }
}

/// The installation that everybody asks.
struct World {
    app: App,
    proposal: String,
    execution: String,
    tokens: [(TokenMay, bool, String); 3],
}

impl World {
    async fn build() -> Self {
        let app = App::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
        let execution = admin.confirm(&proposal).await;
        // By then its step has a task, whose log can be asked for.
        admin.finished(&execution).await;
        for (number, scope) in [
            (0xb1, r#"{"clusters":["elsewhere"]}"#),
            (0xb2, r#"{"pools":["nobody"]}"#),
            (0xb3, r#"{"tags":["nothing"]}"#),
        ] {
            let id = uuid::Uuid::from_u128(number);
            app.database
                .execute(format!(
                    "INSERT INTO person (id, name, role, demo, created_at, role_since, scope)
                     VALUES ('{id}', 'Scoped {number}', 'admin', true, now(), now(), '{scope}')"
                ))
                .await
                .expect("a row");
        }
        let keys = SessionKeys::new(app.config.session_secret.clone());
        let mut tokens = [
            (TokenMay::Read, false, String::new()),
            (TokenMay::Propose, false, String::new()),
            (TokenMay::Propose, true, String::new()),
        ];
        for (may, scoped, secret) in &mut tokens {
            *secret = format!("argus_{}", SessionKeys::new_token().expose_secret());
            let hash = hex::encode(keys.hash(secret));
            let scope = if *scoped {
                r#"{"tags":["nothing"]}"#
            } else {
                "{}"
            };
            app.database
                .execute(format!(
                    "INSERT INTO api_token (id, person, token_hash, name, may, scope, created_at, expires_at)
                     SELECT gen_random_uuid(), id, '\\x{hash}', 'test', '{}', '{scope}', now(), now() + interval '1 day'
                     FROM person WHERE role = 'operator' AND demo",
                    may.as_str()
                ))
                .await
                .expect("a row");
        }
        Self {
            proposal: text(&proposal["id"]).to_owned(),
            execution: text(&execution).to_owned(),
            app,
            tokens,
        }
    }

    async fn sign_in(&self, id: &str) -> Actor {
        let answer = self
            .app
            .anonymous(Method::POST, paths::SIGN_IN_DEMO)
            .json(&json!({ "person": id }))
            .send()
            .await
            .expect("an answer");
        self.app.actor(answer).await
    }

    /// A request as `who` makes it, each with a session of its own: some operations end it.
    async fn request(&self, who: Who, method: Method, path: &str) -> reqwest::RequestBuilder {
        let token = |may: TokenMay, scoped: bool| {
            let found = self
                .tokens
                .iter()
                .find(|(m, s, _)| (*m, *s) == (may, scoped));
            format!("Bearer {}", found.expect("one of each").2)
        };
        match who {
            Who::Anonymous => self.app.anonymous(method, path),
            Who::EndedSession => {
                let actor = self.app.sign_in(Role::Admin).await;
                let ended = actor.request(Method::DELETE, paths::SESSION).send().await;
                assert_eq!(ended.expect("an answer").status().as_u16(), 204);
                actor.request(method, path)
            }
            Who::Person(role) => self.app.sign_in(role).await.request(method, path),
            Who::Scoped(to) => {
                let number = match to {
                    ScopedTo::Cluster => 0xb1,
                    ScopedTo::Pool => 0xb2,
                    ScopedTo::Tag => 0xb3,
                };
                let id = uuid::Uuid::from_u128(number).to_string();
                self.sign_in(&id).await.request(method, path)
            }
            Who::Token(may) => self.of_script(method, path, &token(may, false)),
            Who::ScopedToken => self.of_script(method, path, &token(TokenMay::Propose, true)),
        }
    }

    fn of_script(&self, method: Method, path: &str, bearer: &str) -> reqwest::RequestBuilder {
        self.app
            .anonymous(method, path)
            .header("authorization", bearer)
            .header(
                paths::IDEMPOTENCY_KEY_HEADER,
                SystemClock.new_id().to_string(),
            )
    }
}

/// A body that fits the operation's schema where a part of it is needed to get as far as its subject.
fn body(path: &str) -> Value {
    match path {
        paths::CONFIRM | paths::SNAPSHOTS | paths::APPROVALS_REVOKE => {
            json!({ "digest": "0".repeat(64) })
        }
        paths::EMERGENCY_STOP_DRILL => json!({ "lasts_s": 5 }),
        paths::SCHEDULE => {
            json!({ "digest": "0".repeat(64), "not_before": "2126-01-01T00:00:00Z" })
        }
        paths::ALTERNATIVES => {
            json!({ "digest": "0".repeat(64), "choose": { "what": "nothing" } })
        }
        paths::CHANGES => json!({ "digest": "0".repeat(64), "note": "no" }),
        paths::APPROVALS => {
            json!({ "digest": "0".repeat(64), "verdict": "reject", "comment": "no" })
        }
        paths::BREAK_GLASS => json!({
            "digest": "0".repeat(64),
            "reason": "nobody answers and it burns",
            "step_up": uuid::Uuid::nil(),
        }),
        paths::POLICY_CHECK => json!({ "text": "format = 1" }),
        paths::POLICY_PROPOSALS => json!({ "text": "format = 1", "reason": "a probe" }),
        paths::POLICY_APPROVALS => {
            json!({ "digest": "0".repeat(64), "verdict": "reject", "comment": "no" })
        }
        paths::POLICY_CONFIRM | paths::POLICY_WITHDRAW => json!({ "digest": "0".repeat(64) }),
        paths::RESOLUTION => json!({
            "verdict": "it_did_not",
            "note": "a probe",
            "evidence": "0".repeat(64),
        }),
        paths::BREAK_GLASS_REVIEW => json!({ "note": "it burnt" }),
        paths::PASSKEY => json!({ "name": "Probe" }),
        paths::INVITATIONS => json!({ "name": "Grace", "role": "viewer", "hours": 1 }),
        _ => json!({}),
    }
}

fn outcome(status: u16, code: &str) -> Outcome {
    match (status, code) {
        (401, "not_signed_in" | "access_expired") => Outcome::NotSignedIn,
        (403, "forbidden") => Outcome::Forbidden,
        (403, "out_of_scope") => Outcome::OutOfScope,
        (404, "not_found") => Outcome::NotFound,
        _ => Outcome::LetIn,
    }
}

#[test]
fn every_operation_has_one_row_and_every_row_an_operation() {
    let document = serde_json::to_value(argus_api::openapi::document()).unwrap();
    let mut missing = Vec::new();
    let mut known = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let rows = ROWS.iter().filter(|row| row.0 == method && row.1 == path);
            match rows.count() {
                0 => missing.push(format!("{method} {path}")),
                1 => known += 1,
                _ => panic!("{method} {path} has more than one row"),
            }
        }
    }
    assert!(missing.is_empty(), "fill in a row for: {missing:#?}");
    assert_eq!(known, ROWS.len(), "some row has no operation");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_matrix_is_as_its_row_says() {
    let world = World::build().await;
    let mut cells = 0;
    for row in ROWS {
        let (method, path, query, right, _) = *row;
        let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let id = if path.starts_with("/api/executions") {
            world.execution.clone()
        } else if path.starts_with("/api/actions") {
            world.proposal.clone()
        } else if path.starts_with(paths::PEOPLE) {
            // One of the seeded people.
            uuid::Uuid::from_u128(0xa1).to_string()
        } else {
            uuid::Uuid::nil().to_string()
        };
        // The first version of the policy is there from the start.
        let concrete = path.replace("{id}", &id).replace("{number}", "1") + query;
        for who in EVERYBODY {
            let request = world.request(who, verb.clone(), &concrete).await;
            let request = if verb == Method::GET {
                request
            } else {
                request.json(&body(path))
            };
            let answer = request.send().await.unwrap();
            assert_secured(&answer, &format!("{method} {path} as {who:?}"));
            let status = answer.status().as_u16();
            let body: Value = answer.json().await.unwrap_or_default();
            let code = body["code"].as_str().unwrap_or_default();
            assert!(status < 500, "{method} {path} as {who:?}: {status} {code}");
            if right == Nobody {
                assert_ne!(status, 403, "{method} {path} as {who:?}: {code}");
            } else {
                let (found, expected) = (outcome(status, code), expected(who, *row));
                assert_eq!(
                    found, expected,
                    "{method} {path} as {who:?}: {status} {code}"
                );
            }
            cells += 1;
        }
    }
    assert_eq!(cells, ROWS.len() * EVERYBODY.len());
}
