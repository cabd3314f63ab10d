//! Deciding on a proposed version: two admins other than its author approve, somebody who did not approve puts it into
//! force. See [`super::propose`] for how it comes to be.

use argus_domain::approval::Refusal;
use argus_store::{
    NewPolicyApproval, PolicyClosing, Store, StoredAccount, StoredApproval, StoredPolicy, Tx,
};
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::approval::{Decision, Verdict};
use argus_types::id::{PlanDigest, SessionId, StepUpId};
use argus_types::policy::{PolicyConfirmation, PolicyState, PolicyWithdrawal};
use argus_types::problem::ProblemCode;
use http::StatusCode;
use serde_json::json;

use super::in_force::InForce;
use super::view::{Decided, PolicyReader, is_proposed, may_confirm, not_found};
use crate::auth_event;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::service::approve::comment;
use crate::service::confirm::check::step_up_needed;
use crate::service::refused::{self, Refused};
use crate::service::{Once, Reply};

/// Changes the policy.
#[derive(Clone)]
pub struct ChangePolicy {
    pub(super) store: Store,
    pub(super) clock: SharedClock,
    reader: PolicyReader,
}

/// A version with everybody who has to do with it, all held until the transaction's end.
pub(super) struct Held {
    stored: StoredPolicy,
    given: Vec<StoredApproval>,
    author: Option<StoredAccount>,
    who: StoredAccount,
    now: Timestamp,
}

impl Held {
    fn decided(&self) -> Decided<'_> {
        Decided {
            stored: &self.stored,
            author: self.author.as_ref(),
            given: &self.given,
            now: self.now,
        }
    }
}

impl ChangePolicy {
    /// Changes what `store` keeps.
    pub fn new(store: Store, clock: SharedClock, reader: PolicyReader) -> Self {
        Self {
            store,
            clock,
            reader,
        }
    }

    /// Takes one person's word on a proposed version.
    pub async fn decide(
        &self,
        once: &Once,
        session: SessionId,
        number: u32,
        decision: &Decision,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let comment = comment(decision)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let proven = prove(&mut tx, session, decision.step_up, decision.digest, now).await?;
        let held = hold(&mut tx, once, number, now).await?;
        is_meant(&held.stored, decision.digest)?;
        let account = held.who.towards_everything();
        let judged = held.decided().judge(|case| match decision.verdict {
            Verdict::Approve => case.may_approve(&account),
            Verdict::Reject => case.may_reject(&account),
        });
        if let Err(refusal) = judged.unwrap_or(Err(Refusal::UnknownAuthor)) {
            drop(tx);
            let act = decision.verdict.as_str();
            return Err(self.refuse(once, number, act, refusal, now).await?);
        }
        // After the rules about people: nobody fetches a passkey for what they may not do at all.
        if decision.verdict == Verdict::Approve && !proven {
            return Err(step_up_needed());
        }
        let new = NewPolicyApproval {
            id: self.clock.new_id(),
            version: number,
            person: held.who.person.id,
            human: held.who.human,
            verdict: decision.verdict,
            comment,
            at: now,
            expires_at: held.decided().approval_expires_at(),
        };
        if !tx.insert_policy_approval(new).await? {
            drop(tx);
            let act = decision.verdict.as_str();
            return Err(self
                .refuse(once, number, act, Refusal::Decided, now)
                .await?);
        }
        let kind = match decision.verdict {
            Verdict::Approve => Kind::PolicyApproved,
            Verdict::Reject => {
                let closing = PolicyClosing {
                    to: PolicyState::Rejected,
                    at: now,
                    reason: comment,
                };
                tx.close_policy(number, closing).await?;
                Kind::PolicyRejected
            }
        };
        let held = hold(&mut tx, once, number, now).await?;
        let body = json!({ "digest": decision.digest, "comment": comment, "counting": held.decided().counting() });
        self.answer(tx, once, &held, (kind, body), StatusCode::OK)
            .await
    }

