//! `POST /api/actions/proposals`.

use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::proposal::Question;
use serde::Deserialize;
use uuid::Uuid;

use super::wish::Asking;
use super::{Api, ApiError};

/// What came of asking: as much of `ProposalOutcome` as the page needs. A proposal is read anew by its id
/// when it is opened, so its plan is not decoded here.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Asked {
    /// A plan is ready for review.
    pub proposal: Option<Made>,
    /// What to answer, where the words leave something open.
    #[serde(default)]
    pub questions: Vec<Question>,
}

/// A proposal that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Made {
    /// Its id.
    pub id: ProposalId,
}

/// Asks for a change, in words or as typed actions. Nothing happens by it but a plan.
pub async fn propose(api: Api, asking: Asking, key: Uuid) -> Result<Asked, ApiError> {
    api.post(paths::PROPOSALS, &asking, key).await
}

#[cfg(test)]
mod tests {
    use argus_types::proposal::{Choice, ProposalOutcome};

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
        let asked: Asked = serde_json::from_value(value).unwrap();
        assert_eq!((asked.proposal, asked.questions), (None, questions));
    }

    #[test]
    fn a_made_proposal_is_known_by_its_id() {
        let id = "019a0000-0000-7000-8000-000000000001";
        let value = serde_json::json!({
            "outcome": "proposal", "proposal": { "id": id, "title": "Start web-01" }
        });
        let asked: Asked = serde_json::from_value(value).unwrap();
        assert_eq!(asked.proposal.unwrap().id.to_string(), id);
    }
}
