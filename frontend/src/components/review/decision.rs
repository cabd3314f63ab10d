//! What the person has to decide and what keeps them from it. Pure.

use argus_types::approval::{BREAK_GLASS_REASON, YouMay};
use argus_types::person::{Permission, Role};
use argus_types::plan::StepTarget;
use argus_types::proposal::{Proposal, ProposalState, RiskLevel, SnapshotOption};
use argus_types::text::PlainText;

use crate::format::count::count;
use crate::format::plain::typed;
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
    let mut targets: Vec<&StepTarget> = Vec::new();
    for step in &proposal.plan.steps {
        if !targets
            .iter()
            .any(|other| other.key() == step.target.key() && other.name() == step.target.name())
        {
            targets.push(&step.target);
        }
    }
    let guests = targets.iter().all(|target| target.guest().is_some());
    format!(
        "Confirm and run {} on {}",
        count(steps, "step", "steps"),
        if guests {
            count(targets.len(), "guest", "guests")
        } else {
            count(targets.len(), "target", "targets")
        }
    )
}

/// What else the page knows that bears on a decision.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Who decides.
    pub role: Role,
    /// What Argus lets them do, as it said last.
    pub you: Option<&'a YouMay>,
    /// The emergency stop is set.
    pub stopped: bool,
    /// What is known of the cluster is too old to act on.
    pub stale: bool,
    /// What was chosen about a snapshot.
    pub choice: SnapshotChoice,
    /// The reason for going without one.
    pub reason: &'a str,
    /// Confirming takes a passkey, and who decides has none.
    pub passkey_missing: bool,
}

/// Why the plan cannot be confirmed now; `None` if nothing is in the way.
pub fn obstacle(proposal: &Proposal, now: Circumstances<'_>) -> Option<String> {
    if proposal.state != ProposalState::InReview {
        return Some("This proposal is closed.".to_owned());
    }
    if !now.role.may(Permission::Confirm) {
        return Some(refusal(Permission::Confirm, now.role));
    }
    standstill(now)
        .or_else(|| match now.you {
            None => Some("Argus has not said yet whether you may confirm it.".to_owned()),
            Some(you) => you.not_confirm.clone(),
        })
        .or_else(|| open_snapshot_choice(proposal, now))
        .or_else(|| {
            now.passkey_missing
                .then(|| "Confirming this plan takes a passkey, and you have none.".to_owned())
        })
}

/// Why glass cannot be broken now over the plan by somebody who may; `why` is their reason.
pub fn glass_obstacle(proposal: &Proposal, now: Circumstances<'_>, why: &str) -> Option<String> {
    standstill(now)
        .or_else(|| open_snapshot_choice(proposal, now))
        .or_else(|| {
            (reason_length(why) < BREAK_GLASS_REASON).then(|| {
                format!("Say in at least {BREAK_GLASS_REASON} characters why it cannot wait.")
            })
        })
}

/// Characters of a reason, the space around it apart.
pub fn reason_length(why: &str) -> usize {
    why.trim().chars().count()
}

/// What keeps everybody from starting anything.
fn standstill(now: Circumstances<'_>) -> Option<String> {
    if now.stopped {
        return Some("The emergency stop is set: no step may start.".to_owned());
    }
    now.stale
        .then(|| "What Argus knows of the cluster is too old to act on.".to_owned())
}

fn open_snapshot_choice(proposal: &Proposal, now: Circumstances<'_>) -> Option<String> {
    if !needs_snapshot_choice(proposal) {
        return None;
    }
    let text = match now.choice {
        SnapshotChoice::Open => "Decide about the snapshot first.",
        SnapshotChoice::Take => "Plan the snapshot first, then read the new plan.",
        SnapshotChoice::Without if now.reason.trim().is_empty() => "Say why no snapshot is taken.",
        SnapshotChoice::Without => return None,
    };
    Some(text.to_owned())
}

/// Why no snapshot is taken, where a confirmation must say so.
pub fn without_snapshot(
    asked: bool,
    choice: SnapshotChoice,
    reason: &str,
) -> Result<Option<PlainText<500>>, String> {
    if asked && choice == SnapshotChoice::Without {
        typed(reason)
    } else {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::review::fixture::proposal;

    const FREE: YouMay = YouMay {
        not_approve: None,
        not_reject: None,
        not_request_changes: None,
        not_revoke: None,
        not_confirm: None,
        not_break_glass: None,
    };

    fn admin(choice: SnapshotChoice, reason: &str) -> Circumstances<'_> {
        Circumstances {
            role: Role::Admin,
            you: Some(&FREE),
            stopped: false,
            stale: false,
            choice,
            reason,
            passkey_missing: false,
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
    fn a_viewer_reads_why_the_button_is_not_theirs() {
        let mut now = admin(SnapshotChoice::Open, "");
        now.role = Role::Viewer;
        assert_eq!(
            obstacle(&proposal("low", true, false), now).unwrap(),
            "Only an operator confirms; you are a viewer."
        );
    }

    #[test]
    fn what_argus_says_against_it_keeps_from_confirming_and_so_does_its_silence() {
        let proposal = proposal("low", true, false);
        let missing = YouMay {
            not_confirm: Some("0 of 1 approvals are there.".to_owned()),
            ..FREE
        };
        let mut now = admin(SnapshotChoice::Open, "");
        now.you = Some(&missing);
        assert_eq!(
            obstacle(&proposal, now).as_deref(),
            Some("0 of 1 approvals are there.")
        );
        now.you = None;
        assert!(obstacle(&proposal, now).is_some());
    }

    #[test]
    fn where_confirming_takes_a_passkey_nobody_without_one_is_let_to_try() {
        let proposal = proposal("low", true, false);
        let mut now = admin(SnapshotChoice::Open, "");
        now.passkey_missing = true;
        assert_eq!(
            obstacle(&proposal, now).as_deref(),
            Some("Confirming this plan takes a passkey, and you have none.")
        );
    }

    #[test]
    fn breaking_glass_leaves_out_the_approvals_and_nothing_else() {
        let why = "the database is down and nobody answers";
        let quiet = proposal("medium", true, false);
        let missing = YouMay {
            not_confirm: Some("0 of 1 approvals are there.".to_owned()),
            ..FREE
        };
        let mut now = admin(SnapshotChoice::Without, "it holds no data");
        now.you = Some(&missing);
        assert_eq!(glass_obstacle(&quiet, now, why), None);
        now.choice = SnapshotChoice::Open;
        assert!(glass_obstacle(&quiet, now, why).is_some());
        now.choice = SnapshotChoice::Without;
        now.stopped = true;
        assert!(glass_obstacle(&quiet, now, why).is_some());
    }

    #[test]
    fn breaking_glass_takes_a_reason_of_twenty_characters_and_spaces_make_none() {
        let quiet = proposal("low", true, false);
        let now = admin(SnapshotChoice::Open, "");
        for (why, enough) in [
            ("", false),
            ("ääääääääääääääääääää", true),
            ("  too short           ", false),
        ] {
            assert_eq!(
                glass_obstacle(&quiet, now, why).is_none(),
                enough,
                "{why:?}"
            );
        }
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
