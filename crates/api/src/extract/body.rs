//! JSON bodies, checked before a handler sees them: size, depth, duplicate keys, schema, types.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use argus_types::problem::{FieldError, ProblemCode};

use crate::problem::ApiProblem;
use crate::schema::{Described, field_errors};
use crate::strict_json;

/// Largest body, in bytes.
const MAX_BODY: usize = 128 * 1024;

/// A body that passed every check.
pub struct Checked<T> {
    /// The typed body.
    pub value: T,
    /// SHA-256 of the bytes as they came; tells a repeated request from a different one.
    pub fingerprint: [u8; 32],
}

impl<S, T> FromRequest<S> for Checked<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Described,
{
    type Rejection = ApiProblem;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiProblem> {
        if !is_json(&request) {
            return Err(ApiProblem::new(
                ProblemCode::UnsupportedMediaType,
                "Send `Content-Type: application/json`.",
            ));
        }
        let bytes = collect(request).await?;
        Ok(Self {
            value: parse(&bytes)?,
            fingerprint: Sha256::digest(&bytes).into(),
        })
    }
}

fn is_json(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

async fn collect(request: Request) -> Result<Bytes, ApiProblem> {
    match Limited::new(request.into_body(), MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ApiProblem::new(
            ProblemCode::BodyTooLarge,
            "Send at most 128 KiB; split a longer proposal.",
        )),
        Err(_) => Err(ApiProblem::new(
            ProblemCode::MalformedBody,
            "The body ended before it was complete. Send it again.",
        )),
    }
}

/// Parses and checks `bytes` as a `T`.
pub fn parse<T: DeserializeOwned + Described>(bytes: &[u8]) -> Result<T, ApiProblem> {
    let value = strict_json::parse(bytes).map_err(|error| {
        ApiProblem::new(
            ProblemCode::MalformedBody,
            format!(
                "{error}. Send one JSON document in UTF-8, each key once, at most 32 levels deep."
            ),
        )
    })?;
    typed(value)
}

/// Checks a parsed document as a `T`: schema first, so that every mistake is named, then the type itself.
pub fn typed<T: DeserializeOwned + Described>(value: Value) -> Result<T, ApiProblem> {
    let errors = field_errors(T::validator(), &value);
    if !errors.is_empty() {
        return Err(violation(errors));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer = pointer_of(error.path());
        violation(vec![FieldError {
            pointer,
            message: error.inner().to_string(),
        }])
    })
}

fn violation(errors: Vec<FieldError>) -> ApiProblem {
    let detail = match errors.as_slice() {
        [one] => format!("{} {}", place(&one.pointer), one.message),
        many => format!("{} places are wrong; `errors` names each.", many.len()),
    };
    ApiProblem::new(ProblemCode::SchemaViolation, detail).with_errors(errors)
}

fn place(pointer: &str) -> &str {
    if pointer.is_empty() {
        "The body:"
    } else {
        pointer
    }
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use argus_types::proposal::ProposalInput;

    use super::*;

    fn code(body: &str) -> ProblemCode {
        parse::<ProposalInput>(body.as_bytes()).unwrap_err().code()
    }

    #[test]
    fn each_kind_of_bad_body_has_its_code() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for (body, expected) in [
            ("", ProblemCode::MalformedBody),
            ("{", ProblemCode::MalformedBody),
            ("{} {}", ProblemCode::MalformedBody),
            (
                r#"{"request":"a","request":"b"}"#,
                ProblemCode::MalformedBody,
            ),
            (deep.as_str(), ProblemCode::MalformedBody),
            (r#"{"request":1e400}"#, ProblemCode::MalformedBody),
            ("[]", ProblemCode::SchemaViolation),
            (r#"{"prompt":"a"}"#, ProblemCode::SchemaViolation),
            (r#"{"request":"a\u202eb"}"#, ProblemCode::SchemaViolation),
            (
                r#"{"draft":{"actions":[{"action":"guest.start","target":{"kind":"qemu","vmid":9223372036854775808}}]}}"#,
                ProblemCode::SchemaViolation,
            ),
        ] {
            assert_eq!(code(body), expected, "{body}");
        }
    }

    #[test]
    fn a_right_body_passes() {
        let body = br#"{"draft":{"actions":[{"action":"guest.start","target":{"kind":"lxc","vmid":200}}]}}"#;
        assert!(parse::<ProposalInput>(body).unwrap().draft.is_some());
    }
}
