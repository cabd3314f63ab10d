//! The document as it is written: names and types are right, values not yet looked at.

use argus_types::id::GuestKind;
use argus_types::proposal::{Origin, RiskLevel};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub format: Spanned<i64>,
    pub enabled: Vec<Spanned<String>>,
    #[serde(default)]
    pub defaults: Defaults,
    #[serde(default, rename = "rule")]
    pub rules: Vec<Spanned<Rule>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Defaults {
    pub approvals: Approvals,
    pub only_looks: Vec<Spanned<String>>,
    pub expires_after_min: Minutes,
    pub approvals_count_min: Option<Spanned<i64>>,
    pub lone_admin: bool,
    pub step_up: bool,
    pub reason: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approvals {
    pub low: Option<Spanned<i64>>,
    pub medium: Option<Spanned<i64>>,
    pub high: Option<Spanned<i64>>,
    pub destructive: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Minutes {
    pub low: Option<Spanned<i64>>,
    pub medium: Option<Spanned<i64>>,
    pub high: Option<Spanned<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub name: Spanned<String>,
    pub why: Spanned<String>,
    pub instead: Option<Spanned<String>>,
    #[serde(default)]
    pub when: When,
    pub deny: Option<Spanned<bool>>,
    pub approvals: Option<Spanned<i64>>,
    pub step_up: Option<Spanned<bool>>,
    pub reason: Option<Spanned<bool>>,
    pub largest: Option<Spanned<Largest>>,
    pub expires_after_min: Option<Spanned<i64>>,
    #[serde(default)]
    pub freeze: Vec<Spanned<Freeze>>,
    pub not_before: Option<Spanned<Datetime>>,
    pub restorable: Option<Restorable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    pub actions: Option<Spanned<Vec<Spanned<String>>>>,
    pub tags: Option<Spanned<Vec<String>>>,
    pub pools: Option<Spanned<Vec<String>>>,
    pub nodes: Option<Spanned<Vec<String>>>,
    pub storages: Option<Spanned<Vec<String>>>,
    pub kinds: Option<Spanned<Vec<GuestKind>>>,
    pub clusters: Option<Spanned<Vec<String>>>,
    pub risk: Option<RiskLevel>,
    pub destructive: Option<bool>,
    pub origins: Option<Spanned<Vec<Origin>>>,
    pub token: Option<bool>,
    pub more_than_guests: Option<Spanned<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Largest {
    pub guests: Option<Spanned<i64>>,
    pub nodes: Option<Spanned<i64>>,
}

/// Either `days`, `from`, `to`, `offset`, or `starts` and `ends`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    pub days: Option<Vec<Spanned<String>>>,
    pub from: Option<Spanned<String>>,
    pub to: Option<Spanned<String>>,
    pub offset: Option<Spanned<String>>,
    pub starts: Option<Spanned<Datetime>>,
    pub ends: Option<Spanned<Datetime>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restorable {
    pub backup_max_age_h: Spanned<i64>,
    #[serde(default)]
    pub verified: bool,
}
