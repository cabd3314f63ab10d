//! A peer that plays one script for each connection and reports what it sees.
//!
//! It parses no more HTTP than it takes to find the end of a request. When the scripts are used up it stops accepting,
//! so that one connection too many shows.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use rustls::{ALL_VERSIONS, HandshakeKind, ServerConfig, SupportedProtocolVersion};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::keys::Identity;

/// How long a test waits for something that should have happened.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the peer does next on a connection.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Waits for a whole request and reports it.
    Read,
    /// Sends bytes.
    Send(Vec<u8>),
    /// Ends the TCP connection by a reset.
    Reset,
    /// Ends the connection before TLS. Only as the first step.
    DropBeforeTls,
    /// Says nothing until the client goes away.
    Stall,
}

/// What the peer saw.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The client gave up on TLS; not one byte of a request came.
    NoSession,
    /// A session that was resumed, in which no certificate is shown.
    Resumed,
    /// A whole request, head and body.
    Request(String),
    /// A connection's script ended.
    Ended,
}

/// A listening peer. Stops when dropped.
pub(crate) struct Peer {
    port: u16,
    seen: mpsc::UnboundedReceiver<Seen>,
    _running: JoinSet<()>,
}

impl Peer {
    /// Plays the scripts in order, one a connection, with this identity.
    pub(crate) async fn start(identity: &Identity, scripts: Vec<Vec<Step>>) -> Self {
        Self::start_with(identity, ALL_VERSIONS, scripts).await
    }

    /// As [`Peer::start`], with these TLS versions only.
    pub(crate) async fn start_with(
        identity: &Identity,
        versions: &[&'static SupportedProtocolVersion],
        scripts: Vec<Vec<Step>>,
    ) -> Self {
        let config = identity.server_config(versions);
        Self::play(
            scripts
                .into_iter()
                .map(|script| (Arc::clone(&config), script))
                .collect(),
        )
        .await
    }

    /// One connection for each identity, each answering one request.
    pub(crate) async fn changing(identities: &[&Identity], reply: Vec<u8>) -> Self {
        let script = vec![Step::Read, Step::Send(reply)];
        let scripts = identities
            .iter()
            .map(|identity| (identity.server_config(ALL_VERSIONS), script.clone()));
        Self::play(scripts.collect()).await
    }

    async fn play(mut scripts: VecDeque<(Arc<ServerConfig>, Vec<Step>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound socket").port();
        let (report, seen) = mpsc::unbounded_channel();
        let mut running = JoinSet::new();
        running.spawn(async move {
            let mut connections = JoinSet::new();
            while let Some((config, script)) = scripts.pop_front() {
                let (socket, _) = listener.accept().await.expect("an open listener");
                connections.spawn(connection(socket, config, script, report.clone()));
            }
            drop(listener);
            drop(report);
            while connections.join_next().await.is_some() {}
        });
        Self {
            port,
            seen,
            _running: running,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The next thing that the peer saw. What does not come for long will not come.
    pub(crate) async fn next(&mut self) -> Seen {
        tokio::time::timeout(PATIENCE, self.seen.recv())
            .await
            .expect("the peer to see something in time")
            .expect("the peer to see something")
    }

    /// The next request.
    pub(crate) async fn request(&mut self) -> String {
        loop {
            match self.next().await {
                Seen::Request(request) => return request,
                Seen::Ended | Seen::Resumed => {}
                Seen::NoSession => panic!("no session where a request was expected"),
            }
        }
    }

    /// How many requests came that nobody asked for yet.
    pub(crate) fn requests_left(&mut self) -> usize {
        let mut count = 0;
        while let Ok(seen) = self.seen.try_recv() {
            count += usize::from(matches!(seen, Seen::Request(_)));
        }
        count
    }
}

async fn connection(
    socket: TcpStream,
    config: Arc<ServerConfig>,
    script: Vec<Step>,
    report: mpsc::UnboundedSender<Seen>,
) {
    let report = |seen| report.send(seen).expect("the test to be running");
    if matches!(script.first(), Some(Step::DropBeforeTls)) {
        drop(socket);
        return report(Seen::Ended);
    }
    let Ok(mut stream) = TlsAcceptor::from(config).accept(socket).await else {
        return report(Seen::NoSession);
    };
    if stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed) {
        report(Seen::Resumed);
    }
    for step in script {
        match step {
            Step::Read => match read_request(&mut stream).await {
                Some(request) => report(Seen::Request(request)),
                None => break,
            },
            Step::Send(bytes) => {
                // A client that has read enough may be gone already.
                if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                    break;
                }
            }
            Step::Reset => {
                stream
                    .get_ref()
                    .0
                    .set_zero_linger()
                    .expect("an open socket");
                drop(stream);
                return report(Seen::Ended);
            }
            Step::Stall => {
                let mut rest = Vec::new();
                let _gone = stream.read_to_end(&mut rest).await;
            }
            Step::DropBeforeTls => panic!("only as the first step"),
        }
    }
    let _gone = stream.shutdown().await;
    report(Seen::Ended);
}

async fn read_request(stream: &mut TlsStream<TcpStream>) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&bytes) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
        }
    }
    Some(String::from_utf8(bytes).expect("requests are ASCII"))
}

fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse().expect("a length"));
    body.len() >= length
}
