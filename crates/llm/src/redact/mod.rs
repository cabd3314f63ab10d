//! The gate between what Argus knows and what a language model is told.
//!
//! [`Redacted`] is the only text that a provider's adapter may send.

/// Text without secrets: what was one is a placeholder such as `<<SECRET:token:7>>`.
///
/// Only this module makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted(String);

impl Redacted {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
