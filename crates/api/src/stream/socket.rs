//! What every WebSocket here has in common: opening, writing, closing.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use http::HeaderMap;

use argus_types::paths::STREAM_PROTOCOL;

use crate::problem::ApiProblem;
use crate::same_origin::{PublicOrigin, is_own, refusal};

/// How often a quiet connection is pinged.
pub const PING_EVERY: Duration = Duration::from_secs(20);
/// How long one message may take to be written before the client counts as gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// Clients say nothing; whatever is larger is refused.
const MAX_INCOMING: usize = 4 * 1024;

/// The session ended (RFC 6455 leaves 4000 to 4999 to applications).
const CLOSE_SIGNED_OUT: u16 = 4401;

/// Refuses pages other than our own, then sets small buffers: these connections are many and quiet.
pub fn prepare(
    upgrade: WebSocketUpgrade,
    headers: &HeaderMap,
    origin: &PublicOrigin,
) -> Result<WebSocketUpgrade, ApiProblem> {
    if !is_own(headers, origin) {
        return Err(refusal(origin));
    }
    Ok(upgrade
        .protocols([STREAM_PROTOCOL])
        .max_message_size(MAX_INCOMING)
        .max_frame_size(MAX_INCOMING)
        .read_buffer_size(2 * 1024)
        .write_buffer_size(0))
}

/// The client is gone, or has to go.
#[derive(Debug)]
pub struct Gone;

/// Counts a connection while it lives.
pub struct Counted;

impl Counted {
    /// One more.
    pub fn new() -> Self {
        metrics::gauge!("argus_websocket_clients").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("argus_websocket_clients").decrement(1.0);
    }
}

/// Writes one message, unless the client does not take it.
pub async fn write(socket: &mut WebSocket, message: Message) -> Result<(), Gone> {
    match tokio::time::timeout(WRITE_TIMEOUT, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}

/// Waits until the client leaves; what it says is not listened to.
pub async fn gone(socket: &mut WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if matches!(message, Message::Close(_)) {
            break;
        }
    }
}

/// Says why, as far as the client still listens.
pub async fn close_signed_out(socket: &mut WebSocket) {
    let frame = CloseFrame {
        code: CLOSE_SIGNED_OUT,
        reason: "signed out".into(),
    };
    let _sent = write(socket, Message::Close(Some(frame))).await;
}
