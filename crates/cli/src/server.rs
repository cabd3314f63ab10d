//! The server's API over HTTPS: one request, one answer or one problem.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use argus_types::cluster::{OBSERVED_AT_HEADER, STALE_HEADER};
use argus_types::drafting::NDJSON;
use argus_types::paths::{IDEMPOTENCY_KEY_HEADER, PROPOSALS};
use argus_types::problem::{Problem, ProblemCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use ureq::http::{HeaderMap, Response, StatusCode, Uri};
use ureq::tls::{PemItem, RootCerts, TlsConfig};
use ureq::{Agent, Body};
use uuid::Uuid;

use crate::credentials::Credentials;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(70);
/// How long one request may take for which a language model may be asked, and asked again: a local one takes minutes.
const DRAFTING_TIMEOUT: Duration = Duration::from_mins(21);
/// The longest answer that is read.
const MAX_ANSWER: u64 = 16 * 1024 * 1024;

/// A server, with a token or without.
pub struct Server {
    agent: Agent,
    base: String,
    token: Option<String>,
}

/// What was read, and how fresh it is where the server says so.
pub struct Seen<T> {
    /// What was asked for.
    pub value: T,
    /// When Proxmox last answered, RFC 3339; absent for what is Argus' own.
    pub observed_at: Option<String>,
    /// Whether that is longer ago than it should be.
    pub stale: bool,
}

/// What a server answered instead of what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It did not answer, or not as HTTP does.
    #[error("{base} does not answer")]
    Unreachable {
        /// Which server.
        base: String,
        /// Why.
        #[source]
        source: Box<ureq::Error>,
    },
    /// It was not even asked.
    #[error("the request cannot be written as JSON")]
    Unsendable {
        /// Why.
        source: serde_json::Error,
    },
    /// It said what is wrong and what to do.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>, Option<u32>),
    /// It is another kind of server.
    #[error(
        "{base} answered {status} with something that Argus does not say: is this its address?"
    )]
    NotArgus {
        /// Which server.
        base: String,
        /// Its status.
        status: StatusCode,
    },
}

impl Server {
    /// The server at `base`, trusted by the machine's authorities or by this one only.
    pub fn at(base: &str, ca_file: Option<&Path>) -> anyhow::Result<Self> {
        let base = address(base)?;
        let roots = match ca_file {
            None => RootCerts::PlatformVerifier,
            Some(file) => authorities(file)?,
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider)
            .root_certs(roots)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!("argusctl/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            agent: config.new_agent(),
            base,
            token: None,
        })
    }

    /// The server of a token.
    pub fn of(credentials: &Credentials) -> anyhow::Result<Self> {
        let mut server = Self::at(&credentials.server, credentials.ca_file.as_deref())?;
        server.token = Some(credentials.token.clone());
        Ok(server)
    }

    /// Its address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Reads.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Refused> {
        self.look(path, &[]).map(|seen| seen.value)
    }

    /// Reads with parameters, and says how fresh the answer is.
    pub fn look<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Seen<T>, Refused> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in query {
            request = request.query(*name, value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.read(request.call())
    }

    /// Sends.
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Refused> {
        self.send(path, body, TIMEOUT, "application/json")
    }

    /// Asks for a change, and waits for as long as drafting it may take. Answered in lines, the server says all the
    /// while that it is still at it.
    pub fn propose<T: DeserializeOwned>(&self, body: &impl Serialize) -> Result<T, Refused> {
        self.send(PROPOSALS, body, DRAFTING_TIMEOUT, NDJSON)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the home of this program's ids: one for each request"
    )]
    fn send<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        within: Duration,
        accept: &str,
    ) -> Result<T, Refused> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header(IDEMPOTENCY_KEY_HEADER, Uuid::new_v4().to_string());
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = serde_json::to_vec(body).map_err(|source| Refused::Unsendable { source })?;
        let request = request
            .header("content-type", "application/json")
            .header("accept", accept)
            .config()
            .timeout_global(Some(within))
            .build();
        self.read(request.send(&body)).map(|seen| seen.value)
    }

    fn read<T: DeserializeOwned>(
        &self,
        answer: Result<Response<Body>, ureq::Error>,
    ) -> Result<Seen<T>, Refused> {
        let unreachable = |source| Refused::Unreachable {
            base: self.base.clone(),
            source: Box::new(source),
        };
        let mut answer = answer.map_err(unreachable)?;
        let status = answer.status();
        let header = |name| header(answer.headers(), name);
        let wait = header("retry-after").and_then(|text| text.parse().ok());
        let observed_at = header(OBSERVED_AT_HEADER).map(str::to_owned);
        let stale = header(STALE_HEADER) == Some("true");
        let in_lines = header("content-type").is_some_and(|kind| kind.starts_with(NDJSON));
        let body = answer.body_mut().with_config().limit(MAX_ANSWER);
        let bytes = body.read_to_vec().map_err(unreachable)?;
        let not_argus = |_| Refused::NotArgus {
            base: self.base.clone(),
            status,
        };
        if status.is_success() {
            let value = if in_lines {
                last(&bytes).map_err(not_argus)?.came()?
            } else {
                serde_json::from_slice(&bytes).map_err(not_argus)?
            };
            return Ok(Seen {
                value,
                observed_at,
                stale,
            });
        }
        let problem = serde_json::from_slice(&bytes).map_err(not_argus)?;
        Err(Refused::Problem(problem, wait))
    }
}

