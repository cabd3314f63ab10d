//! Pure decisions: what a draft means on the live cluster, how risky it is, whether the cluster still is as
//! the plan needs it, and what an execution may do next.
//!
//! Everything here is a function of its arguments: no clock, no randomness, no I/O. The same input gives the
//! same bytes, which is what lets a plan be named by its digest and planned again when it is confirmed. The
//! crate knows `argus-types` and no other crate of Argus, and compiles for wasm32.
//!
//! The way through: [`facts::wanted`] says what to read for a draft, [`planner::plan`] makes the plan,
//! [`drift::differences`] compares it with the plan of a later moment, [`check::evaluate`] compares
//! expectations with fresh state, [`policy::Policy`] says what the plan needs and [`approval::Case`] who may approve and
//! confirm it, [`execution::State`] folds the
//! journal and says what comes next.

pub mod approval;
mod catalogue;
pub mod check;
pub mod digest;
pub mod drift;
pub mod execution;
pub mod facts;
pub mod inventory;
mod near;
pub mod planner;
pub mod policy;
mod risk;
mod title;
mod twin;
pub mod value;
