//! The hub: hints from PostgreSQL and the collector in, one encoded message for all browsers out.

use std::time::Duration;

use argus_store::{Notification, Store};
use argus_types::stream::StreamMessage;
use axum::extract::ws::Utf8Bytes;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::problem::Chain;

/// Messages that a slow client may lag behind before it is told to read everything again.
const CAPACITY: usize = 256;
/// How long to wait before asking PostgreSQL for hints again.
const RETRY: Duration = Duration::from_secs(2);

/// Where messages are heard and said. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    messages: broadcast::Sender<Encoded>,
}

/// A message with its text, encoded once for all.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// The message.
    pub message: StreamMessage,
    /// Its JSON.
    pub text: Utf8Bytes,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            messages: broadcast::channel(CAPACITY).0,
        }
    }
}

impl Hub {
    /// Tells everybody.
    pub fn say(&self, message: StreamMessage) {
        match serde_json::to_string(&message) {
            Ok(text) => {
                let text = text.into();
                // No receiver is no error: nobody is looking.
                let _heard = self.messages.send(Encoded { message, text });
            }
            Err(error) => tracing::error!(%error, "a stream message cannot be encoded"),
        }
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Encoded> {
        self.messages.subscribe()
    }
}

/// Carries the database's hints to the hub until `stop`; connects again as often as needed.
pub async fn run(hub: Hub, store: Store, stop: CancellationToken) {
    let forward = async {
        loop {
            match forward(&hub, &store).await {
                Ok(()) => {}
                Err(error) => {
                    tracing::warn!(error = %Chain(&error), "database hints are interrupted");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    };
    stop.run_until_cancelled(forward).await;
}

async fn forward(hub: &Hub, store: &Store) -> Result<(), argus_store::Error> {
    let mut hints = store.listen().await?;
    hub.say(StreamMessage::Resync);
    loop {
        let message = match hints.next().await? {
            Notification::Missed => StreamMessage::Resync,
            Notification::Proposal { id, state } => {
                tracing::info!(target: "argus::event", kind = "proposal", id = %id, state = state.as_str(), "proposal");
                StreamMessage::Proposal { id, state }
            }
            Notification::Execution {
                id,
                proposal,
                state,
                last_seq,
            } => {
                tracing::info!(target: "argus::event", kind = "execution", id = %id, state = state.as_str(), last_seq, "execution");
                StreamMessage::Execution {
                    id,
                    proposal,
                    state,
                    last_seq,
                }
            }
            Notification::EmergencyStop { engaged } => {
                metrics::gauge!("argus_emergency_stop").set(if engaged { 1.0 } else { 0.0 });
                StreamMessage::EmergencyStop { engaged }
            }
        };
        hub.say(message);
    }
}
