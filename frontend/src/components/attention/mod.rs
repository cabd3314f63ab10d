//! A step that Argus could not decide: what there is to look at, and what a person says about it.

mod decide;
mod found;

pub use decide::{Decide, Deciding};
pub use found::Evidence;
