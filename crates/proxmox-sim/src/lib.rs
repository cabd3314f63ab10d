//! A Proxmox VE over HTTPS for tests, demo and benches.
//!
//! - `state`: the cluster as a pure machine with a virtual clock;
//! - `routes`: which calls there are, and the order in which a call is checked;
//! - `answers`: what each call answers;
//! - `http`: bytes, TLS, sign-in, and the habits of Proxmox's own server;
//! - `control`: faults and the ground truth of tests, on a port of its own;
//! - `scenario`: what a world looks like at its start.
//!
//! It is a world of its own and must not know any other Argus crate: a wrong field name in the client must not be able
//! to agree with itself here.

mod answers;
#[cfg(test)]
mod behaviour;
mod clock;
mod control;
mod failure;
mod faults;
mod http;
mod requests;
mod routes;
pub mod scenario;
mod simulator;
mod state;
mod world;

pub use control::{GuestRecord, TaskRecord};
pub use faults::{Fault, FaultKind, Target};
pub use requests::{Requests, Seen};
pub use scenario::Scenario;
pub use simulator::{Announcement, Error, Handle, Options, Simulator};
pub use state::{Change, ChangeError};
pub use world::FaultError;