impl Refused {
    /// Seconds to wait, if that is all that is wrong.
    pub fn wait(&self) -> Option<u32> {
        match self {
            Self::Problem(problem, wait) if problem.code == ProblemCode::TooManyRequests => {
                Some(wait.unwrap_or(5))
            }
            _ => None,
        }
    }
}

/// The line of an answer that says what came of it.
#[derive(Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
enum Last<T> {
    Outcome { outcome: T },
    Problem { problem: Box<Problem> },
}

impl<T> Last<T> {
    fn came(self) -> Result<T, Refused> {
        match self {
            Self::Outcome { outcome } => Ok(outcome),
            Self::Problem { problem } => Err(Refused::Problem(problem, None)),
        }
    }
}

fn last<T: DeserializeOwned>(answer: &[u8]) -> Result<Last<T>, serde_json::Error> {
    let mut lines = answer.split(|&byte| byte == b'\n').rev();
    serde_json::from_slice(lines.find(|line| !line.is_empty()).unwrap_or_default())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// An address that a token may be sent to: HTTPS, or this very machine.
fn address(given: &str) -> anyhow::Result<String> {
    let given = given.trim_end_matches('/');
    let uri: Uri = given
        .parse()
        .with_context(|| format!("{given} is no address: write https://HOST"))?;
    let host = uri.host().unwrap_or_default();
    let is_here = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    let scheme = uri.scheme_str().unwrap_or_default();
    let bare = uri.path() == "/" && uri.query().is_none();
    let user = uri.authority().is_some_and(|at| at.as_str().contains('@'));
    anyhow::ensure!(
        !host.is_empty() && bare && !user && (scheme == "https" || (scheme == "http" && is_here)),
        "{given} is not where a token may go: write https://HOST (http only for localhost), without a path"
    );
    Ok(given.to_owned())
}

fn authorities(file: &Path) -> anyhow::Result<RootCerts> {
    let pem = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut found = Vec::new();
    for item in ureq::tls::parse_pem(&pem) {
        if let PemItem::Certificate(certificate) =
            item.with_context(|| format!("{} is not PEM", file.display()))?
        {
            found.push(certificate);
        }
    }
    anyhow::ensure!(
        !found.is_empty(),
        "{} holds no certificate: it must be the authority's, in PEM",
        file.display()
    );
    Ok(RootCerts::new_with_certs(&found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_https_or_nowhere_else_than_here() {
        for right in [
            "https://argus.lan",
            "https://argus.lan/",
            "https://192.0.2.7:8443",
            "http://localhost:8090",
            "http://127.0.0.1:8090",
            "http://[::1]:8090",
        ] {
            assert!(address(right).is_ok(), "{right}");
        }
        for wrong in [
            "http://argus.lan",
            "argus.lan",
            "ftp://argus.lan",
            "https://argus.lan/console",
            "https://argus.lan?x=1",
            "https://me@argus.lan",
            "http://localhost.evil.example",
            "",
        ] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn of_an_answer_in_lines_the_last_one_counts() {
        let lines = b"{\"line\":\"stage\",\"stage\":\"asking\"}\n{\"line\":\"waiting\"}\n\
            {\"line\":\"outcome\",\"status\":201,\"outcome\":{\"a\":1}}\n";
        let came: serde_json::Value = last(lines).unwrap().came().unwrap();
        assert_eq!(came, serde_json::json!({ "a": 1 }));
        let problem = Problem::new(ProblemCode::DraftStopped, "You stopped it.");
        let line = serde_json::json!({ "line": "problem", "problem": problem }).to_string();
        let refused = last::<serde_json::Value>(line.as_bytes()).unwrap().came();
        assert_eq!(refused.unwrap_err().to_string(), "You stopped it.");
        // A connection that broke before the end.
        for broken in [
            "",
            "{\"line\":\"waiting\"}\n",
            "{\"line\":\"outcome\",\"out",
        ] {
            assert!(
                last::<serde_json::Value>(broken.as_bytes()).is_err(),
                "{broken}"
            );
        }
    }

    #[test]
    fn an_authority_that_is_none_is_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, "nothing").unwrap();
        let error = Server::at("https://argus.lan", Some(&file)).err().unwrap();
        assert!(error.to_string().contains("holds no certificate"));
    }
}
