//! One id per request, through logs, ledger and problem bodies.

use std::fmt;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use tracing::Instrument;

use argus_types::paths::REQUEST_ID_HEADER;

use crate::clock::SharedClock;

/// The id of the request being served.
#[derive(Debug, Clone)]
pub struct RequestId(String);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Longest id that is taken over from a caller.
const MAX_LENGTH: usize = 64;

/// Takes the caller's id where it is harmless, makes one otherwise, and answers with it.
pub async fn carry(State(clock): State<SharedClock>, mut request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(REQUEST_ID_HEADER)
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_harmless(id))
        .map(str::to_owned);
    let id = RequestId(given.unwrap_or_else(|| clock.new_id().to_string()));
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", id = %id, %method, path);
    let started = std::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| {
        tracing::debug!(
            status = response.status().as_u16(),
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
    });
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID_HEADER, value);
    }
    response
}

/// Short and of characters that cannot break a log line or a header.
fn is_harmless(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= MAX_LENGTH
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn an_id_that_could_forge_a_log_line_is_not_taken_over() {
        assert!(is_harmless("01997c9e-1111.retry_2"));
        for wrong in ["", "a b", "a\nb", "\u{1b}[31m", &"x".repeat(65)] {
            assert!(!is_harmless(wrong), "{wrong:?}");
        }
    }
}
