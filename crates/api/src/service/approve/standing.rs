//! Where a proposal stands, as it is shown.

use argus_domain::approval::{self, Refusal};
use argus_store::{Parties, StoredAccount, StoredApproval, StoredProposal};
use argus_types::Timestamp;
use argus_types::approval::{Approvals, Verdict, YouMay};

use crate::service::confirm::check;

pub(super) fn approvals(
    stored: &StoredProposal,
    parties: &Parties,
    you: YouMay,
    now: Timestamp,
) -> Approvals {
    let proposal = &stored.proposal;
    let counting = if proposal.state.counts_approvals() {
        parties.counting(stored.matter(now))
    } else {
        0
    };
    Approvals {
        required: proposal.approvals_required,
        rule: approval::rule(&proposal.risk, proposal.approvals_required),
        given: parties
            .given
            .iter()
            .filter(|given| given.revision == proposal.revision)
            .map(StoredApproval::view)
            .collect(),
        counting,
        you,
    }
}

pub(super) fn you_may(
    stored: &StoredProposal,
    parties: &Parties,
    who: &StoredAccount,
    now: Timestamp,
) -> YouMay {
    if let Err(problem) = check::is_in_review(&stored.proposal, now) {
        return nothing(&problem.problem().detail);
    }
    let account = who.towards(&stored.proposal.cluster, &stored.placements);
    let why = |judged: Result<(), Refusal>| judged.err().map(|refusal| refusal.sentence());
    let not_revoke = own_approval(stored, parties, who)
        .is_none()
        .then(|| NO_APPROVAL.to_owned());
    parties.judge(stored.matter(now), |case| YouMay {
        not_approve: why(case.may_approve(&account)),
        not_reject: why(case.may_reject(&account)),
        not_request_changes: why(case.may_request_changes(&account)),
        not_revoke,
        not_confirm: why(case.may_confirm(&account)),
        not_break_glass: why(case.may_break_glass(&account)),
    })
}

pub(super) fn nothing(why: &str) -> YouMay {
    let why = || Some(why.to_owned());
    YouMay {
        not_approve: why(),
        not_reject: why(),
        not_request_changes: why(),
        not_revoke: why(),
        not_confirm: why(),
        not_break_glass: why(),
    }
}

/// Why nothing can be taken back.
pub(super) const NO_APPROVAL: &str = "There is no approval of this plan by your account.";

/// The approval of the present plan by this account, where one stands.
pub(super) fn own_approval<'a>(
    stored: &StoredProposal,
    parties: &'a Parties,
    who: &StoredAccount,
) -> Option<&'a StoredApproval> {
    parties.standing().find(|given| {
        given.verdict == Verdict::Approve
            && given.revision == stored.proposal.revision
            && given.by.person.id == who.person.id
    })
}
