//! Who must agree before a plan may run, and who may not be counted.
//!
//! Two people are two human beings, not two accounts. Where an approval is needed, everybody who takes part must
//! be known by who they are: nobody can be shown to be somebody else than a stranger. An account whose role is
//! fresh is not independent of whoever gave it, in either direction: neither may vouch for the other.
//!
//! Rights are those of the moment of the question, never those of the moment of the approval; that is why
//! everything here takes accounts as they are now. How many people it takes is the policy's to say
//! ([`crate::policy`]); who they may be is said here. This module knows no database, clock or configuration file.

mod account;
mod case;
mod refusal;
mod release;
mod resolve;

pub use account::{Account, FRESH_ROLE_HOURS, Granter};
pub use case::{Case, Given, may_review};
pub use refusal::Refusal;
pub use release::{Asked, Part, RELEASE_WAITS_MIN, release, still_stands};
pub use resolve::may_resolve;
