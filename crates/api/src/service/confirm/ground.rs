//! What a start stands on: the same plan on the facts of this moment.

use argus_domain::planner::Assessed;
use argus_domain::policy::{Asked, Question};
use argus_store::StoredProposal;
use argus_types::scope::Placement;

use crate::service::collisions::Free;

/// What the plan depends on beside the stored proposal: the same plan on the facts of this moment.
pub(super) struct Ground {
    /// Where its guests were when it was planned, and where they are now.
    pub(super) placements: Vec<Placement>,
    /// What the policy is asked about it now.
    pub(super) question: Question,
    /// That nothing else is at work on what it changes.
    pub(super) free: Free,
}

impl Ground {
    /// The plan of `stored`, which nothing is in the way of, as it is judged now.
    pub(super) fn of(stored: &StoredProposal, assessed: Assessed, free: Free) -> Self {
        let asked = Asked {
            origin: stored.proposal.origin,
            by_token: stored
                .question
                .as_ref()
                .is_some_and(|question| question.by_token),
            with_reason: stored.proposal.reason.is_some(),
            disputed: stored.proposal.is_disputed(),
        };
        let question = Question::again(stored.proposal.cluster.clone(), &assessed, asked);
        let mut placements = stored.placements.clone();
        placements.extend(assessed.placements);
        Self {
            placements,
            question,
            free,
        }
    }
}
