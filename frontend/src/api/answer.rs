//! What comes of a request: in time or not, taken or refused, and what its body says.

use futures_util::future::{Either, select};
use gloo_net::http::Response;
use gloo_timers::future::TimeoutFuture;
use serde::de::DeserializeOwned;

use super::ApiError;

/// After this long a request counts as unanswered, in milliseconds.
const PATIENCE_MS: u32 = 20_000;

/// Lets what comes from Argus run out of time: a fetch has no limit of its own.
pub async fn patiently<T, E>(coming: impl Future<Output = Result<T, E>>) -> Result<T, ApiError> {
    let coming = std::pin::pin!(coming);
    match select(coming, TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((Ok(came), _)) => Ok(came),
        Either::Left((Err(_), _)) | Either::Right(_) => Err(ApiError::NoAnswer),
    }
}

/// Lets an answer pass that is no refusal.
pub async fn refuse(response: Response) -> Result<Response, ApiError> {
    if response.ok() || response.status() == 304 {
        return Ok(response);
    }
    let body = text(&response).await?;
    Err(match decode(&body, response.status()) {
        Ok(problem) => match wait(&response) {
            Some(seconds) => ApiError::TooMany {
                problem: Box::new(problem),
                seconds,
            },
            None => ApiError::Problem(Box::new(problem)),
        },
        // A proxy in between answers for an Argus that is away.
        Err(_) if matches!(response.status(), 502..=504) => ApiError::NoAnswer,
        Err(error) => error,
    })
}

/// How long to wait, where that is what is wrong.
fn wait(response: &Response) -> Option<u32> {
    let after = (response.status() == 429).then(|| response.headers().get("retry-after"))??;
    after.parse().ok()
}

/// Reads a body; a connection that breaks in the middle of it is no answer.
pub async fn text(response: &Response) -> Result<String, ApiError> {
    response.text().await.map_err(|_| ApiError::NoAnswer)
}

/// Decodes what is a JSON value already.
pub fn decode_value<T: DeserializeOwned>(
    value: serde_json::Value,
    status: u16,
) -> Result<T, ApiError> {
    // Owned, as in `decode`: by reference it would be another decoder of the same type.
    T::deserialize(value).map_err(|error| unreadable(status, &error))
}

/// Decodes a body by way of a JSON value. Twice the work of decoding the text straight away, and a good part
/// of the page's weight less: the compiler would write a JSON parser anew for every type.
pub fn decode<T: DeserializeOwned>(text: &str, status: u16) -> Result<T, ApiError> {
    let value = parsed(text).map_err(|error| unreadable(status, &error))?;
    decode_value(value, status)
}

fn parsed(text: &str) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::from_str(text)
}

fn unreadable(status: u16, error: &serde_json::Error) -> ApiError {
    ApiError::Unreadable {
        status,
        message: error.to_string(),
    }
}

/// Decodes a large body straight from its text.
pub fn decode_large<T: DeserializeOwned>(text: &str, status: u16) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|error| unreadable(status, &error))
}
