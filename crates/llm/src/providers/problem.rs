//! What a provider says of a request that it did not carry out, and which [`Failure`] that is.
//!
//! One table for all formats: gateways answer in each other's manner, and every entry here was somebody's.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::failure::Failure;
use super::retry;
use super::said::Said;
use super::settings::{Format, Settings};

/// An error body, as far as it can be read. What cannot is empty.
#[derive(Debug, Default)]
pub(super) struct Problem {
    kind: String,
    code: String,
    param: String,
    message: String,
}

/// Parts of messages about requests that do not fit in, in small letters.
const TOO_LONG: [&str; 6] = [
    "context length",
    "maximum context",
    "context size",
    "prompt is too long",
    "input length exceeds",
    "too many tokens",
];
/// Parts of messages about schemas.
const SCHEMA: [&str; 4] = ["schema", "grammar", "response_format", "output_config"];
/// Codes of accounts without money.
const NO_QUOTA: [&str; 3] = [
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_error",
];

impl Problem {
    /// Reads `{"error": {…}}`, `{"error": "…"}` and bodies that are the error themselves.
    pub(super) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).map_or_else(|_| Self::default(), |value| Self::of(&value))
    }

    pub(super) fn of(body: &Value) -> Self {
        let error = body
            .get("error")
            .filter(|error| !error.is_null())
            .unwrap_or(body);
        if let Some(message) = error.as_str() {
            return Self {
                message: message.to_owned(),
                ..Self::default()
            };
        }
        let part = |key: &str| match error.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let message = part("message");
        Self {
            kind: part("type"),
            code: part("code"),
            param: part("param"),
            message: if message.is_empty() {
                part("detail")
            } else {
                message
            },
        }
    }

    /// The provider's own words.
    pub(super) fn said(&self) -> Said {
        Said::of(&self.message)
    }

    /// The failure that `status` and these words make.
    pub(super) fn failure(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        settings: &Settings,
    ) -> Failure {
        let said = self.said();
        match status.as_u16() {
            401 | 403 => Failure::Unauthorised {
                status: status.as_u16(),
            },
            402 => Failure::QuotaExhausted,
            404 if self.is_about_the_model() => missing(settings),
            429 if self.is_named(&NO_QUOTA) => Failure::QuotaExhausted,
            429 => Failure::RateLimited {
                wait: retry::asked_for(headers),
            },
            413 => Failure::PromptTooLong { said },
            400 | 422 => self.refusal(status, settings),
            503 if self.mentions(&["loading"]) => Failure::Loading,
            408 | 409 | 500..=599 => Failure::Unavailable {
                status: status.as_u16(),
                said,
            },
            status => Failure::Rejected { status, said },
        }
    }

    fn refusal(&self, status: StatusCode, settings: &Settings) -> Failure {
        let said = self.said();
        if self.is_named(&["content_filter"]) {
            return Failure::PromptFiltered { said };
        }
        if self.is_named(&["context_length_exceeded", "request_too_large"])
            || self.mentions(&TOO_LONG)
        {
            return Failure::PromptTooLong { said };
        }
        if self.is_named(&NO_QUOTA) || self.mentions(&["credit balance"]) {
            return Failure::QuotaExhausted;
        }
        if self.is_named(&["model_not_found"]) {
            return missing(settings);
        }
        let about_the_schema = ["response_format", "text.format", "output_config", "format"]
            .iter()
            .any(|param| self.param.starts_with(param));
        if about_the_schema || self.mentions(&SCHEMA) {
            return Failure::SchemaRefused { said };
        }
        Failure::Rejected {
            status: status.as_u16(),
            said,
        }
    }

    /// An error that came with a status of success, within the answer.
    pub(super) fn within_answer(&self) -> Failure {
        if self.is_named(&NO_QUOTA) {
            return Failure::QuotaExhausted;
        }
        if self.is_named(&["rate_limit_exceeded", "rate_limit_error"]) {
            return Failure::RateLimited { wait: None };
        }
        Failure::BrokeOff { said: self.said() }
    }

    /// A path that is not there answers 404 as well, but says nothing of models.
    fn is_about_the_model(&self) -> bool {
        self.is_named(&["model_not_found"]) || self.mentions(&["model"])
    }

    fn is_named(&self, names: &[&str]) -> bool {
        names.contains(&self.code.as_str()) || names.contains(&self.kind.as_str())
    }

    fn mentions(&self, parts: &[&str]) -> bool {
        let message = self.message.to_lowercase();
        parts.iter().any(|part| message.contains(part))
    }
}

fn missing(settings: &Settings) -> Failure {
    let model = settings.model.clone();
    let command = (settings.format == Format::Ollama).then(|| format!("ollama pull {model}"));
    Failure::ModelMissing { model, command }
}
