//! Taking a proposal back, or stopping its execution before the next step.

use argus_store::{Closing, Stopped, Store};
use argus_types::id::ProposalId;
use argus_types::person::Role;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Cancellation, ProposalState};
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

use super::confirm::check::{not_found, wrong_state};
use super::{Once, Reply};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// Cancels.
#[derive(Clone)]
pub struct Cancel {
    store: Store,
    clock: SharedClock,
}

impl Cancel {
    /// Cancels what is in `store`.
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock }
    }

    /// Withdraws a proposal in review; asks the execution of a confirmed one to stop.
    pub async fn run(
        &self,
        once: &Once,
        id: ProposalId,
        input: &Cancellation,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let reason = input.reason.as_ref().map(PlainText::as_str);
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let mut proposal = tx
            .lock_proposal(id, now)
            .await?
            .ok_or_else(not_found)?
            .proposal;
        match (proposal.state, proposal.execution) {
            (ProposalState::InReview, _) => {
                let is_author = proposal.author.id == once.person.id;
                if !is_author && once.person.role < Role::Admin {
                    return Err(ApiProblem::new(
                        ProblemCode::Forbidden,
                        "Only its author or an admin takes a proposal back.",
                    ));
                }
                let closing = Closing {
                    to: ProposalState::Withdrawn,
                    by: Some(once.person.id),
                    at: now,
                    reason,
                    drift: &[],
                };
                tx.close_proposal(id, closing).await?;
                proposal.state = ProposalState::Withdrawn;
                proposal.closed_by = Some(once.person.clone());
                proposal.closed_at = Some(now);
                proposal.closed_reason = reason.map(str::to_owned);
                let reply = Reply::new(StatusCode::OK, &proposal)?;
                once.complete(&mut tx, &reply).await?;
                let body = json!({ "digest": proposal.digest, "reason": reason });
                let subject = format!("proposal/{id}");
                tx.append_ledger(record::entry(
                    now,
                    &once.person.name,
                    Kind::ProposalWithdrawn,
                    subject,
                    body,
                ))
                .await?;
                tx.commit().await?;
                Ok(reply)
            }
            (ProposalState::Confirmed, Some(execution)) => {
                let reply = Reply::new(StatusCode::ACCEPTED, &proposal)?;
                once.complete(&mut tx, &reply).await?;
                match tx
                    .request_stop(execution, &once.person, now, reason)
                    .await?
                {
                    Stopped::Asked | Stopped::Already => {}
                    Stopped::Ended | Stopped::Unknown => {
                        return Err(ApiProblem::new(
                            ProblemCode::WrongState,
                            "The execution has come to its end; there is nothing left to stop.",
                        ));
                    }
                }
                tx.commit().await?;
                Ok(reply)
            }
            _ => Err(wrong_state(&proposal)),
        }
    }
}
