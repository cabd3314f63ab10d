//! Parameters on their way in: raw as they came, then typed as the route declares them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::scenario::GuestKind;

/// A value as it came.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue {
    /// Out of a form or a query, where everything is text.
    Form(String),
    /// A key that was there several times.
    Repeated(Vec<String>),
    /// Out of a JSON body.
    Json(Value),
}

impl RawValue {
    /// For people and tests: a text as it is, several with commas between them, JSON as JSON.
    pub fn text(&self) -> String {
        match self {
            Self::Form(text) | Self::Json(Value::String(text)) => text.clone(),
            Self::Repeated(texts) => texts.join(","),
            Self::Json(value) => value.to_string(),
        }
    }
}

/// Parameters as they came.
pub type Raw = BTreeMap<String, RawValue>;

/// A value as the route declares it.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}

/// Everything that a handler is given.
#[derive(Debug, Clone, Default)]
pub struct Args {
    pub(super) values: BTreeMap<String, Arg>,
    pub(super) guest: Option<GuestKind>,
}

impl Args {
    /// A text parameter.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name)? {
            Arg::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text parameter that the route requires; empty only if the route does not declare it.
    pub fn required(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.values.get(name)? {
            Arg::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole number that cannot be negative.
    pub fn count(&self, name: &str) -> Option<usize> {
        self.int(name).and_then(|n| usize::try_from(n).ok())
    }

    /// Yes or no; absent is no.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.values.get(name), Some(Arg::Flag(true)))
    }

    /// Whether it was given at all.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// All that were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arg)> {
        self.values.iter().map(|(name, arg)| (name.as_str(), arg))
    }

    /// The node in the path.
    pub fn node(&self) -> &str {
        self.required("node")
    }

    /// The guest in the path; 0 names no guest.
    pub fn vmid(&self) -> u32 {
        self.guest_number("vmid")
    }

    /// The number of a guest; 0 names no guest.
    pub fn guest_number(&self, name: &str) -> u32 {
        self.int(name)
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(0)
    }

    /// VM or container, as the path says.
    pub fn kind(&self) -> GuestKind {
        self.guest.unwrap_or(GuestKind::Qemu)
    }
}

impl Arg {
    /// As a configuration file would hold it.
    pub fn as_config(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Flag(yes) => if *yes { "1" } else { "0" }.into(),
        }
    }
}
