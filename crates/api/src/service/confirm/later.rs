//! A start that is put off: all that a confirmation takes, by the policy of the moment for which it is meant; and, when
//! that moment has come, the confirmation itself, on the facts, rights and approvals of then.

use argus_store::{DueStart, Matter, NewSchedule};
use argus_types::Timestamp;
use argus_types::id::{ProposalId, ScheduleId, SessionId};
use argus_types::paths;
use argus_types::person::{Permission, Person};
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::Proposal;
use argus_types::schedule::{ScheduleState, StartLater};
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

use super::check::{self, not_found, step_up_needed, wrong_state};
use super::{Confirm, Presence, Wish, by, judge, objection, use_step_up};
use crate::extract::IdempotencyKey;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::service::policy::{InForce, judged_again};
use crate::service::{Once, Reply};
use crate::session::Reach;

/// Seconds for which a start may be late where nobody said how late it may be.
const LATE_S: i64 = 3600;

/// What came of trying to start what was put off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) enum Tried {
    /// Something is in the way for now: this.
    Waits(String),
    /// It is over, like this, and why.
    Over(ScheduleState, Option<String>),
}

impl Confirm {
    /// Puts the start of the plan off that `wanted` names, or says why not.
    pub async fn put_off(
        &self,
        once: &Once,
        session: SessionId,
        reach: &Reach,
        id: ProposalId,
        wanted: &StartLater,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let schedule = ScheduleId(self.clock.new_id());
        let wish = Wish {
            reach,
            digest: wanted.digest,
            without_snapshot: wanted.without_snapshot.as_ref(),
            presence: Presence::Now {
                session,
                step_up: wanted.step_up,
            },
            glass: None,
        };
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let proven = use_step_up(&mut tx, wish, now).await?;
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        check::is_open(&stored.proposal, wish.digest, now)?;
        check::has_snapshot_decision(&stored.proposal, wish.without_snapshot)?;
        let then = wanted.not_before;
        let not_after = last_moment(wanted, &stored.proposal, now)?;
        let in_force = InForce::held(&mut tx).await?;
        let question = stored.question.as_ref();
        let question = question.ok_or_else(|| wrong_state(&stored.proposal))?;
        let verdict = judged_again(&stored, question, &in_force, then);
        if let Err(objection) = objection(&verdict, &stored, wish, then) {
            drop(tx);
            return Err(self.object(once, id, wish, objection, now).await?);
        }
        let (parties, who) = tx.hold_parties(id, once.person.id).await?;
        // The approvals must still count then.
        let matter = Matter {
            placements: &stored.placements,
            ..by(&verdict, stored.matter(then))
        };
        if let Err(refusal) = judge(&parties, &who, matter, wish) {
            drop(tx);
            return Err(self.refuse(once, id, wish, refusal, now).await?);
        }
        if verdict.step_up && !proven {
            return Err(step_up_needed());
        }
        let new = NewSchedule {
            id: schedule,
            proposal: id,
            digest: wanted.digest,
            person: once.person.id,
            without_snapshot: wish.without_snapshot.map(PlainText::as_str),
            proven,
            made_at: now,
            not_before: then,
            not_after,
        };
        if !tx.insert_schedule(new).await? {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                "A start of this plan waits already. Take that one back first.",
            ));
        }
        let body = json!({
            "digest": wanted.digest,
            "schedule": schedule,
            "not_before": then,
            "not_after": not_after,
            "without_snapshot": wish.without_snapshot,
        });
        let subject = format!("proposal/{id}");
        let entry = record::entry(now, &once.person.name, Kind::StartPutOff, subject, body);
        tx.append_ledger(entry).await?;
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        let reply = Reply::new(StatusCode::ACCEPTED, &stored.proposal)?;
        once.complete(&mut tx, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Takes back the start that waits.
    pub async fn take_back(&self, by: &Person, id: ProposalId) -> Result<Proposal, ApiProblem> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        let said = format!("Taken back by {}.", by.name);
        if !tx.cancel_schedule(id, now, &said).await? {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                "No start of this plan waits; there is nothing to take back.",
            ));
        }
        let (kind, subject) = (Kind::StartTakenBack, format!("proposal/{id}"));
        tx.append_ledger(record::entry(now, &by.name, kind, subject, json!({})))
            .await?;
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        tx.commit().await?;
        Ok(stored.proposal)
    }

    /// Starts what was put off, where it may start now. Started twice it starts once.
    pub(in crate::service) async fn start_due(&self, due: &DueStart) -> Result<Tried, ApiProblem> {
        let who = self.store.account(due.person).await?;
        let who = who.ok_or_else(|| ApiProblem::internal("a start was put off by nobody"))?;
        let key = IdempotencyKey(due.id.to_string());
        let path = paths::schedule(due.proposal);
        let once = Once::new(&who.person, key, &path, [0; 32]);
        if once.earlier(&self.store).await?.is_some() {
            return Ok(Tried::Over(ScheduleState::Started, None));
        }
        let late = due.not_after <= self.clock.now();
        if late && due.is_open {
            let said = due.said.clone();
            let said = said.unwrap_or_else(|| "Argus did not run at that time.".to_owned());
            return Ok(Tried::Over(ScheduleState::Missed, Some(said)));
        }
        if let Some(why) = why_not_any_more(&who.person, who.enabled) {
            return Ok(Tried::Over(ScheduleState::Refused, Some(why)));
        }
        let reach = Reach::of_role(who.scope);
        let wish = Wish {
            reach: &reach,
            digest: due.digest,
            without_snapshot: due.without_snapshot.as_ref(),
            presence: Presence::Earlier { proven: due.proven },
            glass: None,
        };
        Ok(match self.carry_out(&once, due.proposal, wish).await {
            Ok(_) => Tried::Over(ScheduleState::Started, None),
            Err(problem) if passes(problem.code()) => Tried::Waits(in_words(&problem)),
            Err(problem) => Tried::Over(ScheduleState::Refused, Some(in_words(&problem))),
        })
    }
}

