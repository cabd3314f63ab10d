//! Hints to every process that something changed. They travel with the commit, carry ids only, and may be
//! lost with a connection: whoever relies on one looks at the tables as well.

use argus_types::execution::ExecutionState;
use argus_types::id::{ExecutionId, ProposalId};
use argus_types::proposal::ProposalState;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgListener;

use crate::convert;
use crate::{Error, Store, Tx};

const CHANNEL: &str = "argus";

/// One hint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Notification {
    /// The connection was lost for a while: anything may have changed.
    #[serde(skip)]
    Missed,
    /// A proposal was made or moved on.
    Proposal {
        /// Which.
        id: ProposalId,
        /// Where it is now.
        state: ProposalState,
    },
    /// An execution's journal grew.
    Execution {
        /// Which.
        id: ExecutionId,
        /// Its proposal.
        proposal: ProposalId,
        /// How it stands.
        state: ExecutionState,
        /// Its last journal entry.
        last_seq: u64,
    },
    /// The emergency stop was set or released.
    EmergencyStop {
        /// Whether no step may start.
        engaged: bool,
    },
}

/// Hints as they come, on a connection of its own.
#[derive(Debug)]
pub struct Notifications(PgListener);

impl Store {
    /// Begins to listen. Only what is committed from now on is heard: read first after this returns.
    pub async fn listen(&self) -> Result<Notifications, Error> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Notifications(listener))
    }
}

impl Notifications {
    /// Waits for the next hint; may be dropped at any await without losing one. After a lost connection it
    /// connects again and gives [`Notification::Missed`]; the error says that this did not work yet.
    pub async fn next(&mut self) -> Result<Notification, Error> {
        let Some(message) = self.0.try_recv().await? else {
            return Ok(Notification::Missed);
        };
        match serde_json::from_str(message.payload()) {
            Ok(notification) => Ok(notification),
            Err(error) => {
                // Another release may speak on the channel; treat what cannot be read as "look again".
                tracing::warn!(%error, "a database notification cannot be read");
                Ok(Notification::Missed)
            }
        }
    }
}

impl Tx {
    pub(crate) async fn notify(&mut self, notification: &Notification) -> Result<(), Error> {
        let payload = convert::to_json("notification", notification)?.to_string();
        sqlx::query!("SELECT pg_notify($1, $2)", CHANNEL, payload)
            .fetch_one(self.connection())
            .await?;
        Ok(())
    }
}
