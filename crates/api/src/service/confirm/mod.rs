//! Confirming: the second phase. One person starts exactly one plan, named by its digest, on fresh facts, with the
//! approvals that it needs; or breaks glass, which leaves out the approvals and nothing else.

pub(super) mod check;
mod drifted;
mod ground;
mod later;

pub(super) use self::later::Tried;

use argus_domain::approval::Refusal;
use argus_domain::drift;
use argus_store::{
    Closing, Created, Matter, NewBrokenGlass, NewExecution, Parties, Store, StoredAccount,
    StoredProposal, Tx,
};
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::approval::BreakGlass;
use argus_types::id::{ExecutionId, PlanDigest, ProposalId, SessionId, StepUpId};
use argus_types::policy::Verdict;
use argus_types::proposal::{Confirmation, ProposalState};
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

use self::check::{not_found, stopped, wrong_state};
use self::ground::Ground;
use super::assessment::Assessor;
use super::collisions::Collide;
use super::policy::{InForce, Objection, judged_again, record_objection};
use super::refused::{self, Refused};
use super::{Once, Reply};
use crate::auth_event::{self, Alert};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::session::Reach;

/// Confirms proposals.
#[derive(Clone)]
pub struct Confirm {
    store: Store,
    clock: SharedClock,
    assessor: Assessor,
    collide: Collide,
}

/// What somebody wants to start.
#[derive(Clone, Copy)]
struct Wish<'a> {
    /// How far they reach.
    reach: &'a Reach,
    digest: PlanDigest,
    without_snapshot: Option<&'a PlainText<500>>,
    presence: Presence,
    /// Without the approvals that are missing.
    glass: Option<&'a BreakGlass>,
}

/// How it is known that the person is there.
#[derive(Clone, Copy)]
enum Presence {
    /// They are, in a session.
    Now {
        session: SessionId,
        /// A passkey's proof; breaking glass always takes one, confirming where the policy says so.
        step_up: Option<StepUpId>,
    },
    /// They were when they put the start off, perhaps with a passkey's proof.
    Earlier { proven: bool },
}

impl Wish<'_> {
    /// What the ledger calls it.
    fn act(self) -> &'static str {
        match self.glass {
            None => "confirm",
            Some(_) => "break_glass",
        }
    }

    /// Whether somebody said why: the author when they asked, or now whoever breaks glass.
    fn has_reason(self, stored: &StoredProposal) -> bool {
        self.glass.is_some() || stored.proposal.reason.is_some()
    }
}

impl Confirm {
    /// Confirms what `assessor` can plan again, what meets nothing that `collide` finds in its way, and what the policy
    /// lets start, by what it said of the plan and what it says.
    pub fn new(store: Store, clock: SharedClock, assessor: Assessor, collide: Collide) -> Self {
        Self {
            store,
            clock,
            assessor,
            collide,
        }
    }

    /// Starts the execution of the plan that `confirmation` names, or says why not.
    pub async fn run(
        &self,
        once: &Once,
        session: SessionId,
        reach: &Reach,
        id: ProposalId,
        confirmation: &Confirmation,
    ) -> Result<Reply, ApiProblem> {
        let wish = Wish {
            reach,
            digest: confirmation.digest,
            without_snapshot: confirmation.without_snapshot.as_ref(),
            presence: Presence::Now {
                session,
                step_up: confirmation.step_up,
            },
            glass: None,
        };
        self.carry_out(once, id, wish).await
    }

    /// Starts it without the approvals that are missing.
    pub async fn break_glass(
        &self,
        once: &Once,
        session: SessionId,
        reach: &Reach,
        id: ProposalId,
        glass: &BreakGlass,
    ) -> Result<Reply, ApiProblem> {
        let wish = Wish {
            reach,
            digest: glass.digest,
            without_snapshot: glass.without_snapshot.as_ref(),
            presence: Presence::Now {
                session,
                step_up: Some(glass.step_up),
            },
            glass: Some(glass),
        };
        self.carry_out(once, id, wish).await
    }

