//! A browser of a few lines: cookies, redirects, one form.

use std::{collections::BTreeMap, sync::Arc};

use reqwest::{Client, Response, header, redirect};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use url::Url;

use super::peer::{BACK, now};
use crate::oidc::{Answer, Error, Proven, Provider};

/// What the person does on the provider's page.
#[derive(Debug, Clone, Copy)]
pub enum Person<'a> {
    /// Signs in as this user.
    Is(&'a str),
    /// Goes away.
    Cancels,
}

/// A window that knows nobody yet.
#[derive(Debug)]
pub struct Browser {
    back: String,
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

impl Browser {
    /// A window that stops where it would reach [`BACK`].
    pub fn new() -> Self {
        Self::for_client_at(BACK)
    }

    /// A window that stops where it would reach `back`.
    pub fn for_client_at(back: &str) -> Self {
        Self {
            back: back.to_owned(),
            client: client(),
            cookies: BTreeMap::new(),
        }
    }

    /// Goes where it is sent until it is sent back to us, and returns with what it was given for us.
    ///
    /// # Panics
    /// Where the provider leads nowhere.
    pub async fn walk(&mut self, start: Url, person: Person<'_>) -> Answer {
        let mut address = start;
        for _ in 0..10 {
            if address.as_str().starts_with(&self.back) {
                return answer_in(&address);
            }
            let request = self.client.get(address.clone());
            let mut response = self.send(request).await;
            if response.status().is_success() {
                let form = match person {
                    Person::Is(user) => [("user", user), ("answer", "sign-in")],
                    Person::Cancels => [("user", ""), ("answer", "cancel")],
                };
                let body = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(form)
                    .finish();
                let request = self
                    .client
                    .post(address.clone())
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(body);
                response = self.send(request).await;
            }
            let status = response.status();
            let Some(next) = response.headers().get(header::LOCATION).cloned() else {
                let body = response.text().await.unwrap_or_default();
                panic!("{address} answered {status} and no way on: {body}");
            };
            let next = next.to_str().expect("an address of text");
            address = address.join(next).expect("an address");
        }
        panic!("the provider never sends the browser back");
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Response {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let response = request
            .header(header::COOKIE, cookies.join("; "))
            .send()
            .await
            .expect("the provider answers the browser");
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie of text");
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie with a value");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        response
    }
}

/// A whole sign-in in a new window.
pub async fn sign_in(provider: &Provider, person: Person<'_>) -> Result<Proven, Error> {
    let (address, pending) = provider.begin(now()).await?;
    let answer = Browser::new().walk(address, person).await;
    provider.finish(pending, answer, now()).await
}

/// A plain client for the tests themselves, which trusts nobody: it has no https to do.
///
/// # Panics
/// Never: plain HTTP needs nothing.
pub fn client() -> Client {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has versions")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client")
}

fn answer_in(address: &Url) -> Answer {
    let of = |name: &str| {
        address
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    Answer {
        code: of("code"),
        state: of("state"),
        iss: of("iss"),
        error: of("error"),
        error_description: of("error_description"),
    }
}
