//! What the person has to decide and what keeps them from it. Pure.

use argus_types::person::{Permission, Role};
use argus_types::proposal::{Proposal, ProposalState, RiskLevel, SnapshotOption};

use crate::format::count::count;
use crate::format::words::refusal;

/// What the person chose about a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotChoice {
    /// Nothing yet.
    Open,
    /// Plan anew with a snapshot first.
    Take,
    /// Go on without one.
    Without,
}

/// The guests that could have a snapshot first and have none planned.
pub fn unprotected(proposal: &Proposal) -> Vec<&SnapshotOption> {
    proposal
        .snapshots
        .iter()
        .filter(|option| option.feasible && !option.planned)
        .collect()
}

/// Whether a confirmation must say something about a snapshot.
pub fn needs_snapshot_choice(proposal: &Proposal) -> bool {
    proposal.risk.level >= RiskLevel::Medium && !unprotected(proposal).is_empty()
}

/// The label of the button that starts the plan: what it does, in full.
pub fn confirm_label(proposal: &Proposal) -> String {
    let steps = proposal.plan.steps.len();
    let mut guests: Vec<_> = proposal
        .plan
        .steps
        .iter()
        .map(|step| step.target.key())
        .collect();
    guests.sort_unstable();
    guests.dedup();
    format!(
        "Confirm and run {} on {}",
        count(steps, "step", "steps"),
        count(guests.len(), "guest", "guests")
    )
}

/// What else the page knows that bears on a decision.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Who decides.
    pub role: Role,
    /// The emergency stop is set.
    pub stopped: bool,
    /// What is known of the cluster is too old to act on.
    pub stale: bool,
    /// What was chosen about a snapshot.
    pub choice: SnapshotChoice,
    /// The reason for going without one.
    pub reason: &'a str,
}

/// Why the plan cannot be confirmed now; `None` if nothing is in the way.
pub fn obstacle(proposal: &Proposal, now: Circumstances<'_>) -> Option<String> {
    if proposal.state != ProposalState::InReview {
        return Some("This proposal is closed.".to_owned());
    }
    if !now.role.may(Permission::Confirm) {
        return Some(refusal(Permission::Confirm, now.role));
    }
    if now.stopped {
        return Some("The emergency stop is set: no step may start.".to_owned());
    }
    if now.stale {
        return Some("What Argus knows of the cluster is too old to act on.".to_owned());
    }
    if needs_snapshot_choice(proposal) {
        match now.choice {
            SnapshotChoice::Open => {
                return Some("Decide about the snapshot first.".to_owned());
            }
            SnapshotChoice::Take => {
                return Some("Plan the snapshot first, then read the new plan.".to_owned());
            }
            SnapshotChoice::Without if now.reason.trim().is_empty() => {
                return Some("Say why no snapshot is taken.".to_owned());
            }
            SnapshotChoice::Without => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn proposal(risk: &str, feasible: bool, planned: bool) -> Proposal {
        let target = json!({
            "kind": "qemu", "vmid": 101, "name": "web-01", "node": "pve1", "ha_managed": false
        });
        let person = json!({
            "id": "00000000-0000-0000-0000-000000000001", "name": "Otto", "role": "operator"
        });
        serde_json::from_value(json!({
            "id": "00000000-0000-0000-0000-000000000002", "cluster": "lab", "revision": 1,
            "state": "in_review", "title": "Reboot web-01", "author": person,
            "origin": "built_in_rules", "request": null,
            "plan": {
                "format": 1, "proposal": "00000000-0000-0000-0000-000000000002",
                "cluster": "lab", "steps": []
            },
            "digest": "ab".repeat(32),
            "risk": { "level": risk, "reasons": [] },
            "snapshots": [
                { "target": target, "feasible": feasible, "planned": planned, "note": "" }
            ],
            "skipped": [], "approvals_required": 0, "approvals": 0, "created_at": "2026-11-22T10:00:00Z",
            "planned_at": "2026-11-22T10:00:00Z", "expires_at": "2026-11-22T11:00:00Z",
            "closed_by": null, "closed_at": null, "closed_reason": null, "drift": [],
            "execution": null
        }))
        .unwrap()
    }

    fn admin(choice: SnapshotChoice, reason: &str) -> Circumstances<'_> {
        Circumstances {
            role: Role::Admin,
            stopped: false,
            stale: false,
            choice,
            reason,
        }
    }

    #[test]
    fn a_low_risk_plan_asks_for_no_snapshot() {
        let proposal = proposal("low", true, false);
        assert_eq!(obstacle(&proposal, admin(SnapshotChoice::Open, "")), None);
    }

    #[test]
    fn a_medium_risk_plan_waits_for_a_snapshot_or_a_reason() {
        let proposal = proposal("medium", true, false);
        for (choice, reason, free) in [
            (SnapshotChoice::Open, "", false),
            (SnapshotChoice::Take, "", false),
            (SnapshotChoice::Without, "  ", false),
            (SnapshotChoice::Without, "it holds no data", true),
        ] {
            let obstacle = obstacle(&proposal, admin(choice, reason));
            assert_eq!(obstacle.is_none(), free, "{choice:?} {reason:?}");
        }
    }

    #[test]
    fn where_no_snapshot_is_possible_or_one_is_planned_nothing_is_asked() {
        for (feasible, planned) in [(false, false), (true, true)] {
            let proposal = proposal("high", feasible, planned);
            assert_eq!(obstacle(&proposal, admin(SnapshotChoice::Open, "")), None);
        }
    }

    #[test]
    fn an_operator_reads_why_the_button_is_not_theirs() {
        let mut now = admin(SnapshotChoice::Open, "");
        now.role = Role::Operator;
        assert_eq!(
            obstacle(&proposal("low", true, false), now).unwrap(),
            "Only an admin confirms; you are an operator."
        );
    }

    #[test]
    fn nothing_is_confirmed_on_stale_data_or_under_an_emergency_stop() {
        let proposal = proposal("low", true, false);
        let mut now = admin(SnapshotChoice::Open, "");
        now.stale = true;
        assert!(obstacle(&proposal, now).is_some());
        now.stale = false;
        now.stopped = true;
        assert!(obstacle(&proposal, now).is_some());
    }
}
