//! One effect and one answer for one `Idempotency-Key`.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use sha2::{Digest, Sha256};

use argus_store::{Claim, Store, Tx};
use argus_types::Timestamp;
use argus_types::id::TokenId;
use argus_types::person::Person;
use argus_types::problem::ProblemCode;
use argus_types::proposal::ProposalOutcome;

use crate::extract::IdempotencyKey;
use crate::problem::ApiProblem;

/// An unsafe request that may come more than once: who, under which key, asking for what.
#[derive(Debug, Clone)]
pub struct Once {
    /// Who asks.
    pub person: Person,
    /// The script's token that it came with.
    pub token: Option<TokenId>,
    key: String,
    fingerprint: [u8; 32],
}

/// An answer that can be given again byte for byte.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    body: String,
}

impl Once {
    /// A request of `person` to `path` with a body of this fingerprint.
    pub fn new(person: &Person, key: IdempotencyKey, path: &str, body: [u8; 32]) -> Self {
        let mut hash = Sha256::new();
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(body);
        Self {
            person: person.clone(),
            token: None,
            key: key.0,
            fingerprint: hash.finalize().into(),
        }
    }

    /// The same by a script's token.
    #[must_use]
    pub fn with_token(mut self, token: Option<TokenId>) -> Self {
        self.token = token;
        self
    }

    /// The answer, if this very request was answered before.
    pub async fn earlier(&self, store: &Store) -> Result<Option<Reply>, ApiProblem> {
        let claim = store
            .peek_idempotency_key(self.person.id, &self.key, self.fingerprint)
            .await?;
        judge(claim)
    }

    /// Takes the key in `tx`, or gives the answer that the request already got. The transaction's first lock.
    pub async fn claim(&self, tx: &mut Tx, at: Timestamp) -> Result<Option<Reply>, ApiProblem> {
        let claim = tx
            .claim_idempotency_key(self.person.id, &self.key, self.fingerprint, at)
            .await?;
        judge(claim)
    }

    /// Keeps the answer in `tx`, which claimed the key.
    pub async fn complete(&self, tx: &mut Tx, reply: &Reply) -> Result<(), ApiProblem> {
        tx.complete_idempotency_key(self.person.id, &self.key, reply.status, &reply.body)
            .await?;
        Ok(())
    }
}

fn judge(claim: Claim) -> Result<Option<Reply>, ApiProblem> {
    match claim {
        Claim::Fresh => Ok(None),
        Claim::Replay { status, body } => Ok(Some(Reply { status, body })),
        Claim::Mismatch => Err(ApiProblem::new(
            ProblemCode::IdempotencyKeyReused,
            "This Idempotency-Key came with another request before. Use a new one for a new request.",
        )),
    }
}

impl Reply {
    /// An answer with `body` as JSON.
    pub fn new(status: StatusCode, body: &impl Serialize) -> Result<Self, ApiProblem> {
        Ok(Self {
            status: status.as_u16(),
            body: serde_json::to_string(body).map_err(ApiProblem::internal)?,
        })
    }
}

impl Reply {
    /// Its status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// What came of asking for a change.
    pub fn outcome(&self) -> serde_json::Result<ProposalOutcome> {
        serde_json::from_str(&self.body)
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let json = HeaderValue::from_static("application/json");
        (status, [(header::CONTENT_TYPE, json)], self.body).into_response()
    }
}
