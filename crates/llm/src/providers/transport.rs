//! The only part that does I/O: one connection policy for everything that a provider is asked.
//!
//! Each attempt opens a connection of its own. On one that was kept, the HTTP library may send again by itself, and
//! whether it did could not be reported.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use reqwest::{Response, redirect};
use secrecy::ExposeSecret;
use url::Url;

use super::address::CheckedResolver;
use super::failure::{Failure, NoConnection};
use super::settings::{Format, Key, KeyHeader, Limits, Settings, SetupError};
use super::tls;

/// A client of one provider.
pub(super) struct Transport {
    client: reqwest::Client,
    url: Url,
    key: Option<Key>,
    limits: Limits,
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// No answer, or not a whole one.
#[derive(Debug)]
pub(super) struct Broken {
    pub failure: Failure,
    /// The status, where an answer began.
    pub status: Option<u16>,
}

impl Transport {
    /// Builds a client. Opens no connection; reads the file of certificate authorities where there is one.
    pub(super) fn new(settings: &Settings, path: &str) -> Result<Self, SetupError> {
        settings.check()?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config(settings.ca_file.as_deref())?)
            .http1_only()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .no_gzip()
            .dns_resolver(Arc::new(CheckedResolver))
            .user_agent(concat!("argus/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers(settings)?)
            .connect_timeout(settings.limits.connect)
            .pool_max_idle_per_host(0)
            .build()
            .map_err(SetupError::Http)?;
        let mut url = settings.base_url.clone();
        let path = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(Self {
            client,
            url,
            key: settings.key.clone(),
            limits: settings.limits,
        })
    }

    /// Sends once and reads what comes back, within `left`.
    pub(super) async fn post(&self, body: Bytes, left: Duration) -> Result<Received, Broken> {
        let request = self.client.post(self.url.clone()).timeout(left).body(body);
        let mut response = request.send().await.map_err(|error| Broken {
            failure: self.failure(&error),
            status: None,
        })?;
        let status = response.status();
        let broken = |failure| Broken {
            failure,
            status: Some(status.as_u16()),
        };
        if status.is_redirection() {
            let status = status.as_u16();
            return Err(broken(Failure::Redirected { status }));
        }
        let body = self.body(&mut response).await.map_err(broken)?;
        Ok(Received {
            status,
            headers: std::mem::take(response.headers_mut()),
            body: self.without_key(body),
        })
    }

    async fn body(&self, response: &mut Response) -> Result<Bytes, Failure> {
        let limit = self.limits.body;
        let announced = response.content_length().unwrap_or_default();
        if usize::try_from(announced).map_or(true, |announced| announced > limit) {
            return Err(Failure::TooLong { limit });
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.failure(&error))?
        {
            if body.len() + chunk.len() > limit {
                return Err(Failure::TooLong { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    fn failure(&self, error: &reqwest::Error) -> Failure {
        let tls = chain(error).find_map(|below| below.downcast_ref::<rustls::Error>());
        if let Some(tls) = tls.filter(|_| error.is_connect()) {
            let reason = tls.to_string();
            return Failure::NotConnected(NoConnection::Certificate { reason });
        }
        if error.is_connect() {
            return Failure::NotConnected(no_connection(error));
        }
        if error.is_timeout() {
            return Failure::TimedOut {
                limit: self.limits.total,
            };
        }
        Failure::ConnectionLost
    }

    /// A provider that repeats our key puts it neither into the ledger nor before anybody's eyes.
    fn without_key(&self, body: Bytes) -> Bytes {
        match &self.key {
            Some(key) => blotted(body, key.secret.expose_secret().as_bytes()),
            None => body,
        }
    }
}

/// What stands in a key's place.
const BLOT: &[u8] = b"[key]";

fn blotted(body: Bytes, key: &[u8]) -> Bytes {
    if key.is_empty() || !body.windows(key.len()).any(|window| window == key) {
        return body;
    }
    let mut out = BytesMut::with_capacity(body.len());
    let mut rest = &body[..];
    while let Some(first) = rest.first() {
        if let Some(after) = rest.strip_prefix(key) {
            out.extend_from_slice(BLOT);
            rest = after;
        } else {
            out.extend_from_slice(&[*first]);
            rest = &rest[1..];
        }
    }
    out.freeze()
}

fn headers(settings: &Settings) -> Result<HeaderMap, SetupError> {
    let json = HeaderValue::from_static("application/json");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, json.clone());
    headers.insert(header::ACCEPT, json);
    if settings.format == Format::Anthropic {
        let version = HeaderValue::from_static("2023-06-01");
        headers.insert(HeaderName::from_static("anthropic-version"), version);
    }
    if let Some(key) = &settings.key {
        let secret = key.secret.expose_secret();
        let (name, value) = match key.header {
            KeyHeader::Bearer => (header::AUTHORIZATION, format!("Bearer {secret}")),
            KeyHeader::ApiKey => (HeaderName::from_static("api-key"), secret.to_owned()),
            KeyHeader::XApiKey => (HeaderName::from_static("x-api-key"), secret.to_owned()),
        };
        let mut value = HeaderValue::from_str(&value).map_err(|_| SetupError::Key)?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn no_connection(error: &reqwest::Error) -> NoConnection {
    if error.is_timeout() {
        return NoConnection::TimedOut;
    }
    if error.is_dns() {
        return NoConnection::NotResolved;
    }
    let refused = chain(error)
        .filter_map(|below| below.downcast_ref::<io::Error>())
        .any(|below| below.kind() == io::ErrorKind::ConnectionRefused);
    if refused {
        NoConnection::Refused
    } else {
        NoConnection::Lost
    }
}

/// An error and everything below it. `io::Error` hides what it wraps from `source`, so it is opened here.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match wrapped {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_blotted_out_wherever_it_stands_and_nothing_else_changes() {
        let blot = |body: &'static str| blotted(Bytes::from_static(body.as_bytes()), b"sk-1");
        assert_eq!(blot("sk-1 and sk-1sk-1"), "[key] and [key][key]");
        assert_eq!(blot("sk-sk-1"), "sk-[key]");
        assert_eq!(blot("nothing of it, sk-"), "nothing of it, sk-");
    }
}
