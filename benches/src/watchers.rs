//! People with the page open: each has a session, follows `/api/stream`, and reads the inventory when it changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, ensure};
use argus_types::paths;
use argus_types::person::Role;
use argus_types::sign_in::StreamTicket;
use argus_types::stream::StreamMessage;
use futures_util::StreamExt;
use http::StatusCode;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::person::{ORIGIN, Person};

/// Some of them. They leave when this is dropped.
pub struct Watchers {
    people: JoinSet<Result<()>>,
    fetched: Arc<AtomicU64>,
}

impl Watchers {
    /// So many come, and stay.
    pub async fn come(address: SocketAddr, number: u32) -> Result<Self> {
        let fetched = Arc::new(AtomicU64::new(0));
        let mut people = JoinSet::new();
        for _ in 0..number {
            let person = Person::sign_in(address, Role::Viewer).await?;
            let socket = follow(&person).await?;
            people.spawn(watch(person, socket, Arc::clone(&fetched)));
        }
        Ok(Self { people, fetched })
    }

    /// How often one of them read a changed inventory.
    pub fn fetched(&self) -> u64 {
        self.fetched.load(Ordering::Relaxed)
    }

    /// They leave; an error if one had to leave before.
    pub fn leave(mut self) -> Result<u64> {
        if let Some(left) = self.people.try_join_next() {
            left.context("a watcher broke off")??;
        }
        let fetched = self.fetched();
        ensure!(fetched > 0, "nobody ever saw a change");
        Ok(fetched)
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn follow(person: &Person) -> Result<Socket> {
    let StreamTicket { ticket } = person
        .post(paths::STREAM_TICKETS, &serde_json::json!({}))
        .await?;
    let protocols = format!(
        "{}, {}{ticket}",
        paths::STREAM_PROTOCOL,
        paths::STREAM_TICKET_PREFIX
    );
    let url = format!("ws://{}{}", person.address(), paths::STREAM);
    let mut request = url.into_client_request()?;
    request.headers_mut().insert("origin", ORIGIN.parse()?);
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocols.parse()?);
    request
        .headers_mut()
        .insert("cookie", person.cookie().parse()?);
    let (socket, _) = connect_async(request).await?;
    Ok(socket)
}

async fn watch(person: Person, mut socket: Socket, fetched: Arc<AtomicU64>) -> Result<()> {
    let mut known = String::new();
    loop {
        let message = socket.next().await.context("the stream ended")??;
        let Message::Text(text) = message else {
            continue;
        };
        let changed = match serde_json::from_str(&text)? {
            StreamMessage::Resync => true,
            StreamMessage::Inventory { etag, .. } => etag != known,
            _ => false,
        };
        if !changed {
            continue;
        }
        let answer = person
            .get(paths::CLUSTER)
            .header("accept-encoding", "br")
            .header("if-none-match", &known)
            .send()
            .await?;
        let status = answer.status();
        ensure!(
            status == StatusCode::OK || status == StatusCode::NOT_MODIFIED,
            "the inventory is answered with {status}"
        );
        if let Some(etag) = answer.headers().get("etag") {
            etag.to_str()?.clone_into(&mut known);
        }
        answer.bytes().await?;
        if status == StatusCode::OK {
            fetched.fetch_add(1, Ordering::Relaxed);
        }
    }
}
