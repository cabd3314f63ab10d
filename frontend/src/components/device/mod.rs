//! A program that waits for an API token: which one it is, and whether it gets one.

mod code_form;
mod decision;
mod outcome;

pub use code_form::CodeForm;
pub use decision::Decision;
pub use outcome::{Outcome, Verdict};
