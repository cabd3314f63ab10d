//! A document tried on the plans of the past.

use argus_types::Timestamp;
use argus_types::id::ProposalId;
use argus_types::policy::{MAX_REPLAYED, Replay, ReplayedPlan};

use super::{Policy, Question};

/// A plan of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its title.
    pub title: String,
    /// When it was planned.
    pub at: Timestamp,
    /// What the policy was asked about it.
    pub question: Question,
    /// How many approvals it needed.
    pub approvals: u8,
}

/// What `policy` would have said about `past`, which lists the youngest first and goes back to `since`.
///
/// Plans that were denied at the time are not among them, since nothing was kept of those. Freezes are left out: when
/// somebody would have confirmed under another policy is nobody's to say.
pub fn replay(policy: &Policy, past: &[Past], since: Timestamp) -> Replay {
    let mut replay = Replay {
        since,
        plans: number(past.len()),
        denied: 0,
        more_approvals: 0,
        fewer_approvals: 0,
        changed: Vec::new(),
    };
    for plan in past {
        let verdict = policy.judge(&plan.question, plan.at);
        let is_denied = !verdict.is_allowed();
        let (more, fewer) = (
            verdict.approvals > plan.approvals,
            verdict.approvals < plan.approvals,
        );
        replay.denied += u32::from(is_denied);
        replay.more_approvals += u32::from(more && !is_denied);
        replay.fewer_approvals += u32::from(fewer && !is_denied);
        if (is_denied || more || fewer) && replay.changed.len() < MAX_REPLAYED {
            replay.changed.push(ReplayedPlan {
                proposal: plan.proposal,
                title: plan.title.clone(),
                at: plan.at,
                approvals_before: plan.approvals,
                approvals_after: verdict.approvals,
                denied: verdict.denied,
            });
        }
    }
    replay
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
