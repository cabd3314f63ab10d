//! More than one way to what a proposal is for: what people choose from, and choosing.

mod ways;

use argus_store::{Closing, Store, StoredProposal};
use argus_types::alternative::{Alternatives, Chosen, Selection, Way};
use argus_types::id::ProposalId;
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::{Proposal, ProposalState};
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

pub(super) use ways::{OtherWay, keep, plan_others};

use super::confirm::check::{is_open, not_found, wrong_state};
use super::revise::{Another, Revise};
use super::{Once, Reply};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// What people call the draft's own actions.
const AS_ASKED: &str = "As asked";

/// Shows and chooses ways.
#[derive(Clone)]
pub struct Choose {
    store: Store,
    clock: SharedClock,
    revise: Revise,
}

impl Choose {
    /// Ways of proposals in `store`, made the plan under review by `revise`.
    pub fn new(store: Store, clock: SharedClock, revise: Revise) -> Self {
        Self {
            store,
            clock,
            revise,
        }
    }

    /// The ways of a proposal, with what doing nothing leaves.
    pub async fn view(&self, id: ProposalId) -> Result<Alternatives, ApiProblem> {
        let now = self.clock.now();
        let stored = self.store.proposal(id, now).await?.ok_or_else(not_found)?;
        let kept = self.store.alternatives(id).await?;
        let proposal = stored.proposal;
        let nothing = proposal.impact.as_it_is.clone();
        let mut ways: Vec<Way> = kept.into_iter().map(ways::as_planned).collect();
        match ways.iter_mut().find(|way| way.number == stored.alternative) {
            Some(chosen) => ways::bring_up_to_date(chosen, proposal),
            None => ways.push(ways::only(proposal)),
        }
        Ok(Alternatives {
            proposal: id,
            chosen: stored.alternative,
            ways,
            nothing,
        })
    }

    /// Makes another way the plan under review, or closes the proposal because nothing is to be done.
    pub async fn run(
        &self,
        once: &Once,
        id: ProposalId,
        input: &Selection,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let now = self.clock.now();
        let stored = self.store.proposal(id, now).await?.ok_or_else(not_found)?;
        is_open(&stored.proposal, input.digest, now)?;
        let why = input.reason.as_ref().map(PlainText::as_str);
        match input.choose {
            Chosen::Way { number } => self.choose(once, stored, number, why).await,
            Chosen::Nothing {} => self.nothing(once, input, id, why).await,
        }
    }

    async fn choose(
        &self,
        once: &Once,
        stored: StoredProposal,
        number: u8,
        why: Option<&str>,
    ) -> Result<Reply, ApiProblem> {
        if number == stored.alternative {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                "That way's plan is under review already.",
            ));
        }
        let Some(draft) = stored.draft.way(number) else {
            return Err(no_such_way(number));
        };
        let another = Another {
            draft: &draft,
            alternative: number,
            snapshots_first: false,
            act: "choose",
            kind: Kind::ProposalWayChosen,
            why,
        };
        self.revise.run(once, stored, &another).await
    }

    async fn nothing(
        &self,
        once: &Once,
        input: &Selection,
        id: ProposalId,
        why: Option<&str>,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        is_open(&stored.proposal, input.digest, now)?;
        let reason = match why {
            Some(why) => format!("Nothing is to be done: {why}"),
            None => "Nothing is to be done.".to_owned(),
        };
        let closing = Closing {
            to: ProposalState::Withdrawn,
            by: Some(once.person.id),
            at: now,
            reason: Some(&reason),
            drift: &[],
        };
        if !tx.close_proposal(id, closing).await? {
            return Err(wrong_state(&stored.proposal));
        }
        let left = stored.proposal.impact.as_it_is.clone();
        let proposal = Proposal {
            state: ProposalState::Withdrawn,
            closed_by: Some(once.person.clone()),
            closed_at: Some(now),
            closed_reason: Some(reason),
            ..stored.proposal
        };
        let reply = Reply::new(StatusCode::OK, &proposal)?;
        once.complete(&mut tx, &reply).await?;
        let body = json!({ "digest": proposal.digest, "reason": why, "left_as": left });
        let (kind, subject) = (Kind::ProposalNothingChosen, format!("proposal/{id}"));
        tx.append_ledger(record::entry(now, &once.person.name, kind, subject, body))
            .await?;
        tx.commit().await?;
        Ok(reply)
    }
}

fn no_such_way(number: u8) -> ApiProblem {
    let error = FieldError {
        pointer: "/choose/number".to_owned(),
        message: format!("the proposal has no way {number}"),
    };
    ApiProblem::new(
        ProblemCode::SchemaViolation,
        "The proposal has no such way. Read its alternatives again.",
    )
    .with_errors(vec![error])
}
