//! What a plan needs before it may run: a typed document, and one function that asks it.
//!
//! Deny by default: an action that the document does not enable does not run. The document's defaults say what every
//! plan needs, and its rules only add to that; each demand of a rule can make a plan harder to run and none can make
//! it easier. So a rule can be read, added and argued about alone: whatever else stands in the document, it holds.
//! Below all of it lies a floor in code that no document lowers, see [`DESTRUCTIVE`].
//!
//! A document that a person mistyped must not mean something else: unknown keys, actions that the catalogue does not
//! have and demands that demand nothing are refused, each with its line and what to write instead.
//!
//! Plans are asked about through [`Question`], plain values that are kept with each plan, so that a new document can be
//! tried on the plans of the past ([`replay`]). This module knows no database, clock or configuration file.

mod document;
mod edits;
mod freeze;
mod judge;
mod pattern;
mod question;
mod read;
mod replay;
mod stricter;
mod weakness;
mod when;
mod words;

pub use document::{ByRisk, Defaults, Demands, Largest, Policy, Restorable, Rule};
pub use edits::edits;
pub use freeze::Window;
pub use pattern::ActionPattern;
pub(crate) use question::steps;
pub use question::{Asked, Backup, Guest, Question, StepAsked};
pub use read::{Mistake, Mistakes};
pub use replay::{Past, replay};
pub use stricter::stricter;
pub use when::When;

/// Approvals that a destructive plan needs, whatever the document says.
pub const DESTRUCTIVE: u8 = 2;
/// Approvals that a change of the policy needs: it can undo every other control.
pub const CHANGE: u8 = 2;
/// Most approvals that a document may ask for.
pub const MAX_APPROVALS: u8 = 3;
