//! What `/api/stream` tells every browser: that something changed, never what it is worth. And what the stream of one
//! execution sends: its journal.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::event::ExecutionEvent;
use crate::execution::ExecutionState;
use crate::id::{ClusterId, ExecutionId, ProposalId};
use crate::proposal::ProposalState;

/// One message. A client that missed some reads what it shows again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StreamMessage {
    /// First on every connection, and again after messages were dropped for a slow client: read everything again.
    Resync,
    /// The collector heard from Proxmox.
    Inventory {
        /// The cluster.
        cluster: ClusterId,
        /// The snapshot's entity tag; unchanged means nothing to fetch.
        etag: String,
        /// When Proxmox answered.
        observed_at: Timestamp,
        /// Whether the snapshot is older than its deadline.
        stale: bool,
    },
    /// A proposal was made or moved on.
    Proposal {
        /// Which.
        id: ProposalId,
        /// Where it is now.
        state: ProposalState,
    },
    /// An execution moved on.
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

/// One message of an execution's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum JournalMessage {
    /// What comes next in the journal: never empty, in order, without a gap to the message before.
    Entries {
        /// The entries.
        entries: Vec<ExecutionEvent>,
    },
    /// The last message to a client that is too slow: it reads the execution again and goes on from
    /// [`crate::execution::Execution::last_seq`], or from `after` where it wants every entry. The journal keeps all.
    Behind {
        /// The last entry that this connection sent.
        after: u64,
        /// The journal's last entry.
        last_seq: u64,
    },
}
