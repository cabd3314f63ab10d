//! How people get in: a session by the demo's door, a ticket and a WebSocket for each connection.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use argus_types::id::{ExecutionId, PersonId};
use argus_types::paths;
use argus_types::person::{Role, Session};
use argus_types::sign_in::{DemoSignIn, SignInWays, StreamTicket};
use reqwest::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes that the kernel keeps for who does not read; small, so that stalling is felt.
const RECEIVED: u32 = 4 * 1024;

/// An open connection.
pub type Socket = WebSocketStream<TcpStream>;

/// An Argus.
pub struct Door {
    http: reqwest::Client,
    address: SocketAddr,
    origin: String,
    people: Vec<(Role, PersonId)>,
}

/// Somebody with a session.
pub struct Visitor {
    cookie: String,
    csrf_token: String,
}

impl Door {
    /// The Argus at `address`.
    pub async fn find(address: SocketAddr, origin: &str) -> Result<Self> {
        let http = client()?;
        let ways = http.get(format!("http://{address}{}", paths::SIGN_IN_WAYS));
        let ways: SignInWays = read(ways.send().await?).await?;
        let people = ways.demo_people.iter().map(|one| (one.role, one.id));
        Ok(Self {
            people: people.collect(),
            http,
            address,
            origin: origin.to_owned(),
        })
    }

    /// Signs one of the seeded people in, with a session of their own.
    pub async fn sign_in(&self, role: Role) -> Result<Visitor> {
        let found = self.people.iter().find(|(has, _)| *has == role);
        let (_, person) = *found.with_context(|| format!("nobody is {}", role.as_str()))?;
        let url = format!("http://{}{}", self.address, paths::SIGN_IN_DEMO);
        let asked = self.http.post(url).header("origin", &self.origin);
        let answer = asked.json(&DemoSignIn { person }).send().await?;
        let cookies: Vec<String> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok()?.split(';').next())
            .map(str::to_owned)
            .collect();
        ensure!(!cookies.is_empty(), "the sign-in sets no cookie");
        let session: Session = read(answer).await?;
        Ok(Visitor {
            cookie: cookies.join("; "),
            csrf_token: session.csrf_token,
        })
    }

    /// Reads JSON.
    pub async fn get<T: DeserializeOwned>(&self, visitor: &Visitor, path: &str) -> Result<T> {
        let url = format!("http://{}{path}", self.address);
        let asked = self.http.get(url).header("cookie", &visitor.cookie);
        read(asked.send().await?).await
    }

    /// Sends JSON with an idempotency key of its own; reads JSON.
    pub async fn post<T: DeserializeOwned>(
        &self,
        visitor: &Visitor,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        let key = uuid::Uuid::from_u128(rand::random());
        let asked = self
            .http
            .post(format!("http://{}{path}", self.address))
            .header("origin", &self.origin)
            .header("cookie", &visitor.cookie)
            .header(paths::CSRF_HEADER, &visitor.csrf_token)
            .header(paths::IDEMPOTENCY_KEY_HEADER, key.to_string())
            .json(body);
        read(asked.send().await?).await
    }

    /// Opens the stream of an execution behind entry `after`.
    pub async fn follow(
        &self,
        visitor: &Visitor,
        execution: ExecutionId,
        after: u64,
    ) -> Result<Socket> {
        let StreamTicket { ticket } = self
            .post(visitor, paths::STREAM_TICKETS, &serde_json::json!({}))
            .await?;
        let path = paths::execution_stream(execution, after);
        let mut request = format!("ws://{}{path}", self.address).into_client_request()?;
        let protocols = format!(
            "{}, {}{ticket}",
            paths::STREAM_PROTOCOL,
            paths::STREAM_TICKET_PREFIX
        );
        let headers = request.headers_mut();
        headers.insert("origin", self.origin.parse()?);
        headers.insert("sec-websocket-protocol", protocols.parse()?);
        headers.insert("cookie", visitor.cookie.parse()?);
        let tcp = TcpSocket::new_v4()?;
        tcp.set_recv_buffer_size(RECEIVED)?;
        let tcp = tcp.connect(self.address).await?;
        let (socket, _) = tokio_tungstenite::client_async(request, tcp)
            .await
            .context("the stream does not open")?;
        Ok(socket)
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
    serde_json::from_slice(&bytes).with_context(|| format!("{url} answers something else"))
}

/// Plain HTTP is all that is spoken here, but the client wants a TLS set-up.
pub fn client() -> Result<reqwest::Client> {
    let provider = rustls::crypto::ring::default_provider();
    let tls = rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .pool_max_idle_per_host(8)
        .timeout(PATIENCE)
        .build()?)
}
