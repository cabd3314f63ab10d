//! Providers as people see them: who drafts, how they do, what may still be spent.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Who drafts, for everybody: `GET /api/drafting`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DraftingStatus {
    /// Language models in the order in which they are asked, after the built-in rules; none where there are only those.
    pub providers: Vec<DraftingProvider>,
    /// Whether words can leave our own network.
    pub leaves_lan: bool,
    /// What the caller has spent today; absent where no model is configured.
    pub budget: Option<BudgetUse>,
    /// When the caller's own draft began that a model is asked for now.
    pub under_way: Option<Timestamp>,
}

impl DraftingStatus {
    /// What the page's badge says.
    pub fn badge(&self) -> &'static str {
        badge(!self.providers.is_empty(), self.leaves_lan)
    }
}

/// What the page's badge says, where there are models or not, and words can leave our own network or not.
pub fn badge(has_models: bool, leaves_lan: bool) -> &'static str {
    if !has_models {
        "built-in rules, no language model"
    } else if leaves_lan {
        "built-in rules first, then a language model outside of our network"
    } else {
        "built-in rules first, then a language model: nothing leaves the LAN"
    }
}

/// A provider in [`DraftingStatus`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DraftingProvider {
    /// Its name in the configuration.
    pub name: String,
    /// The model.
    pub model: String,
    /// Whether it is on our own network.
    pub is_local: bool,
    /// Seconds for which this process leaves it alone, because it was silent.
    pub left_alone_s: Option<u64>,
}

/// What one person spent today (UTC) of what they may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BudgetUse {
    /// Tokens, read and written.
    pub tokens: Allowance,
    /// Money, in millionths of the currency of the prices.
    pub money: Allowance,
    /// When the next day begins.
    pub renews_at: Timestamp,
}

/// Something of which there is so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Allowance {
    /// The most; absent where there is no limit.
    pub limit: Option<u64>,
    /// Spent, with the most that what is under way can take.
    pub spent: u64,
}

/// Providers for admins: `GET /api/drafting/providers`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Providers {
    /// In the order in which they are asked.
    pub providers: Vec<ProviderStatus>,
    /// Tokens a person and day; absent where there is no limit.
    pub tokens_per_day: Option<u64>,
    /// Money a person and day, in millionths; absent where there is no limit.
    pub money_per_day: Option<u64>,
    /// What the prices are in, as configured.
    pub currency: String,
}

/// One provider: as it is configured, but for its key, and how it does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderStatus {
    /// Its name in the configuration.
    pub name: String,
    /// What it speaks: `openai_chat`, `openai_responses`, `ollama` or `anthropic`.
    pub format: String,
    /// Where it is.
    pub base_url: String,
    /// The model.
    pub model: String,
    /// Whether it is on our own network.
    pub is_local: bool,
    /// Whether a key is configured.
    pub has_key: bool,
    /// Whether it is trusted by certificate authorities of its own.
    pub has_ca_file: bool,
    /// How the schema is put: `rich` or `flat`.
    pub rendering: String,
    /// Price of a million tokens that it reads, as a decimal.
    pub price_input: String,
    /// Price of a million tokens that it writes, as a decimal.
    pub price_output: String,
    /// Longest time for one question, in seconds.
    pub timeout_s: u64,
    /// Most tokens of an answer.
    pub max_output_tokens: u32,
    /// Its context in tokens.
    pub context_tokens: u32,
    /// Seconds for which this process leaves it alone, because it was silent.
    pub left_alone_s: Option<u64>,
    /// What it did in the last 24 hours.
    pub last_day: ProviderUse,
    /// The last test of its connection in the last 24 hours that this process made.
    pub last_test: Option<ProviderTest>,
}

/// What a provider did in some time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderUse {
    /// Requests that left.
    pub asked: u64,
    /// Those that an answer came to.
    pub answered: u64,
    /// Median time to an answer, in milliseconds.
    pub latency_p50_ms: Option<u64>,
    /// The time in which 95 of 100 answers came, in milliseconds.
    pub latency_p95_ms: Option<u64>,
    /// Tokens that it read.
    pub tokens_in: u64,
    /// Tokens that it wrote.
    pub tokens_out: u64,
    /// What that cost, in millionths.
    pub money: u64,
    /// Why the last one failed, where the last one failed.
    pub last_failure: Option<String>,
}

/// `POST /api/drafting/providers/{name}/test`: what one question showed. `None` is what it did not get far enough for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderTest {
    /// The provider.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// Whether anything answers there.
    pub is_reachable: bool,
    /// Whether the key is taken.
    pub is_authorised: Option<bool>,
    /// Whether the model is there.
    pub has_model: Option<bool>,
    /// Whether its answers keep to a schema.
    pub enforcement: SchemaEnforcement,
    /// How long the answer took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// What went wrong and what to do, in a sentence.
    pub message: Option<String>,
}

/// Whether a provider holds its model to a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum SchemaEnforcement {
    /// It does.
    Enforced,
    /// It does not: it can be used, and more of its drafts are refused.
    NotEnforced,
    /// It takes no schema, or not this one.
    Refused,
    /// It did not come to an answer that shows it.
    Unknown,
}

impl SchemaEnforcement {
    /// What the page says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Enforced => "keeps to the schema",
            Self::NotEnforced => "no schema enforcement",
            Self::Refused => "refuses the schema",
            Self::Unknown => "not known",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_badge_says_that_nothing_leaves_only_where_nothing_can() {
        let mut status = DraftingStatus {
            providers: Vec::new(),
            leaves_lan: false,
            budget: None,
            under_way: None,
        };
        assert_eq!(status.badge(), "built-in rules, no language model");
        status.providers.push(DraftingProvider {
            name: "gpu".to_owned(),
            model: "m".to_owned(),
            is_local: true,
            left_alone_s: None,
        });
        assert!(status.badge().contains("nothing leaves the LAN"));
        status.leaves_lan = true;
        assert!(!status.badge().contains("nothing leaves"));
    }
}
