//! Tickets for WebSockets: a browser's upgrade request carries its cookies whoever's page asks for it, so opening one
//! takes something that only our own page could have got.

use std::sync::Arc;

use argus_store::Store;
use argus_types::paths::{STREAM_PROTOCOL, STREAM_TICKET_PREFIX};
use argus_types::problem::ProblemCode;
use argus_types::sign_in::StreamTicket;
use http::{HeaderMap, header};
use secrecy::ExposeSecret;

use crate::clock::SharedClock;
use crate::limits::RateLimits;
use crate::problem::ApiProblem;
use crate::session::{ActiveSession, SessionKeys, Sessions};

/// Seconds for which a ticket opens its WebSocket.
const TTL_S: i64 = 30;

/// Makes and takes tickets.
#[derive(Clone)]
pub struct Tickets {
    store: Store,
    sessions: Arc<Sessions>,
    clock: SharedClock,
    limits: RateLimits,
}

impl Tickets {
    /// Tickets in `store`.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        clock: SharedClock,
        limits: RateLimits,
    ) -> Self {
        Self {
            store,
            sessions,
            clock,
            limits,
        }
    }

    /// A ticket for one WebSocket of this session.
    pub async fn make(&self, session: &ActiveSession) -> Result<StreamTicket, ApiProblem> {
        self.limits.session(session.id)?;
        let ticket = SessionKeys::new_token();
        let hash = self.sessions.keys().hash(ticket.expose_secret());
        let at = self.clock.now();
        self.store
            .create_stream_ticket(hash, session.id, at, at.plus_seconds(TTL_S))
            .await?;
        Ok(StreamTicket {
            ticket: ticket.expose_secret().to_owned(),
        })
    }

    /// Uses up the ticket among the subprotocols of an upgrade.
    pub async fn take(
        &self,
        session: &ActiveSession,
        headers: &HeaderMap,
    ) -> Result<(), ApiProblem> {
        let ticket = offered(headers).ok_or_else(|| {
            ApiProblem::new(
                ProblemCode::CrossSite,
                "Offer the subprotocols `argus` and `ticket.TICKET`, with a ticket of POST /api/stream/tickets.",
            )
        })?;
        let hash = self.sessions.keys().hash(ticket);
        let now = self.clock.now();
        if self
            .store
            .consume_stream_ticket(hash, session.id, now)
            .await?
        {
            return Ok(());
        }
        Err(ApiProblem::new(
            ProblemCode::CrossSite,
            "The ticket was used before, has expired or belongs to another session. Ask for a new one.",
        ))
    }
}

/// The ticket of an upgrade that also offers our protocol.
fn offered(headers: &HeaderMap) -> Option<&str> {
    let protocols = || {
        headers
            .get_all(header::SEC_WEBSOCKET_PROTOCOL)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
    };
    protocols().find(|protocol| *protocol == STREAM_PROTOCOL)?;
    protocols().find_map(|protocol| protocol.strip_prefix(STREAM_TICKET_PREFIX))
}
