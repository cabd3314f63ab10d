//! The contract between the API, the browser and scripts.
//!
//! Ids, vocabulary, wire types, events, paths and problem codes: everything that two sides of the wire
//! must agree on, and nothing else. This crate decides nothing and does no I/O; it compiles for wasm32.
//!
//! Untrusted values become types that cannot be wrong here, at the edge: a [`id::Vmid`] is in Proxmox's
//! range, a [`id::NodeName`] is a host label, a [`text::PlainText`] holds no invisible characters.

pub mod account;
pub mod action;
pub mod alternative;
pub mod approval;
pub mod cluster;
pub mod collision;
pub mod drafting;
pub mod emergency;
pub mod event;
pub mod execution;
pub mod guest_config;
pub mod health;
pub mod id;
pub mod impact;
pub mod ledger;
pub mod logs;
pub mod metrics;
pub mod page;
pub mod paths;
pub mod person;
pub mod places;
pub mod plan;
pub mod plan_diff;
pub mod plan_drift;
pub mod policy;
pub mod policy_check;
pub mod problem;
pub mod proposal;
pub mod resolution;
pub mod schedule;
pub mod scope;
pub mod sign_in;
pub mod stream;
pub mod text;
pub mod timestamp;
pub mod undo;

pub use timestamp::Timestamp;
