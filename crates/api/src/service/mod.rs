//! Use cases: one file each, one transaction each. Routes check and hand over; decisions are the domain's.

pub mod alternatives;
pub mod api_tokens;
pub mod approve;
mod assessment;
pub mod broken_glass;
pub mod cancel;
pub mod collisions;
pub mod confirm;
pub mod devices;
pub mod draft;
pub mod drift;
pub mod emergency_stop;
pub mod facts;
pub mod once;
pub mod passkeys;
pub mod people;
pub mod policy;
pub mod propose;
pub mod recovery;
mod refused;
pub mod resolve;
pub mod revise;
pub mod rights_record;
pub mod scene;
pub mod schedule;
pub mod shell;
pub mod sign_in;
pub mod single_sign_on;
pub mod snapshots;
pub mod succession;
pub mod tickets;
mod undo;
pub mod within;

pub use assessment::Assessor;
pub use once::{Once, Reply};