/// Why somebody cannot start anything any more who could when they put a start off.
fn why_not_any_more(person: &Person, enabled: bool) -> Option<String> {
    if !enabled {
        return Some(format!("{} is disabled.", person.name));
    }
    person.role.why_not(Permission::Confirm)
}

/// Whether waiting can help.
fn passes(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::EmergencyStopEngaged
            | ProblemCode::PolicyFrozen
            | ProblemCode::Collides
            | ProblemCode::ProxmoxUnreachable
            | ProblemCode::ProxmoxAnswerUnreadable
            | ProblemCode::InventoryStale
            | ProblemCode::DatabaseUnavailable
            | ProblemCode::TimedOut
            | ProblemCode::Internal
    )
}

/// The problem with what it names, in one text.
fn in_words(problem: &ApiProblem) -> String {
    let problem = problem.problem();
    let mut words = problem.detail.clone();
    for error in &problem.errors {
        words.push(' ');
        words.push_str(&error.message);
    }
    words
}

/// Until when it may start; an error where it cannot start at the time that is wanted.
fn last_moment(
    wanted: &StartLater,
    proposal: &Proposal,
    now: Timestamp,
) -> Result<Timestamp, ApiProblem> {
    let wrong = |place: &str, message: String| {
        Err(
            ApiProblem::new(ProblemCode::SchemaViolation, message.clone()).with_errors(vec![
                FieldError {
                    pointer: place.to_owned(),
                    message,
                },
            ]),
        )
    };
    if wanted.not_before <= now {
        let message = "The time is over already. Confirm to start now.";
        return wrong("/not_before", message.to_owned());
    }
    if wanted.not_before >= proposal.expires_at {
        let until = proposal.expires_at;
        return wrong(
            "/not_before",
            format!(
                "This plan can be started until {until}, by the policy. Choose an earlier time."
            ),
        );
    }
    let last = wanted
        .not_after
        .unwrap_or_else(|| wanted.not_before.plus_seconds(LATE_S));
    if last <= wanted.not_before {
        let message = "It could never start: this must lie after `not_before`.";
        return wrong("/not_after", message.to_owned());
    }
    Ok(last.min(proposal.expires_at))
}
