//! What steps expect of the live cluster, and what was seen of it.

use serde::{Deserialize, Serialize};

use super::Field;

/// How much a value may differ from what is expected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Tolerance {
    /// Not at all.
    #[default]
    Exact,
    /// A number that may be larger.
    AtLeast,
}

impl Tolerance {
    fn is_exact(&self) -> bool {
        *self == Self::Exact
    }

    /// Whether `seen` is near enough to `expected`. What is no number is compared as text.
    pub fn accepts(self, expected: &str, seen: &str) -> bool {
        match (self, expected.parse::<u64>(), seen.parse::<u64>()) {
            (Self::AtLeast, Ok(expected), Ok(seen)) => seen >= expected,
            _ => expected == seen,
        }
    }
}

/// A field and the value it must have. Booleans are `yes` and `no`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Expectation {
    /// Which value.
    #[serde(flatten)]
    pub field: Field,
    /// What people call it.
    pub label: String,
    /// What it must be.
    pub value: String,
    /// How much it may differ from that.
    #[serde(default, skip_serializing_if = "Tolerance::is_exact")]
    pub tolerance: Tolerance,
}

#[cfg(feature = "commands")]
impl Expectation {
    /// That `field` is exactly this.
    pub fn exact(field: Field, value: impl Into<String>) -> Self {
        Self {
            label: field.label(),
            field,
            value: value.into(),
            tolerance: Tolerance::Exact,
        }
    }

    /// That the number in `field` is this or larger.
    pub fn at_least(field: Field, value: u64) -> Self {
        Self {
            tolerance: Tolerance::AtLeast,
            ..Self::exact(field, value.to_string())
        }
    }
}

/// What was found where something was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Evidence {
    /// What people call the value.
    pub label: String,
    /// What it had to be.
    pub expected: String,
    /// What it was; `unknown` where Proxmox did not say.
    pub observed: String,
    /// Whether the two agree.
    pub holds: bool,
}
