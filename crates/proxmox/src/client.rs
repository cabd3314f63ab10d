//! The only part that does I/O: one connection policy, one time limit, one retry rule.
//!
//! - HTTP/1.1, no redirects, no proxy, no compression, no resumed TLS session.
//! - Reads share a small pool whose idle time ends before the server's does. A read whose connection broke before an
//!   answer is sent once more.
//! - Each write opens a connection of its own. A pooled connection that the server is just closing would leave the
//!   outcome of a write unknown for no reason, and the HTTP library may resend on a reused one.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{
    Extensions, HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, AUTHORIZATION},
};
use hyper::ext::ReasonPhrase;
use reqwest::{Response, redirect};
use url::Url;

use crate::{
    answer::{self, Answer, Effect},
    call::{Call, CallId, Unsendable},
    endpoint::Endpoint,
    error::{Error, NotSent, Stage},
    read::Read,
    resolve::CheckedResolver,
    token::{Token, TokenError},
    transport,
    trust::{Trust, TrustError},
    write::Write,
};

/// pveproxy closes a connection after 5 s without a request; ours goes first.
const POOL_IDLE: Duration = Duration::from_secs(4);

/// pveproxy has three workers; more connections only wait.
const POOL_SIZE: usize = 4;

/// Bounds on time and memory of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For name resolution, TCP and TLS together.
    pub connect: Duration,
    /// For the whole call. Longer than the 30 s after which Proxmox itself gives up on another node.
    pub total: Duration,
    /// Longest body that is read, in bytes.
    pub body: usize,
    /// Longest page of a task's log that is read, in bytes.
    pub log_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(35),
            body: 16 * 1024 * 1024,
            log_body: 8 * 1024 * 1024,
        }
    }
}

