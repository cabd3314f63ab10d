//! The version that judges plans now.

use argus_domain::policy::{Policy, Question, stricter};
use argus_store::{Store, StoredPolicy, StoredProposal, Tx};
use argus_types::Timestamp;
use argus_types::policy::{Judgement, Verdict};

use crate::problem::ApiProblem;

/// The version in force, read.
#[derive(Debug, Clone)]
pub struct InForce {
    /// As it is kept.
    pub stored: StoredPolicy,
    /// What it says.
    pub policy: Policy,
}

impl InForce {
    /// The one of this moment.
    pub async fn now(store: &Store) -> Result<Self, ApiProblem> {
        Self::of(store.active_policy().await?)
    }

    /// The one of this moment, which stays in force until `tx` ends.
    pub async fn held(tx: &mut Tx) -> Result<Self, ApiProblem> {
        Self::of(tx.hold_active_policy().await?)
    }

    fn of(stored: Option<StoredPolicy>) -> Result<Self, ApiProblem> {
        // Nothing runs without a policy: what cannot be judged is refused.
        let stored = stored.ok_or_else(|| ApiProblem::internal("no policy is in force"))?;
        let policy = parse(&stored)?;
        Ok(Self { stored, policy })
    }

    /// What it says about a plan.
    pub fn judge(&self, question: &Question, now: Timestamp) -> Judgement {
        Judgement {
            version: self.stored.version.number,
            verdict: self.policy.judge(question, now),
        }
    }
}

/// A kept document, which was read before it was kept.
pub(super) fn parse(stored: &StoredPolicy) -> Result<Policy, ApiProblem> {
    Policy::parse(&stored.text).map_err(|mistakes| {
        let number = stored.version.number;
        match mistakes.0.first() {
            Some(first) => ApiProblem::internal(format!("policy version {number}: {first}")),
            None => ApiProblem::internal(format!("policy version {number}: {mistakes}")),
        }
    })
}

/// What counts for a proposal now: what was said when it was planned and what is said now of `question`, the stricter
/// of the two.
pub fn judged_again(
    stored: &StoredProposal,
    question: &Question,
    in_force: &InForce,
    now: Timestamp,
) -> Verdict {
    let today = in_force.policy.judge(question, now);
    match &stored.proposal.policy {
        Some(then) => stricter(&then.verdict, &today, now),
        None => today,
    }
}
