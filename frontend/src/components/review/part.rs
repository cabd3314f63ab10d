//! A person's part in a decision that takes several: what they may do, in words. Pure.

use argus_types::approval::Approvals;

/// How many approvals are still missing.
pub fn missing(approvals: &Approvals) -> u8 {
    approvals.required.saturating_sub(approvals.counting)
}

/// The label of the button that approves, which says how far it brings the plan; `None` where the person cannot
/// approve or nothing hangs on it.
pub fn approve_label(approvals: &Approvals) -> Option<String> {
    (missing(approvals) > 0 && approvals.you.not_approve.is_none()).then(|| {
        format!(
            "Approve as {} of {}",
            approvals.counting + 1,
            approvals.required
        )
    })
}

/// Why the button that approves is not there, and perhaps the one that rejects; `None` where it is there or no
/// approval is missing.
pub fn approve_refusal(approvals: &Approvals) -> Option<String> {
    let you = &approvals.you;
    let why = you
        .not_approve
        .as_ref()
        .filter(|_| missing(approvals) > 0)?;
    let what = if you.not_reject.as_ref() == Some(why) {
        "You cannot approve or reject it."
    } else {
        "You cannot approve it."
    };
    Some(format!("{what} {why}"))
}

/// Whether the person may reject the plan.
pub fn may_reject(approvals: &Approvals) -> bool {
    approvals.you.not_reject.is_none()
}

/// Whether the person may ask for another plan.
pub fn may_request_changes(approvals: &Approvals) -> bool {
    approvals.you.not_request_changes.is_none()
}

/// Whether the person has an approval to take back.
pub fn may_revoke(approvals: &Approvals) -> bool {
    approvals.you.not_revoke.is_none()
}

/// Whether the person may confirm without the approvals that are missing.
pub fn may_break_glass(approvals: &Approvals) -> bool {
    missing(approvals) > 0 && approvals.you.not_break_glass.is_none()
}

/// Whether the policy asks for a fresh passkey assertion of whoever confirms.
pub fn confirm_takes_passkey(approvals: &Approvals) -> bool {
    let policy = approvals.policy.as_ref();
    policy.is_some_and(|verdict| verdict.step_up)
}

#[cfg(test)]
mod tests {
    use argus_types::approval::YouMay;

    use super::*;

    fn approvals(counting: u8, required: u8, you: YouMay) -> Approvals {
        Approvals {
            required,
            rule: String::new(),
            policy: None,
            given: Vec::new(),
            counting,
            you,
        }
    }

    fn because(approve: Option<&str>, reject: Option<&str>) -> YouMay {
        YouMay {
            not_approve: approve.map(str::to_owned),
            not_reject: reject.map(str::to_owned),
            ..YouMay::default()
        }
    }

    #[test]
    fn the_button_says_which_of_how_many_it_gives() {
        let free = approvals(1, 2, YouMay::default());
        assert_eq!(approve_label(&free).unwrap(), "Approve as 2 of 2");
        assert_eq!(approve_refusal(&free), None);
    }

    #[test]
    fn nothing_is_asked_of_anybody_where_no_approval_is_missing() {
        for (counting, required) in [(0, 0), (2, 2), (3, 2)] {
            let enough = approvals(counting, required, because(Some("You asked."), None));
            assert_eq!(approve_label(&enough), None);
            assert_eq!(approve_refusal(&enough), None);
            assert!(!may_break_glass(&enough));
        }
    }

    #[test]
    fn an_author_reads_once_why_they_can_neither_approve_nor_reject() {
        let author = approvals(0, 1, because(Some("You asked."), Some("You asked.")));
        assert_eq!(approve_label(&author), None);
        assert_eq!(
            approve_refusal(&author).unwrap(),
            "You cannot approve or reject it. You asked."
        );
        assert!(!may_reject(&author));
    }

    #[test]
    fn whoever_approved_may_still_reject() {
        let giver = approvals(1, 2, because(Some("You decided."), None));
        assert_eq!(
            approve_refusal(&giver).unwrap(),
            "You cannot approve it. You decided."
        );
        assert!(may_reject(&giver));
    }
}
