//! Which proposal is open for review over the present screen.

use argus_types::id::ProposalId;
use leptos::prelude::*;

/// The open proposal, if any.
#[derive(Clone, Copy)]
pub struct ReviewContext(RwSignal<Option<ProposalId>>);

impl ReviewContext {
    /// None is open.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Opens one.
    pub fn open(self, id: ProposalId) {
        self.0.set(Some(id));
    }

    /// Closes it; decides nothing.
    pub fn close(self) {
        self.0.set(None);
    }

    /// The open one, tracked.
    pub fn current(self) -> Option<ProposalId> {
        self.0.get()
    }
}

impl Default for ReviewContext {
    fn default() -> Self {
        Self::new()
    }
}

/// The open proposal.
pub fn use_review() -> ReviewContext {
    expect_context()
}
