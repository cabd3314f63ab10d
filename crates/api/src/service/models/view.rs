//! Who drafts, how providers do, how good drafts are.

use std::sync::PoisonError;

use argus_llm::providers::{Format, Provider};
use argus_llm::wire::Rendering;
use argus_types::Timestamp;
use argus_types::drafting::{
    Allowance, BudgetUse, DraftingProvider, DraftingStatus, ProviderStatus, Providers, Scorecard,
};
use argus_types::person::Person;
use argus_types::problem::ProblemCode;

use super::Models;
use crate::config::drafting::ConfiguredModel;
use crate::problem::ApiProblem;

/// Seconds of a day.
const DAY_S: i64 = 86_400;
/// Days that the scorecard looks back.
const SCORECARD_DAYS: i64 = 30;

impl Models {
    /// Who drafts, and what the caller may still spend.
    pub async fn status(&self, person: &Person) -> Result<DraftingStatus, ApiProblem> {
        let now = self.0.clock.now();
        let models = self.0.row.models();
        let providers: Vec<DraftingProvider> = models
            .iter()
            .map(|one| DraftingProvider {
                name: one.name().to_owned(),
                model: one.model().to_owned(),
                is_local: one.is_local(),
                left_alone_s: left_alone(one),
            })
            .collect();
        let budget = if providers.is_empty() {
            None
        } else {
            Some(self.budget_of(person, now).await?)
        };
        Ok(DraftingStatus {
            leaves_lan: providers.iter().any(|one| !one.is_local),
            providers,
            budget,
            under_way: self.0.store.draft_under_way(person.id, now).await?,
        })
    }

    async fn budget_of(&self, person: &Person, now: Timestamp) -> Result<BudgetUse, ApiProblem> {
        let today = now.get().date();
        let account = self.0.store.model_account(person.id).await?;
        let account = account.filter(|account| account.day >= today);
        let spent = account.map_or((0, 0), |account| (account.tokens, account.money));
        let budget = self.0.drafting.budget;
        let midnight = today.midnight().assume_utc();
        Ok(BudgetUse {
            tokens: Allowance {
                limit: budget.tokens,
                spent: spent.0,
            },
            money: Allowance {
                limit: budget.money,
                spent: spent.1,
            },
            renews_at: Timestamp::new(midnight).plus_seconds(DAY_S),
        })
    }

    /// How providers are set up, but for their keys, and how they do.
    pub async fn providers(&self) -> Result<Providers, ApiProblem> {
        let since = self.0.clock.now().plus_seconds(-DAY_S);
        let mut uses = self.0.store.provider_use(since).await?;
        let tests = self.0.tests.lock().unwrap_or_else(PoisonError::into_inner);
        let both = self.0.drafting.models.iter().zip(self.0.row.models());
        let providers = both.map(|(model, provider)| {
            let name = model.settings.name.as_str();
            let last_day = uses.remove(name).unwrap_or_default();
            let last_test = tests.get(name).filter(|test| test.at >= since).cloned();
            ProviderStatus {
                left_alone_s: left_alone(provider),
                last_day,
                last_test,
                ..as_configured(model)
            }
        });
        let budget = self.0.drafting.budget;
        Ok(Providers {
            providers: providers.collect(),
            tokens_per_day: budget.tokens,
            money_per_day: budget.money,
            currency: self.0.drafting.currency.clone(),
        })
    }

    /// The provider of this name.
    pub fn require_provider(&self, name: &str) -> Result<&Provider, ApiProblem> {
        let found = self.0.row.models().iter().find(|one| one.name() == name);
        found.ok_or_else(|| {
            ApiProblem::new(
                ProblemCode::NotFound,
                "There is no provider of this name in the configuration.",
            )
        })
    }

    /// What became of drafts.
    pub async fn scorecard(&self) -> Result<Scorecard, ApiProblem> {
        let since = self.0.clock.now().plus_seconds(-SCORECARD_DAYS * DAY_S);
        Ok(Scorecard {
            since,
            rows: self.0.store.scorecard(since).await?,
        })
    }
}

fn left_alone(provider: &Provider) -> Option<u64> {
    provider.is_left_alone().map(|wait| wait.as_secs().max(1))
}

fn as_configured(model: &ConfiguredModel) -> ProviderStatus {
    let settings = &model.settings;
    ProviderStatus {
        name: settings.name.clone(),
        format: match settings.format {
            Format::OpenaiChat => "openai_chat",
            Format::OpenaiResponses => "openai_responses",
            Format::Ollama => "ollama",
            Format::Anthropic => "anthropic",
        }
        .to_owned(),
        // Without a query, which may hold anything.
        base_url: {
            let mut url = settings.base_url.clone();
            url.set_query(None);
            url.to_string()
        },
        model: settings.model.clone(),
        is_local: settings.is_local,
        has_key: settings.key.is_some(),
        has_ca_file: settings.ca_file.is_some(),
        rendering: match settings.rendering {
            Rendering::Rich => "rich",
            Rendering::Flat => "flat",
        }
        .to_owned(),
        price_input: String::from(model.prices.input),
        price_output: String::from(model.prices.output),
        timeout_s: settings.limits.total.as_secs(),
        max_output_tokens: settings.max_output_tokens,
        context_tokens: settings.context_tokens,
        left_alone_s: None,
        last_day: argus_types::drafting::ProviderUse::default(),
        last_test: None,
    }
}
