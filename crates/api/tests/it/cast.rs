//! People for what takes two of them, and their fresh passkey assertions.
//!
//! How a passkey is asked is another test's matter: assertions are written through the store here, as the ceremony
//! does it, and used through the API.

use argus_api::clock::{Clock, SystemClock};
use argus_api::session::SessionKeys;
use argus_store::NewStepUp;
use argus_types::account::StepUpAct;
use argus_types::id::{PersonId, SessionId, StepUpId};
use argus_types::paths;
use argus_types::person::{Person, Role};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Actor, App, text};
use crate::signing;

/// The seeded people.
pub const OTTO: u128 = 0xa2;
pub const ADA: u128 = 0xa3;
pub const ALAN: u128 = 0xa4;

/// Destructive: needs two approvals.
pub fn hard_stop() -> Value {
    json!({ "draft": { "actions": [
        { "action": "guest.stop", "target": { "kind": "lxc", "vmid": 112 } }
    ] } })
}

/// Of high risk, and not destructive: needs one approval.
pub fn reboot_of_production() -> Value {
    json!({ "request": "reboot web-02" })
}

impl App {
    /// Adds somebody who can sign in here, a human of their own.
    pub async fn add(&self, number: u128, name: &str, role: Role) {
        let store = self.database.store().await;
        let person = Person {
            id: PersonId(Uuid::from_u128(number)),
            name: name.to_owned(),
            role,
        };
        let mut tx = store.begin().await.expect("a transaction");
        tx.upsert_person(&person, true, self.clock.now())
            .await
            .expect("a person");
        tx.commit().await.expect("a commit");
        // For long what they are.
        self.change(number, "role_since = now() - interval '10 days'")
            .await;
    }

    /// Changes a person's row, as people management does.
    pub async fn change(&self, number: u128, assignment: &str) {
        let id = Uuid::from_u128(number);
        let sql = format!("UPDATE person SET {assignment} WHERE id = '{id}'");
        let changed = self.database.execute(sql).await.expect("a change");
        assert_eq!(changed, 1);
    }

    /// Signs in the person of this number.
    pub async fn sign_in_as(&self, number: u128) -> Actor {
        let answer = self
            .anonymous(Method::POST, paths::SIGN_IN_DEMO)
            .json(&json!({ "person": Uuid::from_u128(number) }))
            .send()
            .await
            .expect("an answer");
        self.actor(answer).await
    }

    /// A fresh assertion of `actor` for this act and subject.
    pub async fn step_up(&self, actor: &Actor, act: StepUpAct, subject: &str) -> StepUpId {
        let store = self.database.store().await;
        let id = StepUpId(SystemClock.new_id());
        let mut tx = store.begin().await.expect("a transaction");
        tx.create_step_up(NewStepUp {
            id,
            session: actor.session_id(),
            act,
            subject,
            expires_at: self.clock.now().plus_seconds(300),
        })
        .await
        .expect("an assertion");
        if act == StepUpAct::Approve
            && let Some(signed) = signing::sign(&store, actor, subject, self.clock.now()).await
        {
            let signing = tx.sign_step_up(id, &signed).await;
            signing.expect("a signature");
        }
        tx.commit().await.expect("a commit");
        store.close().await;
        id
    }

    /// `actor` approves the proposal with a fresh assertion.
    pub async fn approve(&self, actor: &Actor, proposal: &Value) -> (u16, Value) {
        let digest = text(&proposal["digest"]);
        let step_up = self.step_up(actor, StepUpAct::Approve, digest).await;
        actor.approve_with(proposal, Some(step_up)).await
    }

    /// The header of a script's token of the person of this number, which may read and propose.
    pub async fn token_of(&self, number: u128) -> String {
        let keys = SessionKeys::new(self.config.session_secret.clone());
        let secret = format!("argus_{}", SessionKeys::new_token().expose_secret());
        let (hash, person) = (hex::encode(keys.hash(&secret)), Uuid::from_u128(number));
        let sql = format!(
            "INSERT INTO api_token (id, person, token_hash, name, may, scope, created_at, expires_at)
             VALUES (gen_random_uuid(), '{person}', '\\x{hash}', 'test', 'propose', '{{}}', now(), now() + interval '1 day')"
        );
        self.database.execute(sql).await.expect("a token");
        format!("Bearer {secret}")
    }

