//! `[drafting]` of the file: language models, and what people may spend on them. Every mistake is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use argus_llm::providers::{
    Budget, Format, Key, KeyHeader, Price, Prices, Provider, Row, Settings,
};
use argus_llm::redact::{Held, Kind, Redactor};
use argus_llm::wire::Rendering;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::secrets::secret_file;
use super::{Mistake, keep};
use crate::problem::Chain;

/// `[drafting]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DraftingSection {
    /// Language models in the order in which they are asked. Without any, the built-in rules draft alone.
    pub providers: Vec<ProviderSection>,
    /// Tokens that one person may spend in a day, read and written together; must be set where there is a model.
    pub tokens_per_day: Option<u64>,
    /// Money that one person may spend in a day, such as `"2.50"`; must be set where a model has prices.
    pub money_per_day: Option<String>,
    /// What the prices are in.
    pub currency: String,
    /// Whether a prompt also tells a guest's notes. Each such draft is made twice, once without, and takes two approvals
    /// where that makes a difference.
    pub reads_notes: bool,
}

/// `[[drafting.providers]]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderSection {
    /// What people and the ledger call it: 1 to 40 letters, digits, `_` and `-`.
    pub name: String,
    /// `openai_chat`, `openai_responses`, `ollama` or `anthropic`.
    #[schemars(with = "String")]
    pub format: Format,
    /// Where it is, such as `https://api.openai.com/v1` or `http://gpu.lan:11434`.
    pub base_url: String,
    /// The model, by the provider's name of it.
    pub model: String,
    /// A file that holds the key; or `ARGUS_MODEL_<NAME>_KEY`. Neither: no key is sent.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// `bearer`, `api-key` or `x-api-key`; the format's own where absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub key_header: Option<KeyHeader>,
    /// The only certificate authorities that count for it; the machine's own where absent.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Whether it is on our own network, so that nothing that it is told leaves it; of `ollama` true where absent.
    #[serde(default)]
    pub is_local: Option<bool>,
    /// `rich` or `flat`; the format's own where absent.
    #[serde(default)]
    pub rendering: Option<RenderingWord>,
    /// Say in the prompt what an answer looks like, too; of `ollama` true where absent.
    #[serde(default)]
    pub says_schema: Option<bool>,
    /// Most tokens of an answer; 4096 where absent.
    #[serde(default)]
    pub max_output_tokens: Option<u32>,
    /// The model's context in tokens; 16384 where absent.
    #[serde(default)]
    pub context_tokens: Option<u32>,
    /// Longest time for one question in seconds, 1 to 3600; 600 where it is local, otherwise 120.
    #[serde(default)]
    pub timeout_s: Option<u64>,
    /// Price of a million tokens that it reads, such as `"2.50"`; nothing where absent.
    #[serde(default)]
    pub price_input: Option<String>,
    /// Price of a million tokens that it writes.
    #[serde(default)]
    pub price_output: Option<String>,
}

/// How a schema is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RenderingWord {
    /// A branch for each action.
    Rich,
    /// Keys and values as text.
    Flat,
}

impl Default for DraftingSection {
    fn default() -> Self {
        Self {
            providers: Vec::new(),
            tokens_per_day: None,
            money_per_day: None,
            currency: "EUR".to_owned(),
            reads_notes: false,
        }
    }
}

/// What drafts beside the built-in rules, checked.
#[derive(Clone)]
pub struct Drafting {
    /// Models with their prices, in the order in which they are asked.
    pub models: Vec<ConfiguredModel>,
    /// What one person may spend in a day.
    pub budget: Budget,
    /// See [`DraftingSection::currency`].
    pub currency: String,
    /// See [`DraftingSection::reads_notes`].
    pub reads_notes: bool,
    /// Knows every secret that Argus holds.
    pub redactor: Option<Redactor>,
}

/// A provider with its prices.
#[derive(Clone)]
pub struct ConfiguredModel {
    /// What it is.
    pub settings: Settings,
    /// What it costs.
    pub prices: Prices,
}

