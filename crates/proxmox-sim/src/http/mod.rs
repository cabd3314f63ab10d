//! The API's HTTP/1.1 over TLS, with the habits of Proxmox's own server (proxmox.md 3.1 to 3.3).
//! It turns bytes into calls and answers into bytes, and knows nothing about guests.

mod answer;
mod login;
mod parameters;
mod serve;
pub mod tls;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::world::World;

/// How long to wait before trying to take the port again.
const BIND_AGAIN_AFTER: Duration = Duration::from_millis(50);
/// Headers that a request may have.
const MAX_HEADERS: usize = 64;
/// Bytes that its header may have.
const MAX_HEADER_BYTES: usize = 8 * 1024;

/// Serves until told to stop. While a fault has the port refuse, nobody listens on it.
pub async fn listen(
    first: TcpListener,
    world: Arc<World>,
    connections: TaskTracker,
    stop: CancellationToken,
) -> Result<(), std::io::Error> {
    let address = first.local_addr()?;
    let mut front = world.front();
    let mut listener = Some(first);
    loop {
        let (refusing, generation) = {
            let front = front.borrow_and_update();
            (front.refusing, front.generation)
        };
        if refusing {
            drop(listener.take());
        } else if listener.is_none() {
            listener = Some(bind_again(address, &stop).await?);
        }
        world.caught_up(generation);
        let accepted = async {
            match &listener {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            changed = front.changed() => if changed.is_err() { return Ok(()) },
            stream = accepted => match stream {
                Ok((stream, _)) => {
                    // Small answers must not wait for the client's acknowledgement of a handshake.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "a connection keeps waiting for full packets");
                    }
                    connections.spawn(connection(stream, Arc::clone(&world), stop.clone()));
                }
                Err(error) => tracing::debug!(%error, "a connection could not be accepted"),
            },
        }
    }
}

/// Takes the port again; whoever has it meanwhile has to give it back.
async fn bind_again(
    address: SocketAddr,
    stop: &CancellationToken,
) -> Result<TcpListener, std::io::Error> {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) if stop.is_cancelled() => return Err(error),
            Err(error) => tracing::warn!(%error, "the port is not free again yet"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(BIND_AGAIN_AFTER) => {}
        }
    }
}

/// One connection, until the client, a limit, a fault or the end of the server closes it.
async fn connection(stream: TcpStream, world: Arc<World>, stop: CancellationToken) {
    let mut front = world.front();
    let acceptor = {
        let front = front.borrow_and_update();
        if front.refusing {
            return;
        }
        TlsAcceptor::from(front.tls.clone())
    };
    let transport = world.transport.clone();
    let idle = Duration::from_millis(transport.idle_close_ms);
    let handshake = tokio::time::timeout(idle, acceptor.accept(stream));
    let Ok(Ok(stream)) = handshake.await else {
        return;
    };
    world.note_connection();
    let served = AtomicU32::new(0);
    let service = service_fn(|request| {
        let last = served.fetch_add(1, Ordering::Relaxed) + 1 >= transport.requests_per_connection;
        serve::serve(Arc::clone(&world), request, last)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(idle)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = connection => if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        },
        () = stop.cancelled() => {},
        _ = front.changed() => {},
    }
}

/// Answers a request that came over no connection; `None` where a connection would have been broken off.
pub async fn answer(world: Arc<World>, request: Request<Bytes>) -> Option<Response<Bytes>> {
    let served = serve::serve(world, request.map(Full::new), false).await;
    let (head, body) = served.ok()?.into_parts();
    let body = body.collect().await.ok()?;
    Some(Response::from_parts(head, body.to_bytes()))
}

/// Nothing is answered: the connection ends.
#[derive(Debug, thiserror::Error)]
#[error("the connection is broken off on purpose")]
pub struct BrokenOff;

impl From<Infallible> for BrokenOff {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
