//! `/api/executions/{id}/stream`: one journal from any number on, in order, without gaps.
//!
//! Who follows has a place in the journal and no queue ([`super::feed`]). Who reads too slowly is told where they are and
//! where the journal is, and the connection ends; who does not read at all is gone after a while. Either way the journal
//! has everything, and a new connection goes on from the last number that the client got.

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;

use argus_types::id::ExecutionId;
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};
use argus_types::stream::JournalMessage;

use super::feed::{Feeds, Follower, Turn};
use super::holding::Holding;
use super::socket::{self, Counted, Gone, PING_EVERY};
use crate::extract::{Parameters, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::same_origin::PublicOrigin;
use crate::service::tickets::Tickets;
use crate::service::within::Within;

/// The client is too slow (RFC 6455 leaves 4000 to 4999 to applications).
const CLOSE_TOO_SLOW: u16 = 4408;
/// Connections that were closed because their client was too slow.
const TOO_SLOW: &str = "argus_stream_too_slow_total";

/// As [`crate::auth_event::begin_at_zero`].
pub fn begin_at_zero() {
    metrics::counter!(TOO_SLOW).increment(0);
}

/// From where on.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct From {
    /// The last entry that the client has; 0 for all.
    #[serde(default)]
    after: u64,
}

/// Follows one execution as [`JournalMessage`]s.
#[utoipa::path(get, path = paths::EXECUTION_STREAM, tag = "streams", params(("id" = uuid::Uuid, Path), From),
    responses((status = 101, body = JournalMessage), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
#[expect(
    clippy::too_many_arguments,
    reason = "each argument is a check or a part that the stream needs"
)]
pub async fn journal(
    State(feeds): State<Feeds>,
    State(holding): State<Holding>,
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
    let follower = feeds.follow(id, from.after).await?.ok_or_else(|| {
        ApiProblem::new(ProblemCode::NotFound, "There is no execution with this id.")
    })?;
    tickets.take(caller.session(), &headers).await?;
    let session = caller.session().id;
    let signed_out = holding.ended(session, move |reach| {
        let within = within.clone();
        async move { within.sees_execution(&reach, id).await }
    });
    Ok(upgrade.on_upgrade(move |socket| serve(socket, follower, signed_out)))
}

async fn serve(
    mut socket: WebSocket,
    mut follower: Follower,
    signed_out: impl Future<Output = ()>,
) {
    let _counted = Counted::new();
    let mut ping = tokio::time::interval(PING_EVERY);
    tokio::pin!(signed_out);
    loop {
        let message = tokio::select! {
            turn = follower.next() => match turn {
                Turn::Message(message) => Message::Text(message.text),
                Turn::TooSlow { after, last } => return tell_behind(&mut socket, after, last).await,
            },
            _ = ping.tick() => Message::Ping(bytes::Bytes::new()),
            () = socket::gone(&mut socket) => return,
            () = &mut signed_out => return socket::close_signed_out(&mut socket).await,
        };
        if let Err(Gone) = socket::write(&mut socket, message).await {
            return;
        }
    }
}

/// Says where to go on, as far as the client still listens.
async fn tell_behind(socket: &mut WebSocket, after: u64, last_seq: u64) {
    metrics::counter!(TOO_SLOW).increment(1);
    let behind = JournalMessage::Behind { after, last_seq };
    let text = match serde_json::to_string(&behind) {
        Ok(text) => text,
        Err(error) => return tracing::error!(%error, "a stream message cannot be encoded"),
    };
    if socket::write(socket, Message::Text(text.into()))
        .await
        .is_ok()
    {
        let frame = CloseFrame {
            code: CLOSE_TOO_SLOW,
            reason: "too slow".into(),
        };
        let _sent = socket::write(socket, Message::Close(Some(frame))).await;
    }
}
