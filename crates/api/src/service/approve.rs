//! Approving and rejecting, asking for changes, taking an approval back, and where a proposal stands.

mod changes;
mod export;
mod revoke;
mod standing;

use argus_domain::approval::Refusal;
use argus_ledger::approval::Statement;
use argus_store::{
    Closing, NewApproval, Parties, SignedStepUp, Store, StoredAccount, StoredProposal, Tx,
};
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::approval::{Approvals, Decision, Verdict};
use argus_types::id::{PersonId, ProposalId, SessionId};
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::ProposalState;
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

use super::confirm::check;
use super::confirm::check::not_found;
use super::passkeys::statement::ledger_hash;
use super::policy::{InForce, record_objection};
use super::refused::{self, Refused};
use super::{Once, Reply};
use crate::auth_event;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use standing::{Standing, approvals, nothing, you_may};

/// Takes decisions on plans.
#[derive(Clone)]
pub struct Approve {
    store: Store,
    clock: SharedClock,
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
        let signed = match decision.verdict {
            Verdict::Approve => Some(use_step_up(&mut tx, session, decision, now).await?),
            Verdict::Reject => None,
        };
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        check::is_open(&stored.proposal, decision.digest, now)?;
        let in_force = InForce::held(&mut tx).await?;
        let standing = Standing::of(stored, &in_force, now);
        let (parties, who) = tx.hold_parties(id, once.person.id).await?;
        let judged = judge(&standing, &parties, &who, decision.verdict, now);
        let taken = match judged {
            Ok(()) => {
                let signed = signed.as_ref();
                self.keep(&mut tx, &standing, &who, decision, signed, now)
                    .await?
            }
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
            "signed_sha256": signed.as_ref().map(|signed| signed.approval.sha256()),
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
        signed: Option<&SignedStepUp>,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, ApiProblem> {
        let proposal = &standing.stored.proposal;
        if signed.is_some_and(|signed| !is_about(signed, &standing.stored, who, decision)) {
            return Err(check::step_up_needed());
        }
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
            signed,
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
) -> Result<SignedStepUp, ApiProblem> {
    let Some(step_up) = decision.step_up else {
        return Err(check::step_up_needed());
    };
    let subject = decision.digest.to_string();
    let act = StepUpAct::Approve;
    tx.consume_signed_step_up(step_up, session, act, &subject, now)
        .await?
        .ok_or_else(check::step_up_needed)
}

/// Whether what was signed is this decision, by this account of this human: whoever became somebody else since they
/// signed signs again.
fn is_about(
    signed: &SignedStepUp,
    stored: &StoredProposal,
    who: &StoredAccount,
    decision: &Decision,
) -> bool {
    let Ok(statement) = argus_ledger::approval::verify(&signed.approval) else {
        return false;
    };
    let verdict = match decision.verdict {
        Verdict::Approve => argus_ledger::approval::Verdict::Approve,
        Verdict::Reject => argus_ledger::approval::Verdict::Reject,
    };
    let Statement {
        proposal, approver, ..
    } = &statement;
    *proposal == stored.proposal.id.to_string()
        && statement.revision == stored.proposal.revision
        && statement.digest == ledger_hash(decision.digest)
        && statement.verdict == verdict
        && approver.account == who.person.id.to_string()
        && approver.human == who.human.map(|human| human.to_string())
}
