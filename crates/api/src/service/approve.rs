//! Approving and rejecting, and where a proposal stands.

use argus_domain::approval::{self, Refusal};
use argus_store::{Closing, NewApproval, Parties, Store, StoredAccount, StoredProposal, Tx};
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::approval::{Approvals, Decision, Verdict, YouMay};
use argus_types::id::{PersonId, ProposalId, SessionId};
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::ProposalState;
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

use super::confirm::check;
use super::confirm::check::not_found;
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
    ttl_min: u32,
}

impl Approve {
    /// Approvals that count for `ttl_min` minutes.
    pub fn new(store: Store, clock: SharedClock, ttl_min: u32) -> Self {
        Self {
            store,
            clock,
            ttl_min,
        }
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
        let you = if is_script {
            nothing("API tokens read and propose. This takes a person in a browser.")
        } else {
            you_may(&stored, &parties, &who, now)
        };
        Ok(approvals(&stored, &parties, you, now))
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
        if let Err(refusal) = judge(&stored, &parties, &who, decision.verdict, now) {
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
        let (parties, who) = tx.hold_parties(id, once.person.id).await?;
        let judged = judge(&stored, &parties, &who, decision.verdict, now);
        let taken = match judged {
            Ok(()) => self.keep(&mut tx, &stored, &who, decision, now).await?,
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
        let (parties, _) = tx.hold_parties(id, who.person.id).await?;
        let you = you_may(&stored, &parties, &who, now);
        let view = approvals(&stored, &parties, you, now);
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
        stored: &StoredProposal,
        who: &StoredAccount,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, ApiProblem> {
        let new = NewApproval {
            id: self.clock.new_id(),
            proposal: stored.proposal.id,
            revision: stored.proposal.revision,
            digest: decision.digest,
            person: who.person.id,
            human: who.human,
            verdict: decision.verdict,
            comment: decision.comment.as_ref().map(PlainText::as_str),
            at: now,
            expires_at: now.plus_seconds(i64::from(self.ttl_min) * 60),
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
    stored: &StoredProposal,
    parties: &Parties,
    who: &StoredAccount,
    verdict: Verdict,
    now: Timestamp,
) -> Result<(), Refusal> {
    let account = who.towards(&stored.proposal.cluster, &stored.placements);
    parties.judge(stored.matter(now), |case| match verdict {
        Verdict::Approve => case.may_approve(&account),
        Verdict::Reject => case.may_reject(&account),
    })
}

/// The comment, which a rejection needs.
fn comment(decision: &Decision) -> Result<Option<&str>, ApiProblem> {
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

fn approvals(stored: &StoredProposal, parties: &Parties, you: YouMay, now: Timestamp) -> Approvals {
    let proposal = &stored.proposal;
    Approvals {
        required: proposal.approvals_required,
        rule: approval::rule(&proposal.risk, proposal.approvals_required),
        given: parties
            .given
            .iter()
            .filter(|given| given.revision == proposal.revision)
            .map(argus_store::StoredApproval::view)
            .collect(),
        counting: parties.counting(stored.matter(now)),
        you,
    }
}

fn you_may(
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
    parties.judge(stored.matter(now), |case| YouMay {
        not_approve: why(case.may_approve(&account)),
        not_reject: why(case.may_reject(&account)),
        not_confirm: why(case.may_confirm(&account)),
        not_break_glass: why(case.may_break_glass(&account)),
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
