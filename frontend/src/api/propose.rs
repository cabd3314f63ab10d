//! `POST /api/actions/proposals`.

use argus_types::drafting::{DraftingStage, NDJSON, label};
use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::proposal::{Choice, Question};
use gloo_net::http::Response;
use serde_json::Value;
use uuid::Uuid;

use super::answer::{decode, decode_value, text};
use super::lines::lines;
use super::part::Part;
use super::wish::Asking;
use super::{Api, ApiError};

/// What came of asking: as much of `ProposalOutcome` as the page needs. A proposal is read anew by its id when it is
/// opened.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// The plan that is ready for review.
    pub proposal: Option<ProposalId>,
    /// What to answer, where the words leave something open.
    pub questions: Vec<Question>,
    /// Why a model refuses.
    pub reason: Option<String>,
    /// The model that asks or refuses, in words.
    pub by: Option<String>,
    /// What was found, where the words ask why something is as it is: `Diagnosis`.
    pub diagnosis: Option<Value>,
}

/// Asks for a change, in words or as typed actions. Nothing happens by it but a plan.
pub async fn propose(api: Api, asking: Asking, key: Uuid) -> Result<Asked, ApiError> {
    let outcome: Value = api.post(paths::PROPOSALS, &asking, key).await?;
    asked(&outcome)
}

/// Reads what came. An answer in which there is none of it is not one that this page knows.
fn asked(outcome: &Value) -> Result<Asked, ApiError> {
    let part = Part(outcome);
    let proposal = part.get("proposal");
    let diagnosis = part.get("diagnosis");
    let asked = Asked {
        proposal: proposal.and_then(|made| made.text("id").parse().ok()),
        questions: part.all("questions").into_iter().map(question).collect(),
        reason: part.maybe("reason"),
        by: part.get("drafted_by").map(drafter),
        diagnosis: diagnosis.map(|diagnosis| diagnosis.0.clone()),
    };
    if asked == Asked::default() {
        return Err(ApiError::Unreadable {
            status: 200,
            message: "neither a proposal nor a question".to_owned(),
        });
    }
    Ok(asked)
}

fn question(question: Part<'_>) -> Question {
    Question {
        text: question.text("text"),
        choices: question.all("choices").into_iter().map(choice).collect(),
    }
}

/// A choice, as it stands in questions and findings.
pub fn choice(choice: Part<'_>) -> Choice {
    Choice {
        label: choice.text("label"),
        request: choice.text("request"),
    }
}

/// The model that drafted, in words: `DraftedBy`.
pub fn drafter(by: Part<'_>) -> String {
    label(&by.text("model"), &by.text("provider"), by.is("is_local"))
}

/// The same, and says to `stage` in words how far it has come: a model takes its time.
pub async fn propose_and_tell(
    api: Api,
    asking: Asking,
    key: Uuid,
    stage: impl Fn(&'static str),
) -> Result<Asked, ApiError> {
    let response = api.post_for_lines(paths::PROPOSALS, &asking, key).await?;
    if comes_in_lines(&response) {
        let status = response.status();
        return lines(&response, |line| read(line, status, &stage)).await;
    }
    asked(&decode(&text(&response).await?, response.status())?)
}

fn comes_in_lines(response: &Response) -> bool {
    let media_type = response.headers().get("content-type");
    media_type.is_some_and(|media_type| media_type.starts_with(NDJSON))
}

/// What one line says: `DraftingLine`. `None` where there is more to come.
fn read(
    mut line: Value,
    status: u16,
    stage: &impl Fn(&'static str),
) -> Option<Result<Asked, ApiError>> {
    if let Some(outcome) = line.get("outcome") {
        return Some(asked(outcome));
    }
    if let Some(problem) = line.get_mut("problem") {
        let problem = decode_value(problem.take(), status);
        return Some(Err(match problem {
            Ok(problem) => ApiError::Problem(Box::new(problem)),
            Err(unreadable) => unreadable,
        }));
    }
    // A stage that this page does not know is none that it could name.
    let named = line.get("stage").and_then(Value::as_str);
    if let Some(at) = named.and_then(DraftingStage::named) {
        stage(at.label());
    }
    None
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use argus_types::drafting::{DraftedBy, DraftingLine};
    use argus_types::problem::{Problem, ProblemCode};
    use argus_types::proposal::ProposalOutcome;

    use super::*;

    #[test]
    fn questions_are_read_as_the_contract_writes_them() {
        let questions = vec![Question {
            text: "Which guest?".to_owned(),
            choices: vec![Choice {
                label: "web-01".to_owned(),
                request: "start web-01".to_owned(),
            }],
        }];
        let outcome = ProposalOutcome::Clarify {
            questions: questions.clone(),
            drafted_by: None,
        };
        let value = serde_json::to_value(outcome).unwrap();
        let asked = asked(&value).unwrap();
        assert_eq!((asked.proposal, asked.questions), (None, questions));
    }

    #[test]
    fn a_made_proposal_is_known_by_its_id() {
        let id = "019a0000-0000-7000-8000-000000000001";
        let value = serde_json::json!({
            "outcome": "proposal", "proposal": { "id": id, "title": "Start web-01" }
        });
        let asked = asked(&value).unwrap();
        assert_eq!(asked.proposal.unwrap().to_string(), id);
    }

    #[test]
    fn lines_tell_the_stages_and_then_what_came_of_it() {
        let told = RefCell::new(Vec::new());
        let tell = |stage| told.borrow_mut().push(stage);
        let line = |line: DraftingLine| read(serde_json::to_value(line).unwrap(), 200, &tell);
        let at = |stage| DraftingLine::Stage {
            stage,
            provider: Some("main".to_owned()),
        };
        assert_eq!(line(at(DraftingStage::Resolving)), None);
        assert_eq!(line(DraftingLine::Waiting), None);
        assert_eq!(line(at(DraftingStage::Asking)), None);
        assert_eq!(
            told.take(),
            [
                DraftingStage::Resolving.label(),
                DraftingStage::Asking.label()
            ]
        );
        let by = DraftedBy {
            provider: "main".to_owned(),
            model: "m1".to_owned(),
            is_local: true,
            differs: false,
            wrote: Vec::new(),
            suspects: 0,
        };
        let outcome = DraftingLine::Outcome {
            status: 200,
            outcome: Box::new(ProposalOutcome::Refused {
                reason: "It is not in the catalogue.".to_owned(),
                drafted_by: by.clone(),
            }),
        };
        let asked = line(outcome).unwrap().unwrap();
        assert_eq!(asked.by, Some(by.label()));
        assert_eq!(asked.reason.unwrap(), "It is not in the catalogue.");
        let problem = DraftingLine::Problem {
            problem: Box::new(Problem::new(ProblemCode::DraftStopped, "You stopped it.")),
        };
        let error = line(problem).unwrap().unwrap_err();
        assert_eq!(error.code(), Some(ProblemCode::DraftStopped));
        assert!(error.is_definite());
    }

    #[test]
    fn an_answer_with_nothing_in_it_is_not_taken_for_one() {
        for value in [
            serde_json::json!({}),
            serde_json::json!({ "outcome": "later" }),
        ] {
            let error = asked(&value).unwrap_err();
            assert!(matches!(error, ApiError::Unreadable { .. }), "{value}");
        }
    }

    #[test]
    fn a_stage_that_nobody_knows_yet_is_passed_over() {
        let line = serde_json::json!({ "line": "stage", "stage": "pondering" });
        assert_eq!(read(line, 200, &|_| panic!("no stage")), None);
    }
}
