//! Planning a proposal again with a snapshot before each guest's first outage or move.

use argus_store::Store;
use argus_types::id::ProposalId;
use argus_types::proposal::SnapshotFirst;

use super::confirm::check::{is_open, not_found};
use super::revise::{Another, Revise};
use super::{Once, Reply};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::Kind;

/// Revises proposals.
#[derive(Clone)]
pub struct AddSnapshots {
    store: Store,
    clock: SharedClock,
    revise: Revise,
}

impl AddSnapshots {
    /// Plans that `revise` makes.
    pub fn new(store: Store, clock: SharedClock, revise: Revise) -> Self {
        Self {
            store,
            clock,
            revise,
        }
    }

    /// Gives the proposal a new revision with its own digest.
    pub async fn run(
        &self,
        once: &Once,
        id: ProposalId,
        input: &SnapshotFirst,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let now = self.clock.now();
        let stored = self.store.proposal(id, now).await?.ok_or_else(not_found)?;
        is_open(&stored.proposal, input.digest, now)?;
        let alternative = stored.alternative;
        let draft = stored.draft.way(alternative).ok_or_else(|| {
            ApiProblem::internal("the plan under review is of a way that the draft does not have")
        })?;
        let another = Another {
            draft: &draft,
            alternative,
            snapshots_first: true,
            act: "revise",
            kind: Kind::ProposalRevised,
            why: None,
        };
        self.revise.run(once, stored, &another).await
    }
}
