//! Asking for a change: in words, or as typed actions by a form. Both end in a proposal for review.

mod examples;
mod form;
mod outcome;
mod panel;
mod why;
mod words_form;

pub use outcome::Questions;
pub use panel::AskPanel;
pub use why::{Why, WhyField, failure_beside};