/// Why a client cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The trust setting.
    #[error("the trust setting cannot be used")]
    Trust(#[from] TrustError),
    /// The token.
    #[error("the token cannot be used")]
    Token(#[from] TokenError),
    /// The HTTP library.
    #[error("the HTTP client cannot be built")]
    Http(#[from] reqwest::Error),
}

/// A client of one Proxmox API. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    endpoint: Endpoint,
    token: Token,
    trust: Trust,
    limits: Limits,
    reads: reqwest::Client,
    writes: reqwest::Client,
    #[cfg(feature = "testing")]
    within: Option<Within>,
}

/// Who answers requests that never leave the process; no answer is a connection that broke.
#[cfg(feature = "testing")]
pub type Within =
    Box<dyn Fn(http::Request<Bytes>) -> BoxFuture<Option<http::Response<Bytes>>> + Send + Sync>;

#[cfg(feature = "testing")]
type BoxFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.inner.endpoint.url.as_str())
            .field("token", &self.inner.token)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Builds a client. Opens no connection; reads the file of certificate authorities where there is one.
    pub fn new(
        endpoint: Endpoint,
        token: Token,
        trust: Trust,
        limits: Limits,
    ) -> Result<Self, SetupError> {
        let tls = trust.client_config()?;
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, token.header()?);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let build = |pool: usize| {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .https_only(true)
                .http1_only()
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .referer(false)
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate()
                .dns_resolver(Arc::new(CheckedResolver))
                .user_agent(concat!("argus/", env!("CARGO_PKG_VERSION")))
                .default_headers(headers.clone())
                .connect_timeout(limits.connect)
                .timeout(limits.total)
                .pool_idle_timeout(POOL_IDLE)
                .pool_max_idle_per_host(pool)
                .build()
        };
        let (reads, writes) = (build(POOL_SIZE)?, build(0)?);
        Ok(Self {
            inner: Arc::new(Inner {
                endpoint,
                token,
                trust,
                limits,
                reads,
                writes,
                #[cfg(feature = "testing")]
                within: None,
            }),
        })
    }

    /// The same, but its requests are answered here: all of the client but the connection.
    ///
    /// # Panics
    /// Where the client was cloned before: clones share whom they ask.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn within(mut self, within: Within) -> Self {
        let inner = Arc::get_mut(&mut self.inner).expect("a client that was not cloned");
        inner.within = Some(within);
        self
    }

    /// A client of the same Proxmox, with the same trust and bounds, that is somebody else.
    pub fn with_token(&self, token: Token) -> Result<Self, SetupError> {
        Self::new(
            self.inner.endpoint.clone(),
            token,
            self.inner.trust.clone(),
            self.inner.limits,
        )
    }

    /// The address that this client talks to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// Who this client is, `user@realm!id`.
    pub fn token_id(&self) -> &str {
        self.inner.token.id()
    }

    /// How peers are verified; a start-up check and a banner ask this.
    pub fn trust(&self) -> &Trust {
        &self.inner.trust
    }

    /// Carries out a read. A connection that broke before an answer is tried once more, nothing else ever is.
    pub async fn read<T>(&self, read: Read<T>) -> Result<T, Error> {
        let limit = read.body_limit(&self.inner.limits);
        let mut outcome = self.exchange(&self.inner.reads, &read.call, limit).await;
        if let Err(Error::Indeterminate {
            stage: Stage::ConnectionLost,
            ..
        }) = outcome
        {
            tracing::debug!(call = %read.call.id, "connection broke before an answer, reading once more");
            outcome = self.exchange(&self.inner.reads, &read.call, limit).await;
        }
        answer::judge(&read.call.id, &outcome?, Effect::Reads, read.decode)
    }

    /// Carries out a write: sent at most once.
    pub async fn write<T>(&self, write: Write<T>) -> Result<T, Error> {
        let limit = self.inner.limits.body;
        let answer = self
            .exchange(&self.inner.writes, &write.call, limit)
            .await?;
        answer::judge(&write.call.id, &answer, Effect::Writes, write.decode)
    }

    async fn exchange(
        &self,
        http: &reqwest::Client,
        call: &Call,
        limit: usize,
    ) -> Result<Answer, Error> {
        #[cfg(feature = "testing")]
        if let Some(within) = &self.inner.within {
            return self.ask_within(within, call).await;
        }
        let request = self.request(call).map_err(|unsendable| Error::NotSent {
            call: call.id.clone(),
            kind: NotSent::Refused(unsendable),
        })?;
        let response = http
            .execute(request)
            .await
            .map_err(|error| transport::before_answer(&call.id, error))?;
        let status = response.status();
        let reason = reason_phrase(status, response.extensions());
        tracing::debug!(call = %call.id, status = status.as_u16(), "answered");
        let body = read_body(&call.id, response, limit).await?;
        Ok(Answer {
            status,
            reason,
            body,
        })
    }

    #[cfg(feature = "testing")]
    async fn ask_within(&self, within: &Within, call: &Call) -> Result<Answer, Error> {
        let refused = |unsendable| Error::NotSent {
            call: call.id.clone(),
            kind: NotSent::Refused(unsendable),
        };
        let mut request = call.request.clone().map_err(refused)?;
        let path = format!("{}{}", self.inner.endpoint.url.path(), request.uri());
        let (Ok(uri), Ok(authorization)) = (path.parse(), self.inner.token.header()) else {
            return Err(refused(Unsendable::Malformed));
        };
        *request.uri_mut() = uri;
        request.headers_mut().insert(AUTHORIZATION, authorization);
        match within(request).await {
            Some(response) => Ok(Answer {
                status: response.status(),
                reason: reason_phrase(response.status(), response.extensions()),
                body: response.into_body(),
            }),
            None => Err(Error::Indeterminate {
                call: call.id.clone(),
                stage: Stage::ConnectionLost,
                cause: None,
            }),
        }
    }

    fn request(&self, call: &Call) -> Result<reqwest::Request, Unsendable> {
        let relative = call.request.as_ref().map_err(Clone::clone)?;
        let text = format!("{}{}", self.inner.endpoint.url, relative.uri());
        let url = Url::parse(&text).map_err(|_| Unsendable::Malformed)?;
        // Parsing resolves dot segments; a call must go to the path it names.
        if url.as_str() != text {
            return Err(Unsendable::Malformed);
        }
        let mut request = reqwest::Request::new(relative.method().clone(), url);
        *request.headers_mut() = relative.headers().clone();
        if !relative.body().is_empty() {
            *request.body_mut() = Some(relative.body().clone().into());
        }
        Ok(request)
    }
}

/// The reason phrase, in which Proxmox says what is wrong.
fn reason_phrase(status: StatusCode, extensions: &Extensions) -> String {
    match extensions.get::<ReasonPhrase>() {
        Some(reason) => String::from_utf8_lossy(reason.as_bytes()).into_owned(),
        None => status.canonical_reason().unwrap_or_default().to_owned(),
    }
}

async fn read_body(call: &CallId, mut response: Response, limit: usize) -> Result<Bytes, Error> {
    let status = response.status().as_u16();
    let too_long = || Error::Indeterminate {
        call: call.clone(),
        stage: Stage::AnswerTooLong { status, limit },
        cause: None,
    };
    let announced = response.content_length().unwrap_or_default();
    if usize::try_from(announced).map_or(true, |announced| announced > limit) {
        return Err(too_long());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| transport::within_answer(call, status, error))?
    {
        if body.len() + chunk.len() > limit {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
