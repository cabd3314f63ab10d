//! Approving and rejecting, and where a proposal stands.

use argus_domain::approval::Refusal;
use argus_store::{
    Closing, Matter, NewApproval, Parties, Store, StoredAccount, StoredProposal, Tx,
};
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::approval::{Approvals, Decision, Verdict, YouMay};
use argus_types::id::{PersonId, ProposalId, SessionId};
use argus_types::policy;
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::ProposalState;
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

use super::confirm::check;
use super::confirm::check::not_found;
use super::policy::{InForce, Objection, judged_again, record_objection};
use super::refused::{self, Refused};
use super::{Once, Reply};
use crate::auth_event;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// Takes decisions on plans.
#[derive(Clone)]
pub struct Approve {
    store: Store,
    clock: SharedClock,
}

/// A proposal and what the policy says of it now.
struct Standing {
    stored: StoredProposal,
    verdict: Option<policy::Verdict>,
}

impl Standing {
    fn of(stored: StoredProposal, in_force: &InForce, now: Timestamp) -> Self {
        let question = stored.question.as_ref();
        let verdict = question.map(|question| judged_again(&stored, question, in_force, now));
        Self { stored, verdict }
    }

    fn matter(&self, now: Timestamp) -> Matter<'_> {
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
    fn objection(&self) -> Result<(), Objection> {
        self.verdict.as_ref().map_or(Ok(()), Objection::to_plan)
    }

    /// Whether the policy lets anybody start it.
    fn objection_to_start(&self, now: Timestamp) -> Result<(), Objection> {
        let proposal = &self.stored.proposal;
        self.verdict.as_ref().map_or(Ok(()), |verdict| {
            Objection::to_start(verdict, proposal, proposal.reason.is_some(), now)
        })
    }
}

