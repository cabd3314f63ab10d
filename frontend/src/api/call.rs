//! One request as a value, because it may have to be sent a second time.

use argus_types::paths::{CSRF_HEADER, IDEMPOTENCY_KEY_HEADER};
use gloo_net::http::{Method, Request, RequestBuilder};
use uuid::Uuid;
use web_sys::RequestCache;

use super::ApiError;

/// One request.
pub struct Call<'a> {
    method: Method,
    path: &'a str,
    etag: Option<&'a str>,
    accept: Option<&'static str>,
    cache: RequestCache,
    key: Option<Uuid>,
    body: Option<String>,
}

impl<'a> Call<'a> {
    /// Reads.
    pub fn get(path: &'a str) -> Self {
        Self {
            method: Method::GET,
            path,
            etag: None,
            accept: None,
            cache: RequestCache::Default,
            key: None,
            body: None,
        }
    }

    /// Reads, if it is no longer what `etag` stands for.
    pub fn get_if_changed(path: &'a str, etag: Option<&'a str>) -> Self {
        Self {
            etag,
            // The browser's own cache would answer 304 with a 200 of its own.
            cache: RequestCache::NoStore,
            ..Self::get(path)
        }
    }

    /// Asks for something new that nobody minds having twice.
    pub fn obtain(path: &'a str) -> Self {
        Self {
            method: Method::POST,
            ..Self::get(path)
        }
    }

    /// Sends a decision as JSON. Sent again with the same key, it is one decision.
    pub fn post(path: &'a str, body: String, key: Uuid) -> Self {
        Self {
            key: Some(key),
            body: Some(body),
            ..Self::obtain(path)
        }
    }

    /// The same, answered in this media type where Argus can.
    pub fn accepting(self, media_type: &'static str) -> Self {
        Self {
            accept: Some(media_type),
            ..self
        }
    }

    /// Changes what stands at `path` by what the JSON says. Sent again with the same key, it is one change.
    pub fn patch(path: &'a str, body: String, key: Uuid) -> Self {
        Self {
            method: Method::PATCH,
            ..Self::post(path, body, key)
        }
    }

    /// Ends what stands at `path`.
    pub fn delete(path: &'a str, key: Uuid) -> Self {
        Self {
            method: Method::DELETE,
            key: Some(key),
            ..Self::get(path)
        }
    }

    /// The request, with the token against forged requests where it changes something.
    pub fn build(&self, csrf: Option<&str>) -> Result<Request, ApiError> {
        let mut request = RequestBuilder::new(self.path)
            .method(self.method.clone())
            .cache(self.cache);
        if let Some(csrf) = csrf.filter(|_| self.method != Method::GET) {
            request = request.header(CSRF_HEADER, csrf);
        }
        if let Some(etag) = self.etag {
            request = request.header("if-none-match", etag);
        }
        if let Some(media_type) = self.accept {
            request = request.header("accept", media_type);
        }
        if let Some(key) = self.key {
            request = request.header(IDEMPOTENCY_KEY_HEADER, &key.to_string());
        }
        let request = match &self.body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(body),
            None => request.build(),
        };
        request.map_err(|error| ApiError::Unreadable {
            status: 0,
            message: error.to_string(),
        })
    }
}
