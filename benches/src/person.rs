//! A signed-in browser: plain HTTP on the loopback address, with cookie, origin and CSRF token.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use argus_types::paths;
use argus_types::person::{Role, Session};
use argus_types::sign_in::{DemoSignIn, SignInWays};
use reqwest::{RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What the measured servers take for their page's origin.
pub const ORIGIN: &str = "http://localhost:8090";
/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody with a session.
#[derive(Debug, Clone)]
pub struct Person {
    http: reqwest::Client,
    address: SocketAddr,
    cookie: String,
    csrf_token: String,
}

impl Person {
    /// Signs one of the seeded people in, with a session of their own.
    pub async fn sign_in(address: SocketAddr, role: Role) -> Result<Self> {
        let http = http_client()?;
        let url = |path: &str| format!("http://{address}{path}");
        let ways = http.get(url(paths::SIGN_IN_WAYS)).send().await?;
        let ways: SignInWays = read(ways).await?;
        let person = ways.demo_people.into_iter().find(|p| p.role == role);
        let person = person.with_context(|| format!("nobody is {}", role.as_str()))?;
        let answer = http
            .post(url(paths::SIGN_IN_DEMO))
            .header("origin", ORIGIN)
            .json(&DemoSignIn { person: person.id })
            .send()
            .await?;
        let cookies: Vec<String> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok()?.split(';').next())
            .map(str::to_owned)
            .collect();
        ensure!(!cookies.is_empty(), "the sign-in sets no cookie");
        let session: Session = read(answer).await?;
        Ok(Self {
            http,
            address,
            cookie: cookies.join("; "),
            csrf_token: session.csrf_token,
        })
    }

    /// Where they are signed in.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Their cookie, as the request header has it.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// A GET request, not sent yet.
    pub fn get(&self, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.address);
        self.http.get(url).header("cookie", &self.cookie)
    }

    /// Sends JSON with an idempotency key of its own; reads JSON.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        let key = format!("{:032x}", rand::random::<u128>());
        let request = self
            .http
            .post(format!("http://{}{path}", self.address))
            .header("cookie", &self.cookie)
            .header("origin", ORIGIN)
            .header(paths::CSRF_HEADER, &self.csrf_token)
            .header(paths::IDEMPOTENCY_KEY_HEADER, key)
            .json(body);
        read(request.send().await?).await
    }
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T> {
    let (status, url) = (answer.status(), answer.url().path().to_owned());
    let bytes = answer.bytes().await?;
    ensure!(
        status.is_success(),
        "{url} answers {status}: {}",
        String::from_utf8_lossy(&bytes)
    );
    serde_json::from_slice(&bytes)
        .with_context(|| format!("{url} answers what its type does not allow"))
}

/// A client without proxy, redirects or decompression.
pub fn http_client() -> Result<reqwest::Client> {
    // Plain HTTP is all that is spoken here, but the client wants a TLS set-up.
    http_client_trusting(rustls::RootCertStore::empty(), true)
}

/// The same over TLS, trusting these authorities only; connections are kept for the next request, or never.
pub fn http_client_trusting(roots: rustls::RootCertStore, keeps: bool) -> Result<reqwest::Client> {
    let provider = rustls::crypto::ring::default_provider();
    let tls = rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .http1_only()
        .no_gzip()
        .no_proxy()
        .pool_max_idle_per_host(if keeps { usize::MAX } else { 0 })
        .timeout(PATIENCE)
        .build()?)
}
