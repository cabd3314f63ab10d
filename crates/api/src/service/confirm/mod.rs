//! Confirming: the second phase. One person starts exactly one plan, named by its digest, on fresh facts, with the
//! approvals that it needs; or breaks glass, which leaves out the approvals and nothing else.

pub(super) mod check;
mod drifted;

use argus_domain::approval::{Refusal, Rules};
use argus_domain::drift;
use argus_domain::planner::Planned;
use argus_store::{
    Closing, Created, Matter, NewBrokenGlass, NewExecution, Parties, Store, StoredAccount,
    StoredProposal, Tx,
};
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::approval::BreakGlass;
use argus_types::id::{ExecutionId, PlanDigest, ProposalId, SessionId};
use argus_types::proposal::{Confirmation, ProposalState};
use argus_types::scope::Placement;
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

use self::check::{not_found, stopped, wrong_state};
use super::assessment::Assessor;
use super::refused::{self, Refused};
use super::{Once, Reply};
use crate::auth_event::{self, Alert};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// Confirms proposals.
#[derive(Clone)]
pub struct Confirm {
    store: Store,
    clock: SharedClock,
    assessor: Assessor,
    rules: Rules,
}

/// What somebody wants to start.
#[derive(Clone, Copy)]
struct Wish<'a> {
    digest: PlanDigest,
    without_snapshot: Option<&'a PlainText<500>>,
    /// Without the approvals that are missing, from this session.
    glass: Option<(&'a BreakGlass, SessionId)>,
}

/// What the plan depends on beside the stored proposal: the same plan on the facts of this moment.
struct Ground {
    /// Where its guests were when it was planned, and where they are now.
    placements: Vec<Placement>,
    /// How many approvals it needs, by what it was told then and by its risk now.
    required: u8,
}

impl Confirm {
    /// Confirms what `assessor` can plan again; a plan whose risk grew needs what `rules` ask for now.
    pub fn new(store: Store, clock: SharedClock, assessor: Assessor, rules: Rules) -> Self {
        Self {
            store,
            clock,
            assessor,
            rules,
        }
    }

    /// Starts the execution of the plan that `confirmation` names, or says why not.
    pub async fn run(
        &self,
        once: &Once,
        id: ProposalId,
        confirmation: &Confirmation,
    ) -> Result<Reply, ApiProblem> {
        let wish = Wish {
            digest: confirmation.digest,
            without_snapshot: confirmation.without_snapshot.as_ref(),
            glass: None,
        };
        self.carry_out(once, id, wish).await
    }

    /// Starts it without the approvals that are missing.
    pub async fn break_glass(
        &self,
        once: &Once,
        session: SessionId,
        id: ProposalId,
        glass: &BreakGlass,
    ) -> Result<Reply, ApiProblem> {
        let wish = Wish {
            digest: glass.digest,
            without_snapshot: glass.without_snapshot.as_ref(),
            glass: Some((glass, session)),
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
        // Asked again in the transaction, where it counts; here it saves reading the cluster for a refusal.
        let parties = self.store.parties(id).await?.ok_or_else(not_found)?;
        let who = self.store.account(once.person.id).await?;
        let who = who.ok_or_else(not_found)?;
        if let Err(refusal) = judge(&parties, &who, stored.matter(now), wish) {
            return Err(self.refuse(once, id, wish, refusal, now).await?);
        }
        let planned = self
            .assessor
            .assess(id, &stored.draft, stored.snapshots_first)
            .await?;
        let changed = drift::differences(&stored.proposal.plan, &planned);
        match planned {
            Ok(planned) if changed.is_empty() => {
                let ground = self.ground(&stored, planned);
                self.start(once, id, wish, &ground).await
            }
            _ => Err(drifted::close(
                &self.store,
                &once.person,
                &stored,
                changed,
                self.clock.now(),
            )
            .await?),
        }
    }

    async fn refuse(
        &self,
        once: &Once,
        id: ProposalId,
        wish: Wish<'_>,
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<ApiProblem, ApiProblem> {
        let refused = Refused {
            act: match wish.glass {
                None => "confirm",
                Some(_) => "break_glass",
            },
            subject: &format!("proposal/{id}"),
            refusal,
        };
        refused::record(&self.store, once, now, refused).await
    }

    fn ground(&self, stored: &StoredProposal, planned: Planned) -> Ground {
        let required = self.rules.required(&planned.risk);
        let mut placements = stored.placements.clone();
        placements.extend(planned.placements);
        Ground {
            placements,
            required: required.max(stored.proposal.approvals_required),
        }
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
        use_step_up(&mut tx, wish, now).await?;
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        check::is_open(&stored.proposal, wish.digest, now)?;
        let (parties, who) = tx.hold_parties(id, once.person.id).await?;
        let matter = Matter {
            placements: &ground.placements,
            required: ground.required,
            ..stored.matter(now)
        };
        let approvers = match judge(&parties, &who, matter, wish) {
            Ok(approvers) => approvers,
            Err(refusal) => {
                drop(tx);
                return Err(self.refuse(once, id, wish, refusal, now).await?);
            }
        };
        let mut proposal = stored.proposal;
        let closing = Closing {
            to: ProposalState::Confirmed,
            by: Some(once.person.id),
            at: now,
            reason: wish.without_snapshot.map(PlainText::as_str),
            drift: &[],
        };
        if let Some((glass, _)) = wish.glass {
            let human = who.human.ok_or_else(|| {
                ApiProblem::internal("glass was broken by somebody whom nobody knows")
            })?;
            tx.break_glass(NewBrokenGlass {
                proposal: id,
                person: who.person.id,
                human,
                reason: glass.reason.as_str(),
                at: now,
            })
            .await?;
        }
        tx.close_proposal(id, closing).await?;
        // Held until the commit, so that a stop that comes now waits and then finds this execution.
        if tx.hold_emergency_stop().await?.engaged {
            return Err(stopped());
        }
        let (kind, reason) = match wish.glass {
            None => (Kind::ProposalConfirmed, None),
            Some((glass, _)) => (Kind::BreakGlassUsed, Some(glass.reason.as_str())),
        };
        let body = json!({
            "digest": proposal.digest,
            "execution": execution,
            "without_snapshot": wish.without_snapshot,
            "approvals_required": ground.required,
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
    let approvers = parties.given.iter().map(|given| &given.by.person);
    Ok(approvers
        .filter(|person| counting.contains(&person.id))
        .map(|person| person.name.clone())
        .collect())
}

async fn use_step_up(tx: &mut Tx, wish: Wish<'_>, now: Timestamp) -> Result<(), ApiProblem> {
    let Some((glass, session)) = wish.glass else {
        return Ok(());
    };
    let subject = wish.digest.to_string();
    let act = StepUpAct::BreakGlass;
    if tx
        .consume_step_up(glass.step_up, session, act, &subject, now)
        .await?
    {
        Ok(())
    } else {
        Err(check::step_up_needed())
    }
}
