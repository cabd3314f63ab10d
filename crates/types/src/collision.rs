//! What a plan would meet if it started now: `GET /api/actions/{id}/collisions`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::{ExecutionId, GuestKey, PlanDigest, ProposalId};

/// Everything that the plan in review would meet, as far as Argus can see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Collisions {
    /// The proposal.
    pub proposal: ProposalId,
    /// The plan that was looked at.
    pub digest: PlanDigest,
    /// When it was looked at.
    pub checked_at: Timestamp,
    /// When the plan would be over at the latest if it started at `checked_at`: each step takes as long as Argus waits
    /// for it.
    pub ends_by: Timestamp,
    /// What it meets, what stands in its way first.
    pub items: Vec<Collision>,
    /// What could not be looked at, and why.
    pub unseen: Vec<String>,
}

impl Collisions {
    /// Whether a confirmation would be refused for it.
    pub fn block(&self) -> bool {
        self.items.iter().any(|item| item.blocks)
    }
}

/// One thing that a plan would meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Collision {
    /// What it is.
    pub with: CollidesWith,
    /// The steps that meet it, in order.
    pub steps: Vec<u16>,
    /// What both want, by the names of leases, such as `qemu/101`.
    pub over: Vec<String>,
    /// When it begins, where it has not begun.
    pub from: Option<Timestamp>,
    /// When it is over at the latest, where that is known.
    pub until: Option<Timestamp>,
    /// Whether the plan cannot be confirmed for it; otherwise it is a warning.
    pub blocks: bool,
    /// The whole in a sentence, without the times.
    pub text: String,
}

/// What a plan can meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "with", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum CollidesWith {
    /// Another proposal.
    Proposal {
        /// Which.
        proposal: ProposalId,
        /// Its title.
        title: String,
        /// How far it is.
        standing: Standing,
        /// Its execution, where it has one.
        execution: Option<ExecutionId>,
    },
    /// Another proposal that the caller's role does not reach.
    HiddenProposal {
        /// How far it is.
        standing: Standing,
    },
    /// A task that runs inside Proxmox.
    Task {
        /// Its id.
        upid: String,
        /// The node that it runs on.
        node: String,
        /// Proxmox's word for what it does, such as `qmsnapshot`.
        kind: String,
        /// Who started it, in Proxmox's words.
        by: String,
    },
    /// Proxmox's own lock of a guest.
    GuestLock {
        /// The guest.
        guest: GuestKey,
        /// The lock, such as `backup`.
        lock: String,
        /// The running task that holds it, where one is seen that can.
        task: Option<String>,
    },
    /// A backup job of Proxmox's calendar.
    BackupJob {
        /// Its id.
        job: String,
        /// When it runs, as a calendar event of Proxmox's.
        schedule: Option<String>,
        /// `snapshot`, `suspend` or `stop`.
        mode: Option<String>,
    },
}

/// How far another proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Standing {
    /// It is in review and approvals are missing.
    Waiting,
    /// It is in review and can be confirmed.
    Approved,
    /// It is being carried out.
    Executing,
    /// Its execution cannot go on without a person, and keeps what it had for itself.
    NeedsAttention,
}