impl Approve {
    /// Approvals by the policy in force.
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock }
    }

    /// Where a proposal stands, and what `person` may do about it. A script may do nothing about it.
    pub async fn view(
        &self,
        id: ProposalId,
        person: PersonId,
        is_script: bool,
    ) -> Result<Approvals, ApiProblem> {
        let now = self.clock.now();
        let stored = self.store.proposal(id, now).await?.ok_or_else(not_found)?;
        let parties = self.store.parties(id).await?.ok_or_else(not_found)?;
        let who = self.store.account(person).await?.ok_or_else(not_found)?;
        let standing = Standing::of(stored, &InForce::now(&self.store).await?, now);
        let you = if is_script {
            nothing("API tokens read and propose. This takes a person in a browser.")
        } else {
            you_may(&standing, &parties, &who, now)
        };
        Ok(approvals(&standing, &parties, you, now))
    }

    /// Takes one person's word on the plan that `decision` names.
    pub async fn decide(
        &self,
        once: &Once,
        session: SessionId,
        id: ProposalId,
        decision: &Decision,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let comment = comment(decision)?;
        let now = self.clock.now();
        // Asked again in the transaction, where it counts; here it tells somebody who may not at all before it tells
        // them to fetch their passkey.
        let stored = self.store.proposal(id, now).await?.ok_or_else(not_found)?;
        check::is_open(&stored.proposal, decision.digest, now)?;
        let parties = self.store.parties(id).await?.ok_or_else(not_found)?;
        let who = self.store.account(once.person.id).await?;
        let who = who.ok_or_else(not_found)?;
        let standing = Standing::of(stored, &InForce::now(&self.store).await?, now);
        if decision.verdict == Verdict::Approve
            && let Err(objection) = standing.objection()
        {
            let about = (decision.verdict.as_str(), format!("proposal/{id}"));
            return Err(record_objection(&self.store, once, now, about, objection).await?);
        }
        if let Err(refusal) = judge(&standing, &parties, &who, decision.verdict, now) {
            return Err(self
                .refuse(once, id, decision.verdict, refusal, now)
                .await?);
        }

        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        if decision.verdict == Verdict::Approve {
            use_step_up(&mut tx, session, decision, now).await?;
        }
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        check::is_open(&stored.proposal, decision.digest, now)?;
        let in_force = InForce::held(&mut tx).await?;
        let standing = Standing::of(stored, &in_force, now);
        let (parties, who) = tx.hold_parties(id, once.person.id).await?;
        let judged = judge(&standing, &parties, &who, decision.verdict, now);
        let taken = match judged {
            Ok(()) => self.keep(&mut tx, &standing, &who, decision, now).await?,
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = taken {
            drop(tx);
            return Err(self
                .refuse(once, id, decision.verdict, refusal, now)
                .await?);
        }
        let kind = match decision.verdict {
            Verdict::Approve => Kind::ProposalApproved,
            Verdict::Reject => {
                let closing = Closing {
                    to: ProposalState::Rejected,
                    by: Some(who.person.id),
                    at: now,
                    reason: comment,
                    drift: &[],
                };
                tx.close_proposal(id, closing).await?;
                Kind::ProposalRejected
            }
        };
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        let standing = Standing::of(stored, &in_force, now);
        let (parties, _) = tx.hold_parties(id, who.person.id).await?;
        let you = you_may(&standing, &parties, &who, now);
        let view = approvals(&standing, &parties, you, now);
        let reply = Reply::new(StatusCode::OK, &view)?;
        once.complete(&mut tx, &reply).await?;
        let body = json!({
            "digest": decision.digest,
            "comment": comment,
            "counting": view.counting,
            "approvals_required": view.required,
        });
        let subject = format!("proposal/{id}");
        tx.append_ledger(record::entry(now, &once.person.name, kind, subject, body))
            .await?;
        tx.commit().await?;
        auth_event::count(kind, decision.verdict.as_str());
        Ok(reply)
    }

    /// The inner error says that this human has given the same word from another account in the meantime.
    async fn keep(
        &self,
        tx: &mut Tx,
        standing: &Standing,
        who: &StoredAccount,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, ApiProblem> {
        let proposal = &standing.stored.proposal;
        // A plan that nothing judged has no say in it; there is none in review.
        let minutes = standing
            .verdict
            .as_ref()
            .map_or(0, |verdict| i64::from(verdict.approvals_count_min));
        let new = NewApproval {
            id: self.clock.new_id(),
            proposal: proposal.id,
            revision: proposal.revision,
            digest: decision.digest,
            person: who.person.id,
            human: who.human,
            verdict: decision.verdict,
            comment: decision.comment.as_ref().map(PlainText::as_str),
            at: now,
            expires_at: now.plus_seconds(minutes * 60),
        };
        let taken = tx.insert_approval(new).await?;
        Ok(if taken { Ok(()) } else { Err(Refusal::Decided) })
    }

    async fn refuse(
        &self,
        once: &Once,
        id: ProposalId,
        verdict: Verdict,
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<ApiProblem, ApiProblem> {
        let refused = Refused {
            act: verdict.as_str(),
            subject: &format!("proposal/{id}"),
            refusal,
        };
        refused::record(&self.store, once, now, refused).await
    }
}

fn judge(
    standing: &Standing,
    parties: &Parties,
    who: &StoredAccount,
    verdict: Verdict,
    now: Timestamp,
) -> Result<(), Refusal> {
    let matter = standing.matter(now);
    let account = who.towards(matter.cluster, matter.placements);
    parties.judge(matter, |case| match verdict {
        Verdict::Approve => case.may_approve(&account),
        Verdict::Reject => case.may_reject(&account),
    })
}

/// The comment, which a rejection needs.
pub(super) fn comment(decision: &Decision) -> Result<Option<&str>, ApiProblem> {
    let comment = decision.comment.as_ref().map(|text| text.as_str().trim());
    let comment = comment.filter(|text| !text.is_empty());
    if decision.verdict == Verdict::Reject && comment.is_none() {
        let error = FieldError {
            pointer: "/comment".to_owned(),
            message: "a rejection needs a reason".to_owned(),
        };
        let detail = "Say in `comment` why the plan must not be carried out; its author reads it.";
        return Err(ApiProblem::new(ProblemCode::SchemaViolation, detail).with_errors(vec![error]));
    }
    Ok(comment)
}

async fn use_step_up(
    tx: &mut Tx,
    session: SessionId,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), ApiProblem> {
    let Some(step_up) = decision.step_up else {
        return Err(check::step_up_needed());
    };
    let subject = decision.digest.to_string();
    let act = StepUpAct::Approve;
    if tx
        .consume_step_up(step_up, session, act, &subject, now)
        .await?
    {
        Ok(())
    } else {
        Err(check::step_up_needed())
    }
}

fn approvals(standing: &Standing, parties: &Parties, you: YouMay, now: Timestamp) -> Approvals {
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
            .map(argus_store::StoredApproval::view)
            .collect(),
        counting: parties.counting(matter),
        you,
    }
}

fn you_may(standing: &Standing, parties: &Parties, who: &StoredAccount, now: Timestamp) -> YouMay {
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
    parties.judge(matter, |case| YouMay {
        not_approve: not_approve.or(why(case.may_approve(&account))),
        not_reject: why(case.may_reject(&account)),
        not_confirm: not_start.clone().or(why(case.may_confirm(&account))),
        not_break_glass: not_start.or(why(case.may_break_glass(&account))),
    })
}

fn nothing(why: &str) -> YouMay {
    YouMay {
        not_approve: Some(why.to_owned()),
        not_reject: Some(why.to_owned()),
        not_confirm: Some(why.to_owned()),
        not_break_glass: Some(why.to_owned()),
    }
}
