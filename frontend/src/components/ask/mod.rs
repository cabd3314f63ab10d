//! Asking for a change: in words, or as typed actions by a form. Both end in a proposal for review.

mod examples;
mod form;
mod outcome;
mod panel;
mod progress;
mod why;
mod words;
mod words_form;

pub use panel::AskPanel;
pub use why::{Why, WhyField, failure_beside};
pub use words::{Words, WordsOutcome};
