//! A plan whose ground has moved: closed by whoever wanted to start it, with what changed.

use argus_store::{Closing, Store, StoredProposal};
use argus_types::Timestamp;
use argus_types::person::Person;
use argus_types::plan::Evidence;
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::ProposalState;
use serde_json::json;

use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// Closes the proposal and gives the problem that says why.
pub async fn close(
    store: &Store,
    by: &Person,
    stored: &StoredProposal,
    changed: Vec<Evidence>,
    now: Timestamp,
) -> Result<ApiProblem, ApiProblem> {
    let id = stored.proposal.id;
    let mut tx = store.begin().await?;
    let closing = Closing {
        to: ProposalState::Drifted,
        by: Some(by.id),
        at: now,
        reason: None,
        drift: &changed,
    };
    tx.lock_proposal(id, now).await?;
    if tx.close_proposal(id, closing).await? {
        let subject = format!("proposal/{id}");
        let body = json!({ "digest": stored.proposal.digest, "changed": changed });
        let kind = Kind::ProposalDrifted;
        tx.append_ledger(record::entry(now, &by.name, kind, subject, body))
            .await?;
    }
    tx.commit().await?;
    let errors = changed
        .iter()
        .map(|evidence| FieldError {
            pointer: String::new(),
            message: format!(
                "{}: was {}, is {}",
                evidence.label, evidence.expected, evidence.observed
            ),
        })
        .collect();
    let detail = "Something that the plan relies on changed since it was made; nothing was done. Ask for the change again.";
    Ok(ApiProblem::new(ProblemCode::Drifted, detail).with_errors(errors))
}
