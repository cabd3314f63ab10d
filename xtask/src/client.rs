//! A person at the API, over loopback: sign in, ask, decide, follow. What a browser does, without one.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use argus_types::paths;
use argus_types::person::{Role, Session};
use argus_types::problem::Problem;
use argus_types::sign_in::{DemoSignIn, SignInWays, StreamTicket};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Message, WebSocket};
use ureq::Agent;
use ureq::http::Request;

/// One person's connection to an API.
pub struct Client {
    agent: Agent,
    /// Where the API listens, such as `127.0.0.1:8099`.
    address: String,
    /// What the API believes its page's origin to be.
    origin: String,
    cookies: BTreeMap<String, String>,
    csrf_token: Option<String>,
}

/// An answer: its status and its text.
pub struct Answer {
    status: u16,
    text: String,
}

impl Client {
    /// Nobody yet.
    pub fn new(address: impl Into<String>, origin: impl Into<String>) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build();
        Self {
            agent: Agent::new_with_config(config),
            address: address.into(),
            origin: origin.into(),
            cookies: BTreeMap::new(),
            csrf_token: None,
        }
    }

    /// Signs in as the seeded person of this role; the session that opened.
    pub fn sign_in(&mut self, role: Role) -> Result<Session> {
        let ways: SignInWays = self.get(paths::SIGN_IN_WAYS)?;
        let person = ways
            .demo_people
            .into_iter()
            .find(|person| person.role == role)
            .with_context(|| format!("nobody can sign in here as {}", role.as_str()))?;
        self.open_session(paths::SIGN_IN_DEMO, &DemoSignIn { person: person.id })
    }

    /// Signs in by one of the ways; the session that opened.
    pub fn open_session(&mut self, path: &str, body: &impl Serialize) -> Result<Session> {
        let session: Session = self.send("POST", path, body)?.expect(path)?;
        ensure!(!self.cookies.is_empty(), "the sign-in set no cookie");
        self.csrf_token = Some(session.csrf_token.clone());
        Ok(session)
    }

    /// Has the access renewed; whether that gave new cookies.
    pub fn refresh(&mut self) -> Result<bool> {
        let before = self.cookies.clone();
        let answer = self.send("POST", paths::REFRESH, &serde_json::json!({}))?;
        answer.succeeded(paths::REFRESH)?;
        Ok(before != self.cookies)
    }

    /// Ends the session.
    pub fn sign_out(&mut self) -> Result<()> {
        let answer = self.send("DELETE", paths::SESSION, &serde_json::json!({}))?;
        answer.succeeded(paths::SESSION)
    }

    /// Sends, keeps the cookies that come back, and leaves it to the caller what to make of the answer.
    pub fn send(&mut self, method: &str, path: &str, body: &impl Serialize) -> Result<Answer> {
        let request = self.request(method, path).body(serde_json::to_vec(body)?)?;
        let mut response = self.agent.run(request).context("the API does not answer")?;
        for value in response.headers().get_all("set-cookie") {
            keep(&mut self.cookies, value.to_str().unwrap_or_default());
        }
        Answer::read(&mut response)
    }

    /// Reads.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.look(path)?.expect(path)
    }

    /// Reads, and leaves it to the caller what to make of the answer.
    pub fn look(&self, path: &str) -> Result<Answer> {
        let mut response = self
            .agent
            .run(self.request("GET", path).body(())?)
            .context("the API does not answer")?;
        Answer::read(&mut response)
    }

    /// Sends with a fresh `Idempotency-Key`.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.post_with_key(path, &fresh_key(), body)?.expect(path)
    }

    /// Sends with the caller's `Idempotency-Key`, and leaves it to the caller what to make of the answer.
    pub fn post_with_key(&self, path: &str, key: &str, body: &impl Serialize) -> Result<Answer> {
        let request = self
            .request("POST", path)
            .header(paths::IDEMPOTENCY_KEY_HEADER, key)
            .body(serde_json::to_vec(body)?)?;
        let mut response = self.agent.run(request).context("the API does not answer")?;
        Answer::read(&mut response)
    }

    fn request(&self, method: &str, path: &str) -> ureq::http::request::Builder {
        let mut builder = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        if method != "GET" {
            builder = builder
                .header("content-type", "application/json")
                .header("origin", &self.origin);
        }
        if let Some(cookies) = header(&self.cookies) {
            builder = builder.header("cookie", cookies);
        }
        if let Some(token) = &self.csrf_token {
            builder = builder.header(paths::CSRF_HEADER, token);
        }
        builder
    }

    /// Opens a WebSocket as the signed-in person.
    pub fn follow(&self, path: &str) -> Result<Stream> {
        let StreamTicket { ticket } = self.post(paths::STREAM_TICKETS, &serde_json::json!({}))?;
        let protocols = format!(
            "{}, {}{ticket}",
            paths::STREAM_PROTOCOL,
            paths::STREAM_TICKET_PREFIX
        );
        let mut request = format!("ws://{}{path}", self.address).into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("origin", HeaderValue::from_str(&self.origin)?);
        headers.insert("sec-websocket-protocol", HeaderValue::from_str(&protocols)?);
        if let Some(cookies) = header(&self.cookies) {
            headers.insert("cookie", HeaderValue::from_str(&cookies)?);
        }
        let tcp = TcpStream::connect(&self.address).context("the API does not answer")?;
        let (socket, _) = tungstenite::client(request, tcp)
            .map_err(|error| anyhow!("{path} refused the WebSocket: {error}"))?;
        // Short, so that Ctrl-C is heard while nothing comes.
        socket
            .get_ref()
            .set_read_timeout(Some(Duration::from_millis(200)))?;
        Ok(Stream { socket })
    }
}

