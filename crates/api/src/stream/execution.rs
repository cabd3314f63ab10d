//! `/api/executions/{id}/stream`: one journal from any number on, in order, without gaps.
//!
//! The journal in PostgreSQL is the source; hints only say when to look, and a slow clock looks anyway.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use tokio::sync::broadcast;

use argus_store::Store;
use argus_types::event::ExecutionEvent;
use argus_types::id::ExecutionId;
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};
use argus_types::stream::StreamMessage;

use super::hub::{Encoded, Hub};
use super::socket::{self, Counted, Gone, PING_EVERY};
use crate::extract::{Parameters, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::same_origin::PublicOrigin;
use crate::service::tickets::Tickets;
use crate::service::within::Within;
use crate::session::{ActiveSession, Sessions};

/// Journal entries read at a time.
const PAGE: u64 = 200;
/// How long to go without a hint before looking all the same.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// From where on.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct From {
    /// The last entry that the client has; 0 for all.
    #[serde(default)]
    after: u64,
}

/// Follows one execution as [`ExecutionEvent`]s.
#[utoipa::path(get, path = paths::EXECUTION_STREAM, tag = "streams", params(("id" = uuid::Uuid, Path), From),
    responses((status = 101, body = ExecutionEvent), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
#[expect(
    clippy::too_many_arguments,
    reason = "each argument is a check or a part that the stream needs"
)]
pub async fn journal(
    State(store): State<Store>,
    State(hub): State<Hub>,
    State(sessions): State<Arc<Sessions>>,
    State(origin): State<PublicOrigin>,
    State(tickets): State<Tickets>,
    State(within): State<Within>,
    caller: SignedIn<act::Read>,
    Path(id): Path<String>,
    Parameters(from): Parameters<From>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiProblem> {
    let upgrade = socket::prepare(upgrade, &headers, &origin)?;
    let id: ExecutionId = routes::id(&id)?;
    within.require_execution(caller.reach(), id).await?;
    if store.execution_record(id).await?.is_none() {
        return Err(ApiProblem::new(
            ProblemCode::NotFound,
            "There is no execution with this id.",
        ));
    }
    tickets.take(caller.session(), &headers).await?;
    let session = caller.session().clone();
    let journal = Journal {
        store,
        id,
        after: from.after,
        within,
    };
    Ok(upgrade.on_upgrade(move |socket| serve(socket, hub, sessions, session, journal)))
}

/// A place in one journal.
struct Journal {
    store: Store,
    id: ExecutionId,
    after: u64,
    within: Within,
}

impl Journal {
    /// Sends everything that is new.
    async fn catch_up(&mut self, socket: &mut WebSocket) -> Result<(), Gone> {
        loop {
            let events = match self.store.execution_events(self.id, self.after, PAGE).await {
                Ok(events) => events,
                Err(error) => {
                    // The next look may succeed; the client misses nothing, its number stays.
                    tracing::warn!(%error, "a journal cannot be read");
                    return Ok(());
                }
            };
            let last_page = (events.len() as u64) < PAGE;
            for event in events {
                let text = encode(&event)?;
                socket::write(socket, Message::Text(text.into())).await?;
                self.after = event.seq;
            }
            if last_page {
                return Ok(());
            }
        }
    }
}

fn encode(event: &ExecutionEvent) -> Result<String, Gone> {
    serde_json::to_string(event).map_err(|error| {
        tracing::error!(%error, "a journal entry cannot be encoded");
        Gone
    })
}

async fn serve(
    mut socket: WebSocket,
    hub: Hub,
    sessions: Arc<Sessions>,
    session: ActiveSession,
    mut journal: Journal,
) {
    let _counted = Counted::new();
    // Listen first, read then: what is committed in between is seen twice rather than never.
    let mut hints = hub.listen();
    let mut look = tokio::time::interval(LOOK_EVERY);
    let mut ping = tokio::time::interval(PING_EVERY);
    let (within, id) = (journal.within.clone(), journal.id);
    let signed_out = socket::signed_out(sessions, session, async move |now: &ActiveSession| {
        within.sees_execution(&now.reach, id).await
    });
    tokio::pin!(signed_out);
    loop {
        if let Err(Gone) = journal.catch_up(&mut socket).await {
            return;
        }
        tokio::select! {
            () = concerns(&mut hints, journal.id) => {}
            _ = look.tick() => {}
            _ = ping.tick() => {
                if socket::write(&mut socket, Message::Ping(bytes::Bytes::new())).await.is_err() {
                    return;
                }
            }
            () = socket::gone(&mut socket) => return,
            () = &mut signed_out => return socket::close_signed_out(&mut socket).await,
        }
    }
}

/// Waits for a hint about this execution, or one that may have been missed.
async fn concerns(hints: &mut broadcast::Receiver<Encoded>, execution: ExecutionId) {
    loop {
        match hints.recv().await {
            Ok(Encoded {
                message: StreamMessage::Execution { id, .. },
                ..
            }) if id == execution => return,
            Ok(Encoded {
                message: StreamMessage::Resync,
                ..
            })
            | Err(broadcast::error::RecvError::Lagged(_)) => return,
            Ok(_) => {}
            // The hub is gone with the process; the slow look goes on until then.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}
