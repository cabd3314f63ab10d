//! Asking for another plan: the proposal is over, and its author may make a successor.

use argus_domain::approval::Refusal;
use argus_store::{Closing, Parties, StoredAccount, StoredProposal};
use argus_types::Timestamp;
use argus_types::approval::ChangesRequest;
use argus_types::id::ProposalId;
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::ProposalState;
use http::StatusCode;
use serde_json::json;

use super::{Approve, check, not_found};
use crate::auth_event;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::service::refused::{self, Refused};
use crate::service::{Once, Reply};

/// What the ledger calls it where it is refused.
const ACT: &str = "request_changes";

impl Approve {
    /// Closes the proposal with a note to its author.
    pub async fn request_changes(
        &self,
        once: &Once,
        id: ProposalId,
        input: &ChangesRequest,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let note = note(input)?;
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        check::is_open(&stored.proposal, input.digest, now)?;
        let (parties, who) = tx.hold_parties(id, once.person.id).await?;
        if let Err(refusal) = judge(&stored, &parties, &who, now) {
            drop(tx);
            let refused = Refused {
                act: ACT,
                subject: &format!("proposal/{id}"),
                refusal,
            };
            return Err(refused::record(&self.store, once, now, refused).await?);
        }
        let closing = Closing {
            to: ProposalState::ChangesRequested,
            by: Some(who.person.id),
            at: now,
            reason: Some(note),
            drift: &[],
        };
        tx.close_proposal(id, closing).await?;
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        let reply = Reply::new(StatusCode::OK, &stored.proposal)?;
        once.complete(&mut tx, &reply).await?;
        let body = json!({ "digest": input.digest, "note": note });
        let kind = Kind::ProposalChangesRequested;
        let subject = format!("proposal/{id}");
        tx.append_ledger(record::entry(now, &once.person.name, kind, subject, body))
            .await?;
        tx.commit().await?;
        auth_event::count(kind, ACT);
        Ok(reply)
    }
}

/// What must be different. Spaces say nothing.
fn note(input: &ChangesRequest) -> Result<&str, ApiProblem> {
    let note = input.note.as_str().trim();
    if !note.is_empty() {
        return Ok(note);
    }
    let error = FieldError {
        pointer: "/note".to_owned(),
        message: "a note is needed".to_owned(),
    };
    let detail = "Say in `note` what must be different; the proposal's author reads it.";
    Err(ApiProblem::new(ProblemCode::SchemaViolation, detail).with_errors(vec![error]))
}

fn judge(
    stored: &StoredProposal,
    parties: &Parties,
    who: &StoredAccount,
    now: Timestamp,
) -> Result<(), Refusal> {
    let account = who.towards(&stored.proposal.cluster, &stored.placements);
    parties.judge(stored.matter(now), |case| {
        case.may_request_changes(&account)
    })
}
