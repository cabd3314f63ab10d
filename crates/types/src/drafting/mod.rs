//! Drafting with rules and language models: who drafts, what was sent and received, and how good it was.
//!
//! A model decides nothing. Everything here is for people to look at.

mod diagnosis;
mod progress;
mod provider;
mod record;
mod scorecard;
mod suspect;

pub use diagnosis::{Diagnosis, Finding, FindingEvidence, Severity};
pub use progress::{DraftingLine, DraftingStage, NDJSON};
pub use provider::{
    Allowance, BudgetUse, DraftingProvider, DraftingStatus, ProviderStatus, ProviderTest,
    ProviderUse, Providers, SchemaEnforcement, badge,
};
pub use record::{
    ActionProvenance, Body, Counterfactual, DraftExchange, DraftRecord, ExchangePurpose,
    LintFinding, LintReport, ParameterProvenance, PlaceholderUse, ProvenanceSource,
};
pub use scorecard::{Scorecard, ScorecardRow};
pub use suspect::{SuspectReason, SuspectText};

use serde::{Deserialize, Serialize};

/// The model that wrote a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DraftedBy {
    /// The provider's name in the configuration.
    pub provider: String,
    /// The model, by the provider's name of it.
    pub model: String,
    /// Whether the provider is on our own network.
    pub is_local: bool,
    /// Drafted with and without text of others, it came out differently: two people must approve.
    #[serde(default)]
    pub differs: bool,
    /// Texts in the draft that the model wrote itself, such as a snapshot's name: to be shown highlighted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrote: Vec<String>,
    /// How many texts of the cluster that it read look like orders; the draft's record names them. For people to know, and
    /// for nothing else.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub suspects: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl DraftedBy {
    /// What the page says about who drafted.
    pub fn label(&self) -> String {
        label(&self.model, &self.provider, self.is_local)
    }
}

/// What the page says about a draft of this model.
pub fn label(model: &str, provider: &str, is_local: bool) -> String {
    let place = if is_local {
        "on our own network"
    } else {
        "outside of our network"
    };
    format!("{model} by {provider}, {place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_says_whether_words_left_the_network() {
        let mut by = DraftedBy {
            provider: "main".to_owned(),
            model: "m1".to_owned(),
            is_local: true,
            differs: false,
            wrote: Vec::new(),
            suspects: 0,
        };
        assert_eq!(by.label(), "m1 by main, on our own network");
        by.is_local = false;
        assert_eq!(by.label(), "m1 by main, outside of our network");
    }
}