    /// Ledger records of this kind, the youngest first.
    pub async fn records(&self, kind: &str) -> Vec<Value> {
        let reader = self.sign_in(Role::Viewer).await;
        let page = reader.get("/api/ledger?limit=200").await;
        let items = page["items"].as_array().expect("records");
        let found = items.iter().filter(|record| record["kind"] == kind);
        found.cloned().collect()
    }
}

impl Actor {
    /// The session that the access token names.
    pub fn session_id(&self) -> SessionId {
        let token = self.cookie().split("; ").find_map(|pair| {
            let (name, token) = pair.split_once('=')?;
            name.ends_with("_access").then_some(token)
        });
        let claims = token.and_then(|token| token.split('.').nth(1));
        let claims = BASE64_URL_SAFE_NO_PAD
            .decode(claims.expect("a token of three parts"))
            .expect("base64");
        let claims: Value = serde_json::from_slice(&claims).expect("claims");
        text(&claims["sid"]).parse().expect("a session id")
    }

    /// Approves the proposal with this assertion.
    pub async fn approve_with(&self, proposal: &Value, step_up: Option<StepUpId>) -> (u16, Value) {
        let body = json!({
            "digest": proposal["digest"],
            "verdict": "approve",
            "comment": "looked at it",
            "step_up": step_up,
        });
        let body = match step_up {
            Some(_) => body,
            None => json!({ "digest": proposal["digest"], "verdict": "approve" }),
        };
        self.decide(proposal, &body).await
    }

    /// Rejects the proposal.
    pub async fn reject(&self, proposal: &Value) -> (u16, Value) {
        let body = json!({
            "digest": proposal["digest"],
            "verdict": "reject",
            "comment": "not before the backup",
        });
        self.decide(proposal, &body).await
    }

    /// Takes an approval of the proposal back.
    pub async fn revoke(&self, proposal: &Value) -> (u16, Value) {
        let path = format!("/api/actions/{}/approvals/revoke", text(&proposal["id"]));
        let body = json!({ "digest": proposal["digest"], "comment": "a second thought" });
        let (status, body) = self.post(&path, &body).await;
        (status.as_u16(), body)
    }

    /// Asks for another plan.
    pub async fn request_changes(&self, proposal: &Value) -> (u16, Value) {
        let path = format!("/api/actions/{}/changes", text(&proposal["id"]));
        let body = json!({ "digest": proposal["digest"], "note": "at night, please" });
        let (status, body) = self.post(&path, &body).await;
        (status.as_u16(), body)
    }

    /// Posts a decision.
    pub async fn decide(&self, proposal: &Value, body: &Value) -> (u16, Value) {
        let path = format!("/api/actions/{}/approvals", text(&proposal["id"]));
        let (status, body) = self.post(&path, body).await;
        (status.as_u16(), body)
    }

    /// Confirms without asserting that it works.
    pub async fn try_confirm(&self, proposal: &Value) -> (u16, Value) {
        let path = format!("/api/actions/{}/confirm", text(&proposal["id"]));
        let body = json!({ "digest": proposal["digest"], "without_snapshot": "a test" });
        let (status, body) = self.post(&path, &body).await;
        (status.as_u16(), body)
    }

    /// Where the proposal stands for this person.
    pub async fn standing(&self, proposal: &Value) -> Value {
        self.get(&format!("/api/actions/{}/approvals", text(&proposal["id"])))
            .await
    }
}

/// Status and problem code, or an empty code.
pub fn outcome((status, body): &(u16, Value)) -> (u16, &str) {
    (*status, body["code"].as_str().unwrap_or_default())
}
