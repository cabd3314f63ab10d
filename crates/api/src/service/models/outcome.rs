//! What comes of a round, for the asker and for the table.

use argus_llm::ask::{
    Counterfactual as Compared, Drafting as Round, Fault, Judged, NoDraft, Purpose, Reason, Reply,
    Shape, Suspect,
};
use argus_llm::providers::Failure;
use argus_llm::{DraftStep, Question};
use argus_store::{DraftEnd, EndedDraft};
use argus_types::drafting::{
    ActionProvenance, Counterfactual, DraftedBy, LintFinding, LintReport, SuspectReason,
    SuspectText,
};
use argus_types::problem::{FieldError, ProblemCode};
use uuid::Uuid;

use super::super::provenance;
use super::{Models, Wish, stopped};
use crate::problem::{ApiProblem, sentence};

/// A model's answer that holds.
pub enum Answer {
    /// Steps that the linter has passed.
    Draft {
        /// The draft that they belong to.
        draft: Uuid,
        /// The steps.
        steps: Vec<DraftStep>,
        /// Who wrote them.
        by: DraftedBy,
    },
    /// Something is open.
    Clarify {
        /// What to answer.
        questions: Vec<Question>,
        /// Who asks.
        by: DraftedBy,
    },
    /// Nothing can come of it.
    Refused {
        /// Why, in the model's words.
        reason: String,
        /// Who refuses.
        by: DraftedBy,
    },
}

impl Models {
    /// Keeps what came of a round, and says it.
    pub(super) async fn ended(
        &self,
        draft: Uuid,
        wish: &Wish,
        round: Round,
    ) -> Result<Answer, ApiProblem> {
        let end = match &round.outcome {
            Ok(Reply::Draft(_)) => DraftEnd::Drafted,
            Ok(Reply::Clarify(_)) => DraftEnd::Clarified,
            Ok(Reply::Refuse { .. }) => DraftEnd::Refused,
            Err(NoDraft::Unfit(_)) => DraftEnd::SchemaFailed,
            Err(_) => DraftEnd::Unanswered,
        };
        let steps = match &round.outcome {
            Ok(Reply::Draft(drafted)) => drafted.steps.steps(),
            _ => &[],
        };
        let provenance = provenance::of(steps, &wish.request)?;
        let by = round.author.as_ref().map(|author| DraftedBy {
            provider: author.provider.clone(),
            model: author.model.clone(),
            is_local: author.is_local,
            differs: round.counterfactual.differs(),
            wrote: ActionProvenance::texts_by_model(&provenance),
            suspects: u32::try_from(round.suspects.len()).unwrap_or(u32::MAX),
        });
        let linter: Vec<LintReport> = round.judged.iter().filter_map(report).collect();
        let counterfactual = compared(&round.counterfactual);
        let suspects: Vec<SuspectText> = round.suspects.iter().map(suspect).collect();
        let schema = round.author.as_ref().map(|author| &author.schema_sha256);
        let ended = EndedDraft {
            end,
            at: self.0.clock.now(),
            by: by.as_ref(),
            schema_sha256: schema.map(String::as_str),
            provenance: &provenance,
            linter: &linter,
            counterfactual: counterfactual.as_ref(),
            suspects: &suspects,
        };
        let mut tx = self.0.store.begin().await?;
        if !tx.end_draft(draft, ended).await? {
            // Stopped in the last moment: nothing comes of it.
            return Err(stopped());
        }
        tx.commit().await?;
        let told = round.outcome.map_err(|why| no_draft(why, &wish.rules))?;
        // Whoever answered is its author.
        let by = by.ok_or_else(|| ApiProblem::internal("an answer without an author"))?;
        Ok(match told {
            Reply::Draft(drafted) => Answer::Draft {
                draft,
                steps: drafted.steps.into_steps(),
                by,
            },
            Reply::Clarify(questions) => Answer::Clarify { questions, by },
            Reply::Refuse { reason } => Answer::Refused { reason, by },
        })
    }
}

/// Why there is no answer, and what to do.
pub(super) fn of_failure(failure: &Failure) -> String {
    sentence(&format!("{failure}: {}", failure.remedy()))
}

/// Why there is no draft, and what the rules say instead.
fn no_draft(why: NoDraft, rules: &str) -> ApiProblem {
    let instead = format!("Nothing was made. The built-in rules say: {rules}");
    let said = |why: &NoDraft| format!("{} {instead}", sentence(&why.to_string()));
    match why {
        NoDraft::Failed(failure) => ApiProblem::new(
            ProblemCode::ModelFailed,
            format!("{} {instead}", of_failure(&failure)),
        ),
        NoDraft::Unfit(faults) => {
            let errors = faults.iter().map(|fault| FieldError {
                pointer: fault.place.clone(),
                message: fault.message.clone(),
            });
            let errors = errors.collect();
            let why = NoDraft::Unfit(faults);
            ApiProblem::new(ProblemCode::NotDrafted, said(&why)).with_errors(errors)
        }
        NoDraft::Cut(_) | NoDraft::NoSubject | NoDraft::Unreadable => {
            ApiProblem::new(ProblemCode::NotDrafted, said(&why))
        }
    }
}

fn report(judged: &Judged) -> Option<LintReport> {
    let round = match judged.purpose {
        Purpose::Draft => 1,
        Purpose::Repair => 2,
        Purpose::Counterfactual => return None,
    };
    Some(LintReport {
        round,
        findings: judged.faults.iter().map(finding).collect(),
    })
}

fn finding(fault: &Fault) -> LintFinding {
    let step = fault.place.strip_prefix("/steps/");
    let step = step.map(|rest| rest.split('/').next().unwrap_or(rest));
    LintFinding {
        index: step.and_then(|step| step.parse().ok()),
        rule: word(fault),
        message: fault.to_string(),
    }
}

/// The rule's word on the wire.
fn word(fault: &Fault) -> String {
    match serde_json::to_value(fault.rule) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn suspect(suspect: &Suspect) -> SuspectText {
    let reason = |reason: &Reason| match reason {
        Reason::SpeaksToModel => SuspectReason::SpeaksToModel,
        Reason::TemplateTokens => SuspectReason::TemplateTokens,
        Reason::HiddenCharacters => SuspectReason::HiddenCharacters,
        Reason::NamesApproval => SuspectReason::NamesApproval,
        Reason::OrdersAction => SuspectReason::OrdersAction,
    };
    SuspectText {
        object: suspect.object.clone(),
        field: suspect.field.to_owned(),
        reasons: suspect.reasons.iter().map(reason).collect(),
        excerpt: suspect.excerpt.clone(),
    }
}

fn compared(counterfactual: &Compared) -> Option<Counterfactual> {
    match counterfactual {
        Compared::NotNeeded => None,
        Compared::Same => Some(Counterfactual {
            differs: false,
            differences: Vec::new(),
        }),
        Compared::Differs { with, without } => {
            let none = std::collections::BTreeSet::new();
            let other = without.as_ref().unwrap_or(&none);
            let only = |shape: &Shape, where_: &str| format!("{shape} only {where_}");
            let with_it = with
                .difference(other)
                .map(|shape| only(shape, "with text of others"));
            let without_it = other
                .difference(with)
                .map(|shape| only(shape, "without text of others"));
            let nothing = without
                .is_none()
                .then(|| "Without text of others there is no draft.".to_owned());
            Some(Counterfactual {
                differs: true,
                differences: with_it.chain(without_it).chain(nothing).collect(),
            })
        }
    }
}
