//! What a draft must be before anybody sees it.

pub mod output;
pub(crate) mod pattern;
pub(crate) mod range;
