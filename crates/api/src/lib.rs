//! The API process: REST, WebSocket, sign-in, use cases, collector; the only place where everything is put
//! together.
//!
//! Routes check their caller and their input and hand over to a use case in [`service`]; decisions are
//! `argus-domain`'s, SQL is `argus-store`'s, writes to Proxmox are the executor's. This crate reads from
//! Proxmox and never writes to it.

pub mod address;
pub mod auth_event;
pub mod clock;
pub mod collector;
pub mod config;
#[cfg(feature = "testing")]
pub mod crowd;
pub mod descriptors;
pub mod doctor;
pub mod extract;
pub mod headers;
pub mod limits;
pub mod logging;
pub mod metrics;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod record;
pub mod request_id;
pub mod router;
pub mod routes;
pub mod same_origin;
pub mod schema;
pub mod server;
pub mod service;
pub mod session;
pub mod state;
pub mod stream;
pub mod strict_json;
