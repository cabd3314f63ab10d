//! Pure decisions: what a draft means on the live cluster, how risky it is, whether the cluster still is as
//! the plan needs it, and what an execution may do next.
//!
//! Everything here is a function of its arguments: no clock, no randomness, no I/O. The same input gives the
//! same bytes, which is what lets a plan be named by its digest and planned again when it is confirmed. The
//! crate knows `argus-types` and no other crate of Argus, and compiles for wasm32.
//!
//! The way through: [`facts::wanted`] says what to read for a draft, [`planner::plan`] makes the plan,
//! [`twin::Twin`] predicts what it brings about, [`policy::Policy`] says what it needs, [`drift::check`] what it relies on
//! that has changed by a later moment, [`plan_diff::steps`] what a new plan does otherwise, [`check::evaluate`] compares
//! expectations with fresh state, [`approval::Case`] says who may approve and confirm, [`execution::State`] folds the
//! journal and says what comes next.

pub mod approval;
mod catalogue;
pub mod check;
pub mod collision;
pub mod danger;
pub mod digest;
mod drain;
pub mod drift;
pub mod execution;
pub mod facts;
mod impact;
pub mod inventory;
mod near;
pub mod plan_diff;
pub mod planner;
pub mod policy;
pub mod resolution;
mod risk;
mod snapshot_options;
mod title;
pub mod twin;
pub mod undo;
pub mod value;
