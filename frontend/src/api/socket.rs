//! WebSockets to Argus.

use argus_types::paths::{STREAM_PROTOCOL, STREAM_TICKET_PREFIX};
use gloo_net::websocket::futures::WebSocket;

use super::stream_ticket::stream_ticket;
use super::{Api, ApiError};

/// Opens a WebSocket to a path of the API, on the origin that the page came from, with a ticket that is good for
/// this one. The answer comes later: a refused handshake shows as an error of the first read.
pub async fn open(api: Api, path: &str) -> Result<WebSocket, ApiError> {
    let ticket = stream_ticket(api).await?.ticket;
    let location = web_sys::window()
        .map(|window| window.location())
        .ok_or(ApiError::NoAnswer)?;
    let scheme = match location.protocol().as_deref() {
        Ok("https:") => "wss",
        _ => "ws",
    };
    let host = location.host().map_err(|_| ApiError::NoAnswer)?;
    // A browser can add no header to a handshake; among the protocols the ticket is in no address and no log.
    let protocols = [
        STREAM_PROTOCOL.to_owned(),
        format!("{STREAM_TICKET_PREFIX}{ticket}"),
    ];
    WebSocket::open_with_protocols(&format!("{scheme}://{host}{path}"), &protocols)
        .map_err(|_| ApiError::NoAnswer)
}
