//! One request and what came of it.

use argus_types::paths::{CSRF_HEADER, IDEMPOTENCY_KEY_HEADER};
use futures_util::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::ApiError;

/// After this long a request counts as unanswered, in milliseconds.
const PATIENCE_MS: u32 = 20_000;

/// How this page reaches Argus. The session itself is a cookie that no script can read; the token against
/// forged requests lives in memory only.
#[derive(Clone, Copy)]
pub struct Api {
    csrf: StoredValue<Option<String>>,
    signed_out: Callback<()>,
}

impl Api {
    /// `signed_out` runs when an answer says that the session is gone.
    pub fn new(signed_out: Callback<()>) -> Self {
        Self {
            csrf: StoredValue::new(None),
            signed_out,
        }
    }

    /// Takes the token that unsafe requests carry; `None` once signed out.
    pub fn set_csrf_token(self, token: Option<String>) {
        self.csrf.set_value(token);
    }

    /// Reads and decodes.
    pub async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, ApiError> {
        let response = self.send(Request::get(path)).await?;
        decode(&text(&response).await?, response.status())
    }

    /// Reads a snapshot; a 304 without a body while the one with `etag` is still the present one.
    pub async fn get_if_changed(
        self,
        path: &str,
        etag: Option<&str>,
    ) -> Result<Response, ApiError> {
        // The browser's own cache would answer 304 with a 200 of its own.
        let mut request = Request::get(path).cache(web_sys::RequestCache::NoStore);
        if let Some(etag) = etag {
            request = request.header("if-none-match", etag);
        }
        self.send(request).await
    }

    /// Sends a decision and decodes what came of it.
    pub async fn post<B: Serialize, T: DeserializeOwned>(
        self,
        path: &str,
        body: &B,
        key: Uuid,
    ) -> Result<T, ApiError> {
        let response = self.post_text(path, encode(body)?, key).await?;
        decode(&text(&response).await?, response.status())
    }

    /// Sends a decision whose answer says no more than that it was taken.
    pub async fn tell<B: Serialize>(self, path: &str, body: &B, key: Uuid) -> Result<(), ApiError> {
        self.post_text(path, encode(body)?, key).await.map(|_| ())
    }

    /// Ends what stands at `path`.
    pub async fn delete(self, path: &str, key: Uuid) -> Result<(), ApiError> {
        let request = self.unsafe_headers(Request::delete(path), key);
        self.send(request).await.map(|_| ())
    }

    // Without type parameters: what differs between calls is encoded before and decoded after.
    async fn post_text(self, path: &str, body: String, key: Uuid) -> Result<Response, ApiError> {
        let request = self
            .unsafe_headers(Request::post(path), key)
            .header("content-type", "application/json")
            .body(body)
            .map_err(|error| ApiError::Unreadable {
                status: 0,
                message: error.to_string(),
            })?;
        check(self, patiently(request.send()).await?).await
    }

    fn unsafe_headers(self, request: RequestBuilder, key: Uuid) -> RequestBuilder {
        let request = request.header(IDEMPOTENCY_KEY_HEADER, &key.to_string());
        match self.csrf.get_value() {
            Some(token) => request.header(CSRF_HEADER, &token),
            None => request,
        }
    }

    async fn send(self, request: RequestBuilder) -> Result<Response, ApiError> {
        check(self, patiently(request.send()).await?).await
    }
}

/// Lets a request run out of time: a fetch has no limit of its own.
async fn patiently(
    sending: impl Future<Output = Result<Response, gloo_net::Error>>,
) -> Result<Response, ApiError> {
    let sending = std::pin::pin!(sending);
    match select(sending, TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((Ok(response), _)) => Ok(response),
        Either::Left((Err(_), _)) | Either::Right(_) => Err(ApiError::NoAnswer),
    }
}

async fn check(api: Api, response: Response) -> Result<Response, ApiError> {
    if response.ok() || response.status() == 304 {
        return Ok(response);
    }
    let body = text(&response).await?;
    let error = match decode(&body, response.status()) {
        Ok(problem) => ApiError::Problem(Box::new(problem)),
        // A proxy in between answers for an Argus that is away.
        Err(_) if matches!(response.status(), 502..=504) => ApiError::NoAnswer,
        Err(error) => error,
    };
    if error.is_signed_out() {
        api.signed_out.run(());
    }
    Err(error)
}

/// Reads a body; a connection that breaks in the middle of it is no answer.
pub async fn text(response: &Response) -> Result<String, ApiError> {
    response.text().await.map_err(|_| ApiError::NoAnswer)
}

/// Decodes a body by way of a JSON value. Twice the work of decoding the text straight away, and a good part
/// of the page's weight less: the compiler would write a JSON parser anew for every type.
pub fn decode<T: DeserializeOwned>(text: &str, status: u16) -> Result<T, ApiError> {
    serde_json::from_str(text)
        .and_then(|value: serde_json::Value| T::deserialize(value))
        .map_err(|error| ApiError::Unreadable {
            status,
            message: error.to_string(),
        })
}

/// Decodes a large body straight from its text.
pub fn decode_large<T: DeserializeOwned>(text: &str, status: u16) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|error| ApiError::Unreadable {
        status,
        message: error.to_string(),
    })
}

fn encode<B: Serialize>(body: &B) -> Result<String, ApiError> {
    serde_json::to_string(body).map_err(|error| ApiError::Unreadable {
        status: 0,
        message: error.to_string(),
    })
}
