//! `/api/stream`: what changes anywhere.

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use http::HeaderMap;
use tokio::sync::broadcast::error::RecvError;

use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::stream::StreamMessage;

use super::holding::Holding;
use super::hub::Hub;
use super::socket::{self, Counted, Gone, PING_EVERY};
use crate::extract::{SignedIn, act};
use crate::problem::ApiProblem;
use crate::same_origin::PublicOrigin;
use crate::service::tickets::Tickets;
use crate::service::within::Within;
use crate::session::{ActiveSession, Reach};

/// Follows changes as [`StreamMessage`]s.
#[utoipa::path(get, path = paths::STREAM, tag = "streams",
    responses((status = 101, body = StreamMessage), (status = 401, body = Problem), (status = 403, body = Problem)))]
#[expect(
    clippy::too_many_arguments,
    reason = "each argument is a check or a part that the stream needs"
)]
pub async fn overview(
    State(hub): State<Hub>,
    State(holding): State<Holding>,
    State(origin): State<PublicOrigin>,
    State(tickets): State<Tickets>,
    State(within): State<Within>,
    caller: SignedIn<act::Read>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiProblem> {
    let upgrade = socket::prepare(upgrade, &headers, &origin)?;
    tickets.take(caller.session(), &headers).await?;
    let session = caller.session().clone();
    Ok(upgrade.on_upgrade(move |socket| serve(socket, hub, holding, session, within)))
}

async fn serve(
    mut socket: WebSocket,
    hub: Hub,
    holding: Holding,
    session: ActiveSession,
    within: Within,
) {
    let _counted = Counted::new();
    let mut messages = hub.listen();
    let resync = match serde_json::to_string(&StreamMessage::Resync) {
        Ok(text) => Message::Text(text.into()),
        Err(_) => return,
    };
    if socket::write(&mut socket, resync.clone()).await.is_err() {
        return;
    }
    let mut ping = tokio::time::interval(PING_EVERY);
    // Another scope is another view: the page connects again and reads everything anew.
    let reach = session.reach.clone();
    let opened_with = reach.clone();
    let signed_out = holding.ended(session.id, move |now| {
        std::future::ready(Ok(now == opened_with))
    });
    tokio::pin!(signed_out);
    loop {
        let next = tokio::select! {
            message = messages.recv() => match message {
                Ok(encoded) if sees(&within, &reach, &encoded.message).await => {
                    Message::Text(encoded.text)
                }
                Ok(_) => continue,
                // Too slow: what was missed is read again instead of being replayed.
                Err(RecvError::Lagged(_)) => resync.clone(),
                Err(RecvError::Closed) => return,
            },
            _ = ping.tick() => Message::Ping(bytes::Bytes::new()),
            () = socket::gone(&mut socket) => return,
            () = &mut signed_out => return socket::close_signed_out(&mut socket).await,
        };
        if let Err(Gone) = socket::write(&mut socket, next).await {
            return;
        }
    }
}

/// Whether a message is about something that the role reaches. What cannot be looked up is not told.
async fn sees(within: &Within, reach: &Reach, message: &StreamMessage) -> bool {
    let proposal = match message {
        StreamMessage::Proposal { id, .. } => *id,
        StreamMessage::Execution { proposal, .. } => *proposal,
        StreamMessage::Resync
        | StreamMessage::Inventory { .. }
        | StreamMessage::EmergencyStop { .. } => return true,
    };
    within.sees_proposal(reach, proposal).await.unwrap_or(false)
}
