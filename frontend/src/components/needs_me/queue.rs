//! Sorts changes by how much they need somebody. Pure.

use argus_types::execution::ExecutionState;
use argus_types::id::PersonId;
use argus_types::person::{Permission, Role};
use argus_types::proposal::{ProposalState, ProposalSummary};

use crate::format::count::count;

/// Why a change is in the strip, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Its outcome is open; a person must look.
    Attention,
    /// It lacks an approval that this person may give.
    Approval,
    /// It has what it needs; this person may start it.
    Confirmation,
    /// It runs.
    Running,
    /// It lacks somebody else's approval.
    OthersApproval,
    /// Somebody else may start it.
    OthersConfirmation,
    /// It went wrong.
    Failed,
}

impl Need {
    const ALL: [Self; 7] = [
        Self::Attention,
        Self::Approval,
        Self::Confirmation,
        Self::Running,
        Self::OthersApproval,
        Self::OthersConfirmation,
        Self::Failed,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::Attention => "needing attention",
            Self::Approval => "waiting for your approval",
            Self::Confirmation => "waiting for you to confirm",
            Self::Running => "running",
            Self::OthersApproval => "waiting for somebody's approval",
            Self::OthersConfirmation => "waiting for somebody to confirm",
            Self::Failed => "failed recently",
        }
    }
}

/// What is in the strip.
#[derive(Debug, Default)]
pub struct Queue {
    needs: Vec<Need>,
    /// The changes, the most urgent first.
    pub rows: Vec<ProposalSummary>,
}

impl Queue {
    /// How many there are of each, in words.
    pub fn summary(&self) -> String {
        Need::ALL
            .into_iter()
            .filter_map(|need| {
                let number = self.needs.iter().filter(|one| **one == need).count();
                (number > 0)
                    .then(|| format!("{} {}", count(number, "change", "changes"), need.words()))
            })
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// What of the recent changes needs whom; `me` is who looks.
pub fn queue(changes: &[ProposalSummary], me: (PersonId, Role)) -> Queue {
    let mut ranked: Vec<_> = changes
        .iter()
        .filter_map(|change| Some((need(change, me)?, change)))
        .collect();
    // By expiry, and of those that expire together the riskiest first.
    ranked.sort_by_key(|(need, change)| {
        let risk = std::cmp::Reverse((change.destructive, change.risk));
        (*need, change.expires_at, risk)
    });
    let (needs, rows) = ranked
        .into_iter()
        .map(|(need, change)| (need, change.clone()))
        .unzip();
    Queue { needs, rows }
}

/// Argus knows more (scopes, other accounts of the same person) and says it in the review.
fn need(change: &ProposalSummary, (me, role): (PersonId, Role)) -> Option<Need> {
    if change.state == ProposalState::InReview {
        let decided = change.decided_by.contains(&me);
        return Some(if change.approvals < change.approvals_required {
            if role.may(Permission::Approve) && change.author.id != me && !decided {
                Need::Approval
            } else {
                Need::OthersApproval
            }
        } else if role.may(Permission::Confirm) && !(decided && change.approvals_required > 0) {
            Need::Confirmation
        } else {
            Need::OthersConfirmation
        });
    }
    let execution = change.execution.as_ref()?;
    match execution.state {
        ExecutionState::NeedsAttention => execution.needs_attention().then_some(Need::Attention),
        ExecutionState::Running | ExecutionState::Stopping => Some(Need::Running),
        ExecutionState::Failed => Some(Need::Failed),
        ExecutionState::Succeeded | ExecutionState::Stopped => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const AUTHOR: &str = "00000000-0000-0000-0000-000000000001";
    const ADMIN: &str = "00000000-0000-0000-0000-000000000002";

    fn who(id: &str, role: Role) -> (PersonId, Role) {
        (id.parse().unwrap(), role)
    }

    fn change(needed: u8, given: u8, decided_by: &Value) -> ProposalSummary {
        serde_json::from_value(json!({
            "id": "00000000-0000-0000-0000-000000000009", "state": "in_review", "title": "Reboot web-01",
            "author": { "id": AUTHOR, "name": "Otto", "role": "operator" }, "risk": "high", "steps": 1,
            "approvals_required": needed, "approvals": given, "decided_by": decided_by,
            "created_at": "2026-11-22T10:00:00Z", "expires_at": "2026-11-22T11:00:00Z", "execution": null
        }))
        .unwrap()
    }

    #[test]
    fn a_missing_approval_waits_for_admins_who_neither_asked_nor_decided() {
        let open = change(2, 1, &json!([]));
        assert_eq!(need(&open, who(ADMIN, Role::Admin)), Some(Need::Approval));
        for me in [
            who(AUTHOR, Role::Admin),
            who(ADMIN, Role::Operator),
            who(ADMIN, Role::Viewer),
        ] {
            assert_eq!(need(&open, me), Some(Need::OthersApproval), "{me:?}");
        }
        let given = change(2, 1, &json!([ADMIN]));
        assert_eq!(
            need(&given, who(ADMIN, Role::Admin)),
            Some(Need::OthersApproval)
        );
    }

    #[test]
    fn a_plan_that_has_its_approvals_waits_for_whoever_gave_none() {
        let approved = change(1, 1, &json!([ADMIN]));
        assert_eq!(
            need(&approved, who(AUTHOR, Role::Operator)),
            Some(Need::Confirmation)
        );
        for me in [who(ADMIN, Role::Admin), who(AUTHOR, Role::Viewer)] {
            assert_eq!(need(&approved, me), Some(Need::OthersConfirmation));
        }
    }

    #[test]
    fn what_is_mine_comes_first_and_what_expires_sooner_before_that() {
        let mut sooner = change(1, 0, &json!([]));
        sooner.expires_at = serde_json::from_value(json!("2026-11-22T10:30:00Z")).unwrap();
        let others = change(1, 1, &json!([ADMIN]));
        let mine = change(1, 0, &json!([]));
        let queue = queue(
            &[others.clone(), mine.clone(), sooner.clone()],
            who(ADMIN, Role::Admin),
        );
        assert_eq!(queue.rows, [sooner, mine, others]);
        assert_eq!(
            queue.summary(),
            "2 changes waiting for your approval, 1 change waiting for somebody to confirm"
        );
    }
}