impl Drafting {
    /// No model.
    pub fn by_rules_alone() -> Self {
        Self {
            models: Vec::new(),
            budget: Budget::default(),
            currency: DraftingSection::default().currency,
            reads_notes: false,
            redactor: None,
        }
    }

    /// The models, ready to be asked.
    pub fn row(&self) -> Result<Row<Provider>, argus_llm::providers::SetupError> {
        let models = self.models.iter();
        let providers = models.map(|model| Provider::new(model.settings.clone()));
        Ok(Row::new(providers.collect::<Result<_, _>>()?))
    }
}

/// What the environment has for providers.
pub(super) struct Keys<'a> {
    /// `ARGUS_MODEL_<NAME>_KEY`, by `<NAME>`.
    pub(super) own: &'a BTreeMap<String, SecretString>,
    /// `OPENAI_API_KEY`.
    pub(super) openai: Option<&'a SecretString>,
}

/// Checks the section. `held` are the secrets that Argus has beside the providers' keys.
pub(super) fn drafting(
    mistakes: &mut Vec<Mistake>,
    section: &DraftingSection,
    keys: &Keys<'_>,
    held: &[(Kind, SecretString)],
) -> Drafting {
    let mut names = BTreeSet::new();
    for provider in &section.providers {
        if !names.insert(variable_part(&provider.name)) {
            let message = "is the name of another provider, too: give each its own";
            add(mistakes, provider, "name", message);
        }
    }
    for name in keys.own.keys().filter(|name| !names.contains(*name)) {
        mistakes.push(Mistake {
            place: format!("ARGUS_MODEL_{name}_KEY"),
            message: "there is no provider of this name in [[drafting.providers]]: mend the one or the other"
                .to_owned(),
        });
    }
    let models: Vec<ConfiguredModel> = section
        .providers
        .iter()
        .filter_map(|provider| model(mistakes, provider, keys))
        .collect();
    if models.is_empty() {
        return Drafting::by_rules_alone();
    }
    Drafting {
        budget: budget(mistakes, section, &models),
        redactor: redactor(mistakes, &models, held),
        models,
        currency: section.currency.clone(),
        reads_notes: section.reads_notes,
    }
}

fn model(
    mistakes: &mut Vec<Mistake>,
    section: &ProviderSection,
    keys: &Keys<'_>,
) -> Option<ConfiguredModel> {
    let before = mistakes.len();
    let url = keep(
        mistakes,
        &at(section, "base_url"),
        section.base_url.parse::<Url>(),
    );
    let key = key(mistakes, section, keys);
    let price = |mistakes: &mut Vec<Mistake>, name: &str, text: &Option<String>| match text {
        None => Some(Price::default()),
        Some(text) => keep(mistakes, &at(section, name), text.parse::<Price>()),
    };
    let input = price(mistakes, "price_input", &section.price_input);
    let output = price(mistakes, "price_output", &section.price_output);
    if section
        .timeout_s
        .is_some_and(|seconds| !(1..=3600).contains(&seconds))
    {
        add(mistakes, section, "timeout_s", "must be 1 to 3600 seconds");
    }
    let url = url?;
    if mistakes.len() > before {
        return None;
    }
    let mut settings = Settings::new(&section.name, section.format, url, &section.model);
    settings.key = key.map(|secret| Key {
        secret,
        header: section.key_header.unwrap_or(section.format.key_header()),
    });
    settings.ca_file.clone_from(&section.ca_file);
    if let Some(is_local) = section.is_local {
        settings = settings.placed(is_local);
    }
    settings.rendering = match section.rendering {
        Some(RenderingWord::Rich) => Rendering::Rich,
        Some(RenderingWord::Flat) => Rendering::Flat,
        None => settings.rendering,
    };
    settings.says_schema = section.says_schema.unwrap_or(settings.says_schema);
    settings.max_output_tokens = section
        .max_output_tokens
        .unwrap_or(settings.max_output_tokens);
    settings.context_tokens = section.context_tokens.unwrap_or(settings.context_tokens);
    if let Some(seconds) = section.timeout_s {
        settings.limits.total = Duration::from_secs(seconds);
    }
    // Building one shows every mistake that is left, an unreadable `ca_file` among them.
    if let Err(error) = Provider::new(settings.clone()) {
        let key = key_of(&error);
        add(mistakes, section, key, &Chain(&error).to_string());
        return None;
    }
    Some(ConfiguredModel {
        settings,
        prices: Prices {
            input: input?,
            output: output?,
        },
    })
}