    async fn carry_out(
        &self,
        once: &Once,
        id: ProposalId,
        wish: Wish<'_>,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let now = self.clock.now();
        let stored = self.store.proposal(id, now).await?.ok_or_else(not_found)?;
        check::is_open(&stored.proposal, wish.digest, now)?;
        // Before the approvals: a plan with a snapshot is another plan, which needs them anew.
        check::has_snapshot_decision(&stored.proposal, wish.without_snapshot)?;
        // Both asked again in the transaction, where it counts; here it saves reading the cluster for a refusal.
        let in_force = InForce::now(&self.store).await?;
        let question = stored.question.as_ref();
        let verdict = question.map(|question| judged_again(&stored, question, &in_force, now));
        if let Some(verdict) = &verdict
            && let Err(objection) = objection(verdict, &stored, wish, now)
        {
            return Err(self.object(once, id, wish, objection, now).await?);
        }
        let parties = self.store.parties(id).await?.ok_or_else(not_found)?;
        let who = self.store.account(once.person.id).await?;
        let who = who.ok_or_else(not_found)?;
        let matter = stored.matter(now);
        let matter = verdict
            .as_ref()
            .map_or(matter, |verdict| by(verdict, matter));
        if let Err(refusal) = judge(&parties, &who, matter, wish) {
            return Err(self.refuse(once, id, wish, refusal, now).await?);
        }
        let checked = self.assessor.check(&stored.proposal.plan).await?;
        // Before drift: what something else is at work on looks changed, and may look as before when that is over.
        let free = self
            .collide
            .require_free(wish.reach, &stored, &checked.facts)
            .await?;
        if checked.drifted.is_empty() {
            let ground = Ground::of(&stored, checked.assessed, free);
            return self.start(once, id, wish, &ground).await;
        }
        let changed = drift::evidence(&stored.proposal.plan, &checked.drifted);
        let now = self.clock.now();
        Err(drifted::close(&self.store, &once.person, &stored, changed, now).await?)
    }

    async fn refuse(
        &self,
        once: &Once,
        id: ProposalId,
        wish: Wish<'_>,
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<ApiProblem, ApiProblem> {
        // Nobody tries anything then; what becomes of a start that was put off is recorded once, at its end.
        if matches!(wish.presence, Presence::Earlier { .. }) {
            return Ok(refusal.into());
        }
        let refused = Refused {
            act: wish.act(),
            subject: &format!("proposal/{id}"),
            refusal,
        };
        refused::record(&self.store, once, now, refused).await
    }

    async fn object(
        &self,
        once: &Once,
        id: ProposalId,
        wish: Wish<'_>,
        objection: Objection,
        now: Timestamp,
    ) -> Result<ApiProblem, ApiProblem> {
        if matches!(wish.presence, Presence::Earlier { .. }) {
            return Ok(objection.into());
        }
        let about = (wish.act(), format!("proposal/{id}"));
        record_objection(&self.store, once, now, about, objection).await
    }

    async fn start(
        &self,
        once: &Once,
        id: ProposalId,
        wish: Wish<'_>,
        ground: &Ground,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let execution = ExecutionId(self.clock.new_id());
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let proven = use_step_up(&mut tx, wish, now).await?;
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        check::is_open(&stored.proposal, wish.digest, now)?;
        ground
            .free
            .require_still(&mut tx, &stored.proposal, now)
            .await?;
        // Held: no other policy comes into force between this judgement and the start.
        let in_force = InForce::held(&mut tx).await?;
        let verdict = judged_again(&stored, &ground.question, &in_force, now);
        if let Err(objection) = objection(&verdict, &stored, wish, now) {
            drop(tx);
            return Err(self.object(once, id, wish, objection, now).await?);
        }
        let (parties, who) = tx.hold_parties(id, once.person.id).await?;
        let matter = Matter {
            placements: &ground.placements,
            ..by(&verdict, stored.matter(now))
        };
        let approvers = match judge(&parties, &who, matter, wish) {
            Ok(approvers) => approvers,
            Err(refusal) => {
                drop(tx);
                return Err(self.refuse(once, id, wish, refusal, now).await?);
            }
        };
        // After the rules about people: nobody fetches a passkey for what they may not do at all.
        if !proven && (verdict.step_up || wish.glass.is_some()) {
            return Err(check::step_up_needed());
        }
        let mut proposal = stored.proposal;
        let closing = Closing {
            to: ProposalState::Confirmed,
            by: Some(once.person.id),
            at: now,
            reason: wish.without_snapshot.map(PlainText::as_str),
            drift: &[],
        };
        if let Some(glass) = wish.glass {
            keep_glass(&mut tx, id, &who, glass, now).await?;
        }
        tx.close_proposal(id, closing).await?;
        // Held until the commit, so that a stop that comes now waits and then finds this execution.
        if tx.hold_emergency_stop().await?.engaged {
            return Err(stopped());
        }
        let (kind, reason) = match wish.glass {
            None => (Kind::ProposalConfirmed, None),
            Some(glass) => (Kind::BreakGlassUsed, Some(glass.reason.as_str())),
        };
        let body = json!({
            "digest": proposal.digest,
            "execution": execution,
            "without_snapshot": wish.without_snapshot,
            "approvals_required": verdict.approvals,
            "policy": in_force.stored.version.number,
            "approved_by": approvers,
            "reason": reason,
        });
        let subject = format!("proposal/{id}");
        tx.append_ledger(record::entry(now, &once.person.name, kind, subject, body))
            .await?;
        let created = tx
            .create_execution(NewExecution {
                id: execution,
                proposal: id,
                revision: proposal.revision,
                confirmed_by: &once.person,
                at: now,
            })
            .await?;
        match created {
            Created::Yes => {}
            Created::EmergencyStop => return Err(stopped()),
            Created::Already => return Err(wrong_state(&proposal)),
        }
        proposal.state = ProposalState::Confirmed;
        proposal.closed_by = Some(once.person.clone());
        proposal.closed_at = Some(now);
        proposal.closed_reason = closing.reason.map(str::to_owned);
        proposal.execution = Some(execution);
        let reply = Reply::new(StatusCode::ACCEPTED, &proposal)?;
        once.complete(&mut tx, &reply).await?;
        tx.commit().await?;
        if wish.glass.is_some() {
            auth_event::count(Kind::BreakGlassUsed, "used");
            auth_event::alert(Alert::BreakGlass);
        }
        Ok(reply)
    }
}

/// Says in the database that glass was broken, which lets the proposal be confirmed.
async fn keep_glass(
    tx: &mut Tx,
    proposal: ProposalId,
    who: &StoredAccount,
    glass: &BreakGlass,
    now: Timestamp,
) -> Result<(), ApiProblem> {
    let human = who
        .human
        .ok_or_else(|| ApiProblem::internal("glass was broken by somebody whom nobody knows"))?;
    tx.break_glass(NewBrokenGlass {
        proposal,
        person: who.person.id,
        human,
        reason: glass.reason.as_str(),
        at: now,
    })
    .await?;
    Ok(())
}

/// The matter with as many approvals as the verdict asks for.
fn by<'a>(verdict: &Verdict, matter: Matter<'a>) -> Matter<'a> {
    Matter {
        required: verdict.approvals,
        own_approval: verdict.own_approval,
        ..matter
    }
}