    /// Puts a version into force that enough others approved.
    pub async fn confirm(
        &self,
        once: &Once,
        session: SessionId,
        number: u32,
        input: &PolicyConfirmation,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let proven = prove(&mut tx, session, input.step_up, input.digest, now).await?;
        let held = hold(&mut tx, once, number, now).await?;
        is_meant(&held.stored, input.digest)?;
        let account = held.who.towards_everything();
        let judged = held.decided().judge(|case| {
            may_confirm(case, &account)?;
            let given = case.counting();
            Ok::<_, Refusal>(
                given
                    .iter()
                    .map(|given| given.by.person)
                    .collect::<Vec<_>>(),
            )
        });
        let approvers = match judged.unwrap_or(Err(Refusal::UnknownAuthor)) {
            Ok(approvers) => approvers,
            Err(refusal) => {
                drop(tx);
                return Err(self.refuse(once, number, "confirm", refusal, now).await?);
            }
        };
        if !proven {
            return Err(step_up_needed());
        }
        let active = InForce::held(&mut tx).await?.stored.version;
        if held.stored.made_from != Some(active.number) {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                format!(
                    "Version {} came into force since this one was proposed, which would take it back unseen. Propose \
                     the change again.",
                    active.number
                ),
            ));
        }
        if !tx.activate_policy(number, held.who.person.id, now).await? {
            return Err(is_proposed(&held.stored).err().unwrap_or_else(not_found));
        }
        let names: Vec<&str> = held
            .given
            .iter()
            .map(|given| &given.by.person)
            .filter(|person| approvers.contains(&person.id))
            .map(|person| person.name.as_str())
            .collect();
        let body =
            json!({ "digest": input.digest, "approved_by": names, "instead_of": active.number });
        let held = hold(&mut tx, once, number, now).await?;
        let kind = Kind::PolicyActivated;
        let reply = self
            .answer(tx, once, &held, (kind, body), StatusCode::OK)
            .await?;
        tracing::warn!(target: "argus::event", kind = "policy", version = number, by = %once.person.name, "another policy is in force");
        Ok(reply)
    }

    /// Takes a proposed version back.
    pub async fn withdraw(
        &self,
        once: &Once,
        number: u32,
        input: &PolicyWithdrawal,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let held = hold(&mut tx, once, number, now).await?;
        is_meant(&held.stored, input.digest)?;
        if let Some(why) = held.decided().you_may(&held.who).not_withdraw {
            return Err(ApiProblem::new(ProblemCode::Forbidden, why));
        }
        let closing = PolicyClosing {
            to: PolicyState::Withdrawn,
            at: now,
            reason: None,
        };
        tx.close_policy(number, closing).await?;
        let held = hold(&mut tx, once, number, now).await?;
        let body = json!({ "digest": input.digest });
        let what = (Kind::PolicyWithdrawn, body);
        self.answer(tx, once, &held, what, StatusCode::OK).await
    }

    /// Records what was done, answers with how the version stands, and commits.
    pub(super) async fn answer(
        &self,
        mut tx: Tx,
        once: &Once,
        held: &Held,
        (kind, body): (Kind, serde_json::Value),
        status: StatusCode,
    ) -> Result<Reply, ApiProblem> {
        let decided = held.decided();
        let view = self
            .reader
            .compare(&decided, decided.you_may(&held.who))
            .await?;
        let reply = Reply::new(status, &view)?;
        once.complete(&mut tx, &reply).await?;
        let subject = format!("policy/{}", held.stored.version.number);
        tx.append_ledger(record::entry(
            held.now,
            &once.person.name,
            kind,
            subject,
            body,
        ))
        .await?;
        tx.commit().await?;
        auth_event::count(kind, "done");
        Ok(reply)
    }

    async fn refuse(
        &self,
        once: &Once,
        number: u32,
        act: &'static str,
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<ApiProblem, ApiProblem> {
        let subject = format!("policy/{number}");
        let refused = Refused {
            act,
            subject: &subject,
            refusal,
        };
        refused::record(&self.store, once, now, refused).await
    }
}

pub(super) async fn hold(
    tx: &mut Tx,
    once: &Once,
    number: u32,
    now: Timestamp,
) -> Result<Held, ApiProblem> {
    let stored = tx.lock_policy(number).await?.ok_or_else(not_found)?;
    let (given, author, who) = tx.hold_policy_parties(&stored, once.person.id).await?;
    Ok(Held {
        stored,
        given,
        author,
        who,
        now,
    })
}

/// Whether the version is proposed and the one that was read.
fn is_meant(stored: &StoredPolicy, digest: PlanDigest) -> Result<(), ApiProblem> {
    is_proposed(stored)?;
    if stored.version.digest == digest {
        return Ok(());
    }
    Err(ApiProblem::new(
        ProblemCode::DigestMismatch,
        "The digest is not this version's. Read it again.",
    ))
}

/// Whether a passkey stands behind this; an assertion that is of no use is used up by nothing.
async fn prove(
    tx: &mut Tx,
    session: SessionId,
    step_up: Option<StepUpId>,
    digest: PlanDigest,
    now: Timestamp,
) -> Result<bool, ApiProblem> {
    let Some(step_up) = step_up else {
        return Ok(false);
    };
    let (act, subject) = (StepUpAct::ChangePolicy, digest.to_string());
    Ok(tx
        .consume_step_up(step_up, session, act, &subject, now)
        .await?)
}
