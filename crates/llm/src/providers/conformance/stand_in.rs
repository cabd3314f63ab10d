//! A server that plays one script for each connection, in order, and keeps every request to the byte.
//!
//! It reads no more HTTP than it takes to find the end of a request, so it can answer as wrongly as anybody.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// How long a test waits for what should have happened.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a connection does once its request is there.
pub(super) enum Play {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends the first bytes, and then one more byte each five milliseconds, for ever.
    Drip(Vec<u8>),
    /// Says nothing until the client goes away.
    Hang,
}

/// One request.
pub(super) struct Seen {
    pub head: String,
    pub body: Vec<u8>,
}

/// A listening server. Stops when dropped.
pub(super) struct StandIn {
    port: u16,
    requests: Arc<Mutex<Vec<Seen>>>,
    /// Clients that went away while they were waiting.
    left: mpsc::UnboundedReceiver<()>,
    arrived: mpsc::UnboundedReceiver<()>,
    _running: JoinSet<()>,
}

impl StandIn {
    pub(super) async fn start(plays: Vec<Play>) -> Self {
        Self::start_with(plays, None).await
    }

    pub(super) async fn start_tls(plays: Vec<Play>, config: Arc<ServerConfig>) -> Self {
        Self::start_with(plays, Some(TlsAcceptor::from(config))).await
    }

    async fn start_with(plays: Vec<Play>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound socket").port();
        let requests = Arc::<Mutex<Vec<Seen>>>::default();
        let (tell_left, left) = mpsc::unbounded_channel();
        let (tell_arrived, arrived) = mpsc::unbounded_channel();
        let mut running = JoinSet::new();
        let kept = Arc::clone(&requests);
        running.spawn(async move {
            let mut plays = VecDeque::from(plays);
            let mut connections = JoinSet::new();
            // One connection too many is answered as well, so that it shows among the requests.
            loop {
                let (socket, _) = listener.accept().await.expect("an open listener");
                let play = plays.pop_front().unwrap_or(Play::Send(Vec::new()));
                let (requests, tls) = (Arc::clone(&kept), tls.clone());
                let (tell_left, tell_arrived) = (tell_left.clone(), tell_arrived.clone());
                connections.spawn(async move {
                    match tls {
                        None => serve(socket, play, &requests, &tell_arrived, &tell_left).await,
                        Some(tls) => {
                            if let Ok(socket) = tls.accept(socket).await {
                                serve(socket, play, &requests, &tell_arrived, &tell_left).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            port,
            requests,
            left,
            arrived,
            _running: running,
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Every request so far.
    pub(super) fn requests(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }

    /// Waits until a request has come.
    pub(super) async fn a_request(&mut self) {
        let arrived = tokio::time::timeout(PATIENCE, self.arrived.recv()).await;
        arrived
            .expect("a request in time")
            .expect("a running server");
    }

    /// Waits until a client has gone away.
    pub(super) async fn a_departure(&mut self) {
        let left = tokio::time::timeout(PATIENCE, self.left.recv()).await;
        left.expect("the client to go in time")
            .expect("a running server");
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut socket: S,
    play: Play,
    requests: &Mutex<Vec<Seen>>,
    arrived: &mpsc::UnboundedSender<()>,
    left: &mpsc::UnboundedSender<()>,
) {
    let Some(seen) = request(&mut socket).await else {
        return;
    };
    requests.lock().unwrap().push(seen);
    let _ = arrived.send(());
    match play {
        Play::Send(bytes) => {
            // A client that has read enough may be gone before the end.
            if socket.write_all(&bytes).await.is_ok() {
                let _ = socket.shutdown().await;
            }
        }
        Play::Drip(first) => {
            let mut sent = socket.write_all(&first).await;
            while sent.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
                sent = socket.write_all(b" ").await;
            }
            let _ = left.send(());
        }
        Play::Hang => {
            let mut rest = Vec::new();
            let _ = socket.read_to_end(&mut rest).await;
            assert!(rest.is_empty(), "more than one request on a connection");
            let _ = left.send(());
        }
    }
}

async fn request(socket: &mut (impl AsyncRead + Unpin)) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head of text");
    let length = head
        .lines()
        .find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length:")
                .map(str::to_owned)
        })
        .map_or(0, |length| length.trim().parse().expect("a length"));
    let mut body = bytes.split_off(end);
    while body.len() < length {
        if socket.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen { head, body })
}

/// An answer with these headers beside the length.
pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Play {
    use std::fmt::Write as _;
    let body = body.as_ref();
    let mut head = format!(
        "HTTP/1.1 {status} Some Words\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").expect("a string takes everything");
    }
    head.push_str("\r\n");
    Play::Send([head.as_bytes(), body].concat())
}

/// An answer in JSON.
pub(super) fn json(status: u16, body: &serde_json::Value) -> Play {
    let headers = [
        ("content-type", "application/json"),
        ("x-request-id", "req_1"),
    ];
    answer(status, &headers, body.to_string())
}
