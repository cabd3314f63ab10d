//! The `Idempotency-Key` of an unsafe request.

use axum::extract::FromRequestParts;
use http::request::Parts;

use argus_types::paths::IDEMPOTENCY_KEY_HEADER;
use argus_types::problem::ProblemCode;

use crate::problem::ApiProblem;

/// Makes an unsafe request safe to send again: the same key has one effect and one answer.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiProblem> {
        parts
            .headers
            .get(IDEMPOTENCY_KEY_HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|key| is_key(key))
            .map(|key| Self(key.to_owned()))
            .ok_or_else(|| {
                ApiProblem::new(
                    ProblemCode::BadParameter,
                    "The header Idempotency-Key must hold 8 to 128 letters, digits, '-' or '_'; \
                     use a new UUID for each new request and the same one when you repeat it.",
                )
            })
    }
}

fn is_key(key: &str) -> bool {
    (8..=128).contains(&key.len())
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
