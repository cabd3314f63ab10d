//! A Proxmox VE over HTTPS for tests, demo and benches.
//!
//! - `state`: the cluster as a pure machine with a virtual clock;
//! - `routes`: which calls there are, and the order in which a call is checked;
//! - `answers`: what each call answers;
//! - `http`: bytes, TLS, sign-in, and the habits of Proxmox's own server;
//! - `truth`: the whole world as tests may know it;
//! - `control`: faults and the ground truth of tests, on a port of its own;
//! - `scenario`: what a world looks like at its start.
//!
//! # The control port
//!
//! | call | what it does |
//! |---|---|
//! | `GET`, `POST`, `DELETE /faults` | lists, adds, clears faults; clearing mends what they broke |
//! | `GET /tasks` | every task ever made: what a test about "exactly once" counts |
//! | `GET`, `DELETE /requests` | counts by route, the last ones one by one; counting starts again |
//! | `GET /authorizations` | how many requests carried an `Authorization` header |
//! | `GET /state` | quorum, nodes with their services, HA resources, replication jobs, pools with their members, every guest with status, lock, snapshots, disks, configuration, and every storage with what is on it |
//! | `POST`, `DELETE /guests/{vmid}` | changes or removes a guest behind everybody's back |
//! | `POST /volumes` | changes or removes a volume behind everybody's back: `{"volid": …, "node"?, "remove"?, "protected"?, "notes"?, "verified"?}` |
//! | `GET /clock`, `POST /clock/advance` | virtual time, and a jump of `{"ms": …}` |
//! | `GET /health` | whether it serves |
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
mod truth;
mod world;

pub use control::{DiskRecord, GuestRecord, StorageRecord, TaskRecord, VolumeRecord};
pub use faults::{Fault, FaultKind, Target};
pub use requests::{Requests, Seen};
pub use routes::{Check, Served, served};
pub use scenario::Scenario;
pub use simulator::{Announcement, Error, Handle, Options, Simulator};
pub use state::{Change, ChangeError, VolumeChange};
pub use world::FaultError;
