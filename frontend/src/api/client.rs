//! How this page reaches Argus.
//!
//! The session is two cookies that no script can read. The short one, for access, ends every few minutes: a call
//! that is refused for that is sent again after a renewal, once. What is still refused then has no session.

use std::pin::Pin;

use argus_types::drafting::NDJSON;
use gloo_net::http::Response;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::ApiError;
use super::answer::{decode, patiently, refuse, text};
use super::call::Call;
use super::refresh::refresh;
use super::renewal::Renewal;

/// A body with its status, on its way.
type Reading<'a> = Pin<Box<dyn Future<Output = Result<(String, u16), ApiError>> + 'a>>;

/// How this page reaches Argus. The token against forged requests lives in memory only.
#[derive(Clone, Copy)]
pub struct Api {
    csrf: StoredValue<Option<String>>,
    renewal: Renewal,
    signed_out: Callback<()>,
}

impl Api {
    /// `signed_out` runs when an answer says that the session is gone.
    pub fn new(signed_out: Callback<()>) -> Self {
        Self {
            csrf: StoredValue::new(None),
            renewal: Renewal::new(),
            signed_out,
        }
    }

    /// Takes the token that unsafe requests carry; `None` once signed out.
    pub fn set_csrf_token(self, token: Option<String>) {
        self.csrf.set_value(token);
    }

    /// Renews the access before it ends.
    pub async fn renew(self) -> Result<(), ApiError> {
        self.renew_since(self.renewal.count()).await
    }

    /// Reads and decodes.
    pub async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, ApiError> {
        self.answer(Call::get(path)).await
    }

    /// Reads a snapshot; a 304 without a body while the one with `etag` is still the present one.
    pub async fn get_if_changed(
        self,
        path: &str,
        etag: Option<&str>,
    ) -> Result<Response, ApiError> {
        self.send(Call::get_if_changed(path, etag)).await
    }

    /// Asks for something new that nobody minds having twice.
    pub async fn obtain<T: DeserializeOwned>(self, path: &str) -> Result<T, ApiError> {
        self.answer(Call::obtain(path)).await
    }

    /// Sends a decision and decodes what came of it.
    pub async fn post<B: Serialize, T: DeserializeOwned>(
        self,
        path: &str,
        body: &B,
        key: Uuid,
    ) -> Result<T, ApiError> {
        self.answer(Call::post(path, encode(body)?, key)).await
    }

    /// Sends what takes long, to be answered a line at a time.
    pub async fn post_for_lines<B: Serialize>(
        self,
        path: &str,
        body: &B,
        key: Uuid,
    ) -> Result<Response, ApiError> {
        self.send(Call::post(path, encode(body)?, key).accepting(NDJSON))
            .await
    }

    /// Sends a decision whose answer says no more than that it was taken.
    pub async fn tell<B: Serialize>(self, path: &str, body: &B, key: Uuid) -> Result<(), ApiError> {
        self.send(Call::post(path, encode(body)?, key))
            .await
            .map(|_| ())
    }

    /// Changes what stands at `path`.
    pub async fn patch<B: Serialize>(
        self,
        path: &str,
        body: &B,
        key: Uuid,
    ) -> Result<(), ApiError> {
        self.send(Call::patch(path, encode(body)?, key))
            .await
            .map(|_| ())
    }

    /// Ends what stands at `path`.
    pub async fn delete(self, path: &str, key: Uuid) -> Result<(), ApiError> {
        self.send(Call::delete(path, key)).await.map(|_| ())
    }

    async fn answer<T: DeserializeOwned>(self, call: Call<'_>) -> Result<T, ApiError> {
        let (text, status) = self.read(call).await?;
        decode(&text, status)
    }

    /// A body with its status. In a box, so that it is in the page once and not in every call that decodes one.
    fn read(self, call: Call<'_>) -> Reading<'_> {
        Box::pin(async move {
            let response = self.send(call).await?;
            Ok((text(&response).await?, response.status()))
        })
    }

    // Without type parameters: what differs between calls is encoded before and decoded after.
    async fn send(self, call: Call<'_>) -> Result<Response, ApiError> {
        let before = self.renewal.count();
        let mut outcome = self.once(&call).await;
        if outcome.as_ref().is_err_and(ApiError::is_access_expired) {
            self.renew_since(before).await?;
            outcome = self.once(&call).await;
        }
        if outcome.as_ref().is_err_and(ApiError::is_signed_out) {
            self.signed_out.run(());
        }
        outcome
    }

    async fn once(self, call: &Call<'_>) -> Result<Response, ApiError> {
        let csrf = self.csrf.try_get_value().flatten();
        let request = call.build(csrf.as_deref())?;
        refuse(patiently(request.send()).await?).await
    }

    async fn renew_since(self, before: u32) -> Result<(), ApiError> {
        let outcome = self.renewal.renew(before, refresh).await;
        if outcome.as_ref().is_err_and(ApiError::is_unauthenticated) {
            self.signed_out.run(());
        }
        outcome
    }
}

fn encode<B: Serialize>(body: &B) -> Result<String, ApiError> {
    serde_json::to_string(body).map_err(|error| ApiError::Unreadable {
        status: 0,
        message: error.to_string(),
    })
}