/// Whether the policy lets the plan start now. Breaking glass leaves out approvals, and no rule.
fn objection(
    verdict: &Verdict,
    stored: &StoredProposal,
    wish: Wish<'_>,
    now: Timestamp,
) -> Result<(), Objection> {
    let with_reason = wish.has_reason(stored);
    Objection::to_start(verdict, &stored.proposal, with_reason, now)
}

/// Whether `who` may have their wish, with the names of those whose approvals count.
fn judge(
    parties: &Parties,
    who: &StoredAccount,
    matter: Matter<'_>,
    wish: Wish<'_>,
) -> Result<Vec<String>, Refusal> {
    let account = who.towards(matter.cluster, matter.placements);
    let counting = parties.judge(matter, |case| {
        match wish.glass {
            None => case.may_confirm(&account)?,
            Some(_) => case.may_break_glass(&account)?,
        }
        Ok::<_, Refusal>(
            case.counting()
                .iter()
                .map(|given| given.by.person)
                .collect::<Vec<_>>(),
        )
    })?;
    let approvers = parties.standing().map(|given| &given.by.person);
    Ok(approvers
        .filter(|person| counting.contains(&person.id))
        .map(|person| person.name.clone())
        .collect())
}

/// Whether the proof that came with the wish is one; it is used up by that.
async fn use_step_up(tx: &mut Tx, wish: Wish<'_>, now: Timestamp) -> Result<bool, ApiProblem> {
    let (session, step_up) = match wish.presence {
        Presence::Earlier { proven } => return Ok(proven),
        Presence::Now { step_up: None, .. } => return Ok(false),
        Presence::Now {
            session,
            step_up: Some(step_up),
        } => (session, step_up),
    };
    let act = match wish.glass {
        None => StepUpAct::Confirm,
        Some(_) => StepUpAct::BreakGlass,
    };
    let subject = wish.digest.to_string();
    Ok(tx
        .consume_step_up(step_up, session, act, &subject, now)
        .await?)
}