impl Answer {
    fn read(response: &mut ureq::http::Response<ureq::Body>) -> Result<Self> {
        let text = response
            .body_mut()
            .read_to_string()
            .context("the answer broke off")?;
        Ok(Self {
            status: response.status().as_u16(),
            text,
        })
    }

    /// The problem code, where the answer is one.
    pub fn problem(&self) -> Option<Problem> {
        if self.status < 400 {
            return None;
        }
        serde_json::from_str(&self.text).ok()
    }

    /// An error that says what the API said, unless it agreed.
    pub fn succeeded(self, path: &str) -> Result<()> {
        if self.status < 400 {
            return Ok(());
        }
        self.expect::<serde_json::Value>(path).map(|_| ())
    }

    /// The value, or an error that says what the API said.
    pub fn expect<T: DeserializeOwned>(self, path: &str) -> Result<T> {
        if let Some(problem) = self.problem() {
            bail!(
                "{path} answered {} {}: {}",
                self.status,
                problem.code.as_str(),
                problem.detail
            );
        }
        if self.status >= 400 {
            bail!(
                "{path} answered {}: {}",
                self.status,
                self.text.chars().take(300).collect::<String>()
            );
        }
        serde_json::from_str(&self.text)
            .with_context(|| format!("{path} answered what its type does not allow"))
    }
}

/// Takes over what a `Set-Cookie` header says; one that is over at once takes its cookie away.
pub fn keep(cookies: &mut BTreeMap<String, String>, header: &str) {
    let mut parts = header.split(';').map(str::trim);
    let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
        return;
    };
    let is_over = parts.any(|part| {
        let part = part.to_ascii_lowercase();
        part == "max-age=0" || part.starts_with("expires=thu, 01 jan 1970")
    });
    if is_over {
        cookies.remove(name);
    } else {
        cookies.insert(name.to_owned(), value.to_owned());
    }
}

/// All of them as a `Cookie` header.
pub fn header(cookies: &BTreeMap<String, String>) -> Option<String> {
    let pairs: Vec<_> = cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}

/// A key that no other request has.
pub fn fresh_key() -> String {
    let mut bytes = [0_u8; 16];
    // The operating system's randomness, through the standard library's own keys for hash maps.
    for chunk in bytes.chunks_mut(8) {
        use std::hash::{BuildHasher, Hasher};
        let value = std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish();
        chunk.copy_from_slice(&value.to_le_bytes());
    }
    hex::encode(bytes)
}

/// A WebSocket that is read until it ends.
pub struct Stream {
    socket: WebSocket<TcpStream>,
}

impl Stream {
    /// The next message, if one came within a fifth of a second. An end is an error.
    pub fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    let value = serde_json::from_str(&text).with_context(|| {
                        format!("the stream sent what its type does not allow: {text}")
                    })?;
                    return Ok(Some(value));
                }
                Ok(Message::Close(frame)) => bail!("the stream was closed: {frame:?}"),
                Ok(_) => {}
                Err(tungstenite::Error::Io(error))
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(anyhow!("the stream broke: {error}")),
            }
        }
    }
}