/// The key that mends an error of the library.
fn key_of(error: &argus_llm::providers::SetupError) -> &'static str {
    use argus_llm::providers::SetupError;
    match error {
        SetupError::Name => "name",
        SetupError::Model => "model",
        SetupError::BaseUrl(_) | SetupError::Http(_) => "base_url",
        SetupError::Key => "key_file",
        SetupError::Tokens => "max_output_tokens",
        SetupError::CaFile { .. } | SetupError::NoRoots { .. } | SetupError::Tls(_) => "ca_file",
    }
}

fn key(
    mistakes: &mut Vec<Mistake>,
    section: &ProviderSection,
    keys: &Keys<'_>,
) -> Option<SecretString> {
    let own = keys.own.get(&variable_part(&section.name));
    let Some(file) = &section.key_file else {
        let is_openais = section.base_url.starts_with("https://api.openai.com/");
        return own.or(keys.openai.filter(|_| is_openais)).cloned();
    };
    if own.is_some() {
        let message = format!(
            "ARGUS_MODEL_{}_KEY is set, too: keep one of the two",
            variable_part(&section.name)
        );
        add(mistakes, section, "key_file", &message);
        return None;
    }
    read_key(file)
        .map_err(|message| add(mistakes, section, "key_file", &message))
        .ok()
}

fn read_key(file: &Path) -> Result<SecretString, String> {
    match secret_file(file) {
        Ok(secret) if !secret.expose_secret().is_empty() => Ok(secret),
        Ok(_) => Err(format!(
            "{} is empty: put the provider's key in",
            file.display()
        )),
        Err(error) => Err(format!("{} cannot be read: {error}", file.display())),
    }
}

fn budget(
    mistakes: &mut Vec<Mistake>,
    section: &DraftingSection,
    models: &[ConfiguredModel],
) -> Budget {
    if section.tokens_per_day.is_none() {
        mistakes.push(Mistake {
            place: "drafting.tokens_per_day".to_owned(),
            message:
                "is missing: say how many tokens one person may spend in a day, such as 200000"
                    .to_owned(),
        });
    }
    let money = section.money_per_day.as_ref().and_then(|text| {
        let price = keep(mistakes, "drafting.money_per_day", text.parse::<Price>());
        price.map(Price::millionths)
    });
    let costs = models.iter().any(|model| model.prices != Prices::default());
    if costs && section.money_per_day.is_none() {
        mistakes.push(Mistake {
            place: "drafting.money_per_day".to_owned(),
            message: "is missing, and a provider has prices: say what one person may spend in a day, such as \"2.50\""
                .to_owned(),
        });
    }
    Budget {
        tokens: Some(section.tokens_per_day.unwrap_or_default()),
        money,
    }
}

fn redactor(
    mistakes: &mut Vec<Mistake>,
    models: &[ConfiguredModel],
    held: &[(Kind, SecretString)],
) -> Option<Redactor> {
    let keys = models
        .iter()
        .filter_map(|model| model.settings.key.as_ref());
    let keys = keys.map(|key| (Kind::Key, &key.secret));
    let all = held
        .iter()
        .map(|(kind, secret)| (*kind, secret))
        .chain(keys);
    let held = all.map(|(kind, secret)| Held {
        kind,
        secret: secret.expose_secret(),
    });
    keep(mistakes, "drafting.providers", Redactor::new(held))
}

/// A name as it stands in the name of its variable.
fn variable_part(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

fn add(mistakes: &mut Vec<Mistake>, section: &ProviderSection, key: &str, message: &str) {
    mistakes.push(Mistake {
        place: at(section, key),
        message: message.to_owned(),
    });
}

/// The key, and whose.
fn at(section: &ProviderSection, key: &str) -> String {
    format!("drafting.providers.{key} of {:?}", section.name)
}

#[cfg(test)]
mod tests;
