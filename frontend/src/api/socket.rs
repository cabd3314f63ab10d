//! WebSockets to Argus.

use gloo_net::websocket::futures::WebSocket;

use super::ApiError;

/// Opens a WebSocket to a path of the API, on the origin that the page came from. The answer comes later:
/// a refused handshake shows as an error of the first read.
pub fn open(path: &str) -> Result<WebSocket, ApiError> {
    let location = web_sys::window()
        .map(|window| window.location())
        .ok_or(ApiError::NoAnswer)?;
    let scheme = match location.protocol().as_deref() {
        Ok("https:") => "wss",
        _ => "ws",
    };
    let host = location.host().map_err(|_| ApiError::NoAnswer)?;
    WebSocket::open(&format!("{scheme}://{host}{path}")).map_err(|_| ApiError::NoAnswer)
}
