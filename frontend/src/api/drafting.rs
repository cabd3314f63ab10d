//! `/api/drafting`: who drafts, and stopping a draft that is under way.

use argus_types::drafting::badge;
use argus_types::paths;
use serde_json::Value;
use uuid::Uuid;

use super::part::Part;
use super::{Api, ApiError};

/// Who drafts: as much of `DraftingStatus` as people are told everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drafter {
    /// In words.
    pub says: &'static str,
    /// Whether words can leave our own network.
    pub leaves: bool,
}

/// Who drafts.
pub async fn drafter(api: Api) -> Result<Drafter, ApiError> {
    let status: Value = api.get(paths::DRAFTING).await?;
    Ok(said(&status))
}

fn said(status: &Value) -> Drafter {
    let status = Part(status);
    let has_models = !status.all("providers").is_empty();
    // What is not known to stay is said to leave.
    let leaves = has_models && (status.is("leaves_lan") || status.get("leaves_lan").is_none());
    Drafter {
        says: badge(has_models, leaves),
        leaves,
    }
}

/// Stops the person's own draft that a model is asked for.
pub async fn stop(api: Api, key: Uuid) -> Result<(), ApiError> {
    api.delete(paths::DRAFTING_CURRENT, key).await
}

#[cfg(test)]
mod tests {
    use argus_types::drafting::{DraftingProvider, DraftingStatus};

    use super::*;

    #[test]
    fn the_badge_says_what_the_contract_says() {
        let provider = DraftingProvider {
            name: "gpu".to_owned(),
            model: "m".to_owned(),
            is_local: true,
            left_alone_s: None,
        };
        for (providers, leaves_lan) in [
            (vec![], false),
            (vec![provider.clone()], false),
            (vec![provider], true),
        ] {
            let status = DraftingStatus {
                providers,
                leaves_lan,
                budget: None,
                under_way: None,
            };
            let value = serde_json::to_value(&status).unwrap();
            let told = said(&value);
            assert_eq!((told.says, told.leaves), (status.badge(), leaves_lan));
        }
    }

    #[test]
    fn an_answer_that_does_not_say_so_is_not_taken_for_local() {
        let value = serde_json::json!({ "providers": [{}] });
        let told = said(&value);
        assert!(told.leaves && !told.says.contains("nothing leaves"));
    }
}
