//! Proposing a change of the policy: a document without mistakes, and why.

use argus_domain::policy::{Mistakes, Policy};
use argus_store::NewPolicyVersion;
use argus_types::policy::PolicyInput;
use argus_types::problem::{FieldError, ProblemCode};
use http::StatusCode;
use serde_json::json;

use super::change::{ChangePolicy, hold};
use super::in_force::InForce;
use crate::problem::{ApiProblem, sentence};
use crate::record::Kind;
use crate::service::{Once, Reply};

impl ChangePolicy {
    /// Keeps a document for decisions; gives what it would change.
    pub async fn propose(&self, once: &Once, input: &PolicyInput) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let policy = Policy::parse(&input.text).map_err(|mistakes| invalid(&mistakes))?;
        let reason = input.reason.as_str().trim();
        if reason.is_empty() {
            return Err(reason_needed());
        }
        let digest = policy.digest();
        if InForce::now(&self.store).await?.policy == policy {
            return Err(ApiProblem::new(
                ProblemCode::NothingToDo,
                "The policy in force says the same.",
            ));
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let new = NewPolicyVersion {
            text: &input.text,
            digest,
            reason,
            at: now,
        };
        let number = tx.propose_policy(new, once.person.id).await?;
        let held = hold(&mut tx, once, number, now).await?;
        let body = json!({ "digest": digest, "reason": reason });
        self.answer(
            tx,
            once,
            &held,
            (Kind::PolicyProposed, body),
            StatusCode::CREATED,
        )
        .await
    }
}

/// The mistakes of a document, each with its line and column.
fn invalid(mistakes: &Mistakes) -> ApiProblem {
    let errors: Vec<FieldError> = mistakes
        .0
        .iter()
        .map(|mistake| FieldError {
            pointer: "/text".to_owned(),
            message: mistake.to_string(),
        })
        .collect();
    let detail = match errors.as_slice() {
        [one] => sentence(&one.message),
        many => format!("{} places are wrong; `errors` names each.", many.len()),
    };
    ApiProblem::new(ProblemCode::PolicyInvalid, detail).with_errors(errors)
}

fn reason_needed() -> ApiProblem {
    let error = FieldError {
        pointer: "/reason".to_owned(),
        message: "a reason is needed".to_owned(),
    };
    let detail = "Say in `reason` why the policy should change; whoever decides reads it.";
    ApiProblem::new(ProblemCode::SchemaViolation, detail).with_errors(vec![error])
}
