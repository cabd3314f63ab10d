//! One connection from its first byte to its last.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::proxy::{Route, Shared};
use crate::request;
use crate::rule::{Fault, Place};

/// Bytes read at a time.
const CHUNK: usize = 16 * 1024;

/// One end of a connection.
trait Side: AsyncRead + AsyncWrite + Unpin {
    /// Its TCP socket.
    fn socket(&self) -> &TcpStream;
}

impl Side for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Side for tokio_rustls::server::TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

impl Side for tokio_rustls::client::TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// How an exchange leaves its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Good for another one.
    Open,
    /// Ended in order.
    Close,
    /// Ended by a reset.
    Reset,
    /// Silent until the client goes.
    Stall,
}

/// What stops an exchange early; an error of a socket is an end in order.
struct Stop(End);

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Self(End::Close)
    }
}

/// Serves a connection to its end.
pub(crate) async fn serve(socket: TcpStream, shared: Arc<Shared>) {
    // What an end can be told of is told by the record; a client that is gone is no error here.
    let _ = match &shared.route {
        Route::Https { .. } => https(socket, &shared).await,
        Route::Bytes(address) => match TcpStream::connect(address).await {
            Ok(server) => bytes(socket, server, &shared).await,
            Err(error) => Err(error),
        },
    };
}

async fn https(socket: TcpStream, shared: &Shared) -> io::Result<()> {
    let Route::Https {
        address,
        name,
        connector,
    } = &shared.route
    else {
        return Ok(());
    };
    let (certificate, config) = shared.shown().map_err(io::Error::other)?;
    let number = shared.record.open(Some(certificate));
    socket.set_nodelay(true)?;
    let client = TlsAcceptor::from(config).accept(socket).await?;
    shared.record.note(number, |one| one.secured = true);
    let mut link = Link::new(client, number, shared);
    let mut server = None;
    loop {
        let Some((head, length)) = request::first(&link.pending) else {
            if link.hear().await? == 0 {
                return Ok(());
            }
            continue;
        };
        let request: Vec<u8> = link.pending.drain(..length).collect();
        let line = format!("{} {}", head.method, head.path());
        shared.record.note(number, |one| one.requests.push(line));
        let fault = shared.rules.strike(number, Some(&head));
        let server = match &mut server {
            Some(server) => server,
            none => {
                let socket = TcpStream::connect(address).await?;
                socket.set_nodelay(true)?;
                none.insert(connector.connect(name.clone(), socket).await?)
            }
        };
        let end = link.exchange(server, &request, fault, false).await;
        if end != End::Open {
            return link.end(server, end).await;
        }
    }
}

async fn bytes(client: TcpStream, mut server: TcpStream, shared: &Shared) -> io::Result<()> {
    let number = shared.record.open(None);
    let fault = shared.rules.strike(number, None);
    let mut link = Link::new(client, number, shared);
    let end = link.exchange(&mut server, &[], fault, true).await;
    link.end(&mut server, end).await
}

/// The client's side of a connection.
struct Link<'a, C> {
    client: C,
    number: u64,
    shared: &'a Shared,
    /// What came and did not go on yet.
    pending: Vec<u8>,
    /// Bytes of this exchange that went on, each way.
    up: usize,
    down: usize,
}

impl<'a, C: Side> Link<'a, C> {
    fn new(client: C, number: u64, shared: &'a Shared) -> Self {
        Self {
            client,
            number,
            shared,
            pending: Vec::new(),
            up: 0,
            down: 0,
        }
    }

    /// Reads from the client, into the record first. 0 where it is gone.
    async fn hear(&mut self) -> io::Result<usize> {
        let mut buffer = vec![0; CHUNK];
        let length = self.client.read(&mut buffer).await?;
        self.keep(&buffer[..length]);
        Ok(length)
    }

    fn keep(&mut self, bytes: &[u8]) {
        let kept = |one: &mut crate::Connection| one.received.extend_from_slice(bytes);
        self.shared.record.note(self.number, kept);
        self.pending.extend_from_slice(bytes);
    }

