//! The ways of one proposal: planned when it is made, kept, and shown.

use argus_domain::planner::{PlanError, Planned};
use argus_domain::policy::{Asked, Question};
use argus_store::{NewAlternative, Store, StoredAlternative, Tx};
use argus_types::Timestamp;
use argus_types::action::{Alternative, Draft};
use argus_types::alternative::Way;
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::Proposal;

use super::AS_ASKED;
use crate::problem::ApiProblem;
use crate::service::Once;
use crate::service::assessment::{Assessor, Source, not_plannable};
use crate::service::policy::{InForce, Objection, record_objection};

/// A way beside the draft's own actions, planned.
pub struct OtherWay {
    number: u8,
    label: String,
    reason: String,
    planned: Planned,
    approvals_required: u8,
}

impl OtherWay {
    /// What the ledger keeps of it.
    pub fn entry(&self) -> serde_json::Value {
        serde_json::json!({ "way": self.number, "label": self.label, "digest": self.planned.digest })
    }
}

/// Plans what the draft names beside its own actions, whose plan is `main`. One that cannot be planned, or that the
/// policy does not allow, is an error of the draft: nobody should choose from what cannot be had.
pub async fn plan_others(
    (assessor, store, once): (&Assessor, &Store, &Once),
    draft: &Draft,
    main: &Planned,
    asked: Asked,
    now: Timestamp,
) -> Result<Vec<OtherWay>, ApiProblem> {
    let mut ways: Vec<OtherWay> = Vec::with_capacity(draft.alternatives.len());
    if draft.alternatives.is_empty() {
        return Ok(ways);
    }
    check_labels(&draft.alternatives)?;
    let id = main.plan.proposal;
    let in_force = InForce::now(store).await?;
    for (index, alternative) in draft.alternatives.iter().enumerate() {
        let actions = Draft::of(alternative.actions.clone());
        let planned = assessor
            .assess(id, &actions, false)
            .await?
            .map_err(|errors| not_plannable(&below(index, errors), Source::Draft))?;
        let same = |digest| digest == planned.digest;
        if same(main.digest) || ways.iter().any(|way| same(way.planned.digest)) {
            let message = "its plan is the same as another way's";
            return Err(wrong(
                format!("/draft/alternatives/{index}/actions"),
                message,
            ));
        }
        let question = Question::about(&planned, asked);
        let judged = in_force.judge(&question, now);
        if let Err(objection) = Objection::to_asking(&judged.verdict, question.with_reason) {
            let about = ("propose", format!("proposal/{id}"));
            return Err(record_objection(store, once, now, about, objection).await?);
        }
        ways.push(OtherWay {
            number: u8::try_from(index + 1).map_err(ApiProblem::internal)?,
            label: alternative.label.as_str().trim().to_owned(),
            reason: alternative.reason.as_str().trim().to_owned(),
            planned,
            approvals_required: judged.verdict.approvals,
        });
    }
    Ok(ways)
}

/// Keeps all ways of a proposal that has more than one.
pub async fn keep(tx: &mut Tx, proposal: &Proposal, others: &[OtherWay]) -> Result<(), ApiProblem> {
    if others.is_empty() {
        return Ok(());
    }
    let main = NewAlternative {
        number: 0,
        label: AS_ASKED,
        reason: None,
        title: &proposal.title,
        plan: &proposal.plan,
        digest: proposal.digest,
        risk: &proposal.risk,
        impact: &proposal.impact,
        approvals_required: proposal.approvals_required,
        planned_at: proposal.planned_at,
    };
    tx.insert_alternative(proposal.id, main).await?;
    for way in others {
        let new = NewAlternative {
            number: way.number,
            label: &way.label,
            reason: Some(way.reason.as_str()).filter(|reason| !reason.is_empty()),
            title: &way.planned.title,
            plan: &way.planned.plan,
            digest: way.planned.digest,
            risk: &way.planned.risk,
            impact: &way.planned.impact,
            approvals_required: way.approvals_required,
            planned_at: proposal.planned_at,
        };
        tx.insert_alternative(proposal.id, new).await?;
    }
    Ok(())
}

/// A kept way as it was planned.
pub(super) fn as_planned(kept: StoredAlternative) -> Way {
    Way {
        number: kept.number,
        label: kept.label,
        reason: kept.reason,
        title: kept.title,
        steps: kept.plan.steps.into_iter().map(|step| step.title).collect(),
        digest: kept.digest,
        risk: kept.risk.level,
        destructive: kept.risk.destructive,
        impact: kept.impact,
        approvals_required: kept.approvals_required,
        planned_at: kept.planned_at,
    }
}

/// The only way of a proposal whose draft names no other.
pub(super) fn only(proposal: Proposal) -> Way {
    Way {
        number: 0,
        label: AS_ASKED.to_owned(),
        reason: None,
        title: proposal.title,
        steps: proposal
            .plan
            .steps
            .into_iter()
            .map(|step| step.title)
            .collect(),
        digest: proposal.digest,
        risk: proposal.risk.level,
        destructive: proposal.risk.destructive,
        impact: proposal.impact,
        approvals_required: proposal.approvals_required,
        planned_at: proposal.planned_at,
    }
}

/// The chosen way is the plan under review, which may have been made later, or with snapshots first.
pub(super) fn bring_up_to_date(chosen: &mut Way, proposal: Proposal) {
    *chosen = Way {
        number: chosen.number,
        label: std::mem::take(&mut chosen.label),
        reason: chosen.reason.take(),
        ..only(proposal)
    };
}

/// People tell ways apart by their labels.
fn check_labels(alternatives: &[Alternative]) -> Result<(), ApiProblem> {
    let mut seen = vec![AS_ASKED.to_lowercase()];
    for (index, alternative) in alternatives.iter().enumerate() {
        let label = alternative.label.as_str().trim().to_lowercase();
        let pointer = format!("/draft/alternatives/{index}/label");
        if label.is_empty() {
            return Err(wrong(pointer, "a label is needed"));
        }
        if seen.contains(&label) {
            return Err(wrong(pointer, "another way is called so already"));
        }
        seen.push(label);
    }
    Ok(())
}

fn wrong(pointer: String, message: &str) -> ApiProblem {
    let error = FieldError {
        pointer,
        message: message.to_owned(),
    };
    let detail =
        "An alternative of the draft does not fit beside the others; `errors` names the place.";
    ApiProblem::new(ProblemCode::SchemaViolation, detail).with_errors(vec![error])
}

/// Errors of an alternative, by their places in the whole draft.
fn below(index: usize, errors: Vec<PlanError>) -> Vec<PlanError> {
    errors
        .into_iter()
        .map(|error| PlanError {
            pointer: format!("/alternatives/{index}{}", error.pointer),
            ..error
        })
        .collect()
}
