//! Where a proposal stands, as it is shown.

use argus_domain::approval::Refusal;
use argus_store::{Matter, Parties, StoredAccount, StoredApproval, StoredProposal};
use argus_types::Timestamp;
use argus_types::approval::{Approvals, Verdict, YouMay};
use argus_types::policy;
use argus_types::proposal::ProposalState;

use crate::problem::ApiProblem;
use crate::service::confirm::check;
use crate::service::policy::{InForce, Objection, judged_again};

/// A proposal and what the policy says of it now.
pub(super) struct Standing {
    pub(super) stored: StoredProposal,
    pub(super) verdict: Option<policy::Verdict>,
}

impl Standing {
    pub(super) fn of(stored: StoredProposal, in_force: &InForce, now: Timestamp) -> Self {
        let question = stored.question.as_ref();
        let verdict = question.map(|question| judged_again(&stored, question, in_force, now));
        Self { stored, verdict }
    }

    pub(super) fn matter(&self, now: Timestamp) -> Matter<'_> {
        let matter = self.stored.matter(now);
        match &self.verdict {
            // What a closed one needed is over.
            Some(verdict) if self.stored.proposal.state == ProposalState::InReview => Matter {
                required: verdict.approvals,
                own_approval: verdict.own_approval,
                ..matter
            },
            _ => matter,
        }
    }

    /// Whether the policy lets anybody approve it.
    pub(super) fn objection(&self) -> Result<(), Objection> {
        self.verdict.as_ref().map_or(Ok(()), Objection::to_plan)
    }

    /// Whether the policy lets anybody start it.
    pub(super) fn objection_to_start(&self, now: Timestamp) -> Result<(), Objection> {
        let proposal = &self.stored.proposal;
        self.verdict.as_ref().map_or(Ok(()), |verdict| {
            Objection::to_start(verdict, proposal, proposal.reason.is_some(), now)
        })
    }
}

pub(super) fn approvals(
    standing: &Standing,
    parties: &Parties,
    you: YouMay,
    now: Timestamp,
) -> Approvals {
    let proposal = &standing.stored.proposal;
    let matter = standing.matter(now);
    let rule = standing.verdict.as_ref();
    let rule = rule.map(|verdict| verdict.approvals_why.clone());
    Approvals {
        required: matter.required,
        rule: rule.unwrap_or_else(|| "It is from before there was a policy.".to_owned()),
        policy: standing.verdict.clone(),
        given: parties
            .given
            .iter()
            .filter(|given| given.revision == proposal.revision)
            .map(StoredApproval::view)
            .collect(),
        counting: if proposal.state.counts_approvals() {
            parties.counting(matter)
        } else {
            0
        },
        you,
    }
}

pub(super) fn you_may(
    standing: &Standing,
    parties: &Parties,
    who: &StoredAccount,
    now: Timestamp,
) -> YouMay {
    if let Err(problem) = check::is_in_review(&standing.stored.proposal, now) {
        return nothing(&problem.problem().detail);
    }
    let matter = standing.matter(now);
    let account = who.towards(matter.cluster, matter.placements);
    let why = |judged: Result<(), Refusal>| judged.err().map(|refusal| refusal.sentence());
    let objection = |judged: Result<(), Objection>| {
        let problem = judged.err().map(ApiProblem::from);
        problem.map(|problem| problem.problem().detail.clone())
    };
    let (not_approve, not_start) = (
        objection(standing.objection()),
        objection(standing.objection_to_start(now)),
    );
    let not_revoke = own_approval(&standing.stored, parties, who)
        .is_none()
        .then(|| NO_APPROVAL.to_owned());
    parties.judge(matter, |case| YouMay {
        not_approve: not_approve.or(why(case.may_approve(&account))),
        not_reject: why(case.may_reject(&account)),
        not_request_changes: why(case.may_request_changes(&account)),
        not_revoke,
        not_confirm: not_start.clone().or(why(case.may_confirm(&account))),
        not_break_glass: not_start.or(why(case.may_break_glass(&account))),
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