    /// One exchange, or the whole connection where nobody can tell them apart.
    async fn exchange<S: Side>(
        &mut self,
        server: &mut S,
        request: &[u8],
        fault: Option<Fault>,
        whole: bool,
    ) -> End {
        (self.up, self.down) = (0, 0);
        match self.pump(server, request, fault.as_ref(), whole).await {
            Ok(()) => End::Open,
            Err(Stop(end)) => end,
        }
    }

    async fn pump<S: Side>(
        &mut self,
        server: &mut S,
        request: &[u8],
        fault: Option<&Fault>,
        whole: bool,
    ) -> Result<(), Stop> {
        if !request.is_empty() {
            self.pass_up(server, request, fault).await?;
        }
        let (mut from_server, mut from_client) = (vec![0; CHUNK], vec![0; CHUNK]);
        loop {
            tokio::select! {
                read = server.read(&mut from_server) => match read? {
                    0 => return Err(Stop(End::Close)),
                    length => self.pass_down(&from_server[..length], fault).await?,
                },
                read = self.client.read(&mut from_client) => {
                    let length = read?;
                    self.keep(&from_client[..length]);
                    match length {
                        0 => return Err(Stop(End::Close)),
                        _ if whole => {
                            let bytes = std::mem::take(&mut self.pending);
                            self.pass_up(server, &bytes, fault).await?;
                        }
                        // The next request: the answer to this one has come.
                        _ => return Ok(()),
                    }
                }
            }
        }
    }

    /// From the client to the server.
    async fn pass_up<S: Side>(
        &mut self,
        server: &mut S,
        bytes: &[u8],
        fault: Option<&Fault>,
    ) -> Result<(), Stop> {
        let (most, end) = match fault {
            Some(Fault::Stall(Place::Request(most))) => (*most, End::Stall),
            Some(Fault::Reset(Place::Request(most))) => (*most, End::Reset),
            Some(Fault::Answer {
                bytes,
                carried_out: false,
            }) => return self.answer_instead(bytes).await,
            Some(Fault::Delay(time)) if self.up == 0 => {
                tokio::time::sleep(*time).await;
                (usize::MAX, End::Open)
            }
            _ => (usize::MAX, End::Open),
        };
        let room = most.saturating_sub(self.up).min(bytes.len());
        server.write_all(&bytes[..room]).await?;
        server.flush().await?;
        self.up += room;
        if self.up >= most {
            return Err(Stop(end));
        }
        Ok(())
    }

    /// From the server to the client.
    async fn pass_down(&mut self, bytes: &[u8], fault: Option<&Fault>) -> Result<(), Stop> {
        let (most, end) = match fault {
            Some(Fault::Stall(Place::Answer(most))) => (*most, End::Stall),
            Some(Fault::Reset(Place::Answer(most))) => (*most, End::Reset),
            Some(Fault::Truncate(most)) => (*most, End::Close),
            Some(Fault::Answer {
                bytes,
                carried_out: true,
            }) => return self.answer_instead(bytes).await,
            Some(Fault::Drip(pause)) => {
                for byte in bytes.chunks(1) {
                    tokio::time::sleep(*pause).await;
                    self.say(byte).await?;
                }
                return Ok(());
            }
            _ => (usize::MAX, End::Open),
        };
        let room = most.saturating_sub(self.down).min(bytes.len());
        self.say(&bytes[..room]).await?;
        self.down += room;
        if self.down >= most {
            return Err(Stop(end));
        }
        Ok(())
    }

    async fn answer_instead(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.say(bytes).await?;
        Err(Stop(End::Close))
    }

    async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.client.write_all(bytes).await?;
        self.client.flush().await?;
        let sent = bytes.len() as u64;
        self.shared.record.note(self.number, |one| one.sent += sent);
        Ok(())
    }

    async fn end<S: Side>(&mut self, server: &mut S, end: End) -> io::Result<()> {
        match end {
            End::Open => Ok(()),
            End::Close => self.client.shutdown().await,
            End::Reset => {
                server.socket().set_zero_linger()?;
                self.client.socket().set_zero_linger()
            }
            End::Stall => {
                while self.hear().await? > 0 {}
                Ok(())
            }
        }
    }
}
