//! `POST /api/stream/tickets`.

use argus_types::paths;
use argus_types::sign_in::StreamTicket;

use super::{Api, ApiError};

/// A ticket for one WebSocket, to be used at once.
pub async fn stream_ticket(api: Api) -> Result<StreamTicket, ApiError> {
    api.obtain(paths::STREAM_TICKETS).await
}
