//! Typed client of the Proxmox VE API.
//!
//! Three layers, each testable without the one below it:
//!
//! 1. [`read`], [`write`](mod@write) and [`manage`] build calls. They are pure: a call is a value, a relative
//!    `http::Request` and the function that reads its answer.
//! 2. The answer rules turn a status, a reason phrase and a body into a value or an [`Error`]. They are pure as well.
//! 3. [`Client`] is the only part that does I/O: one TLS connection policy, one timeout policy, one retry rule.
//!
//! What must hold here:
//!
//! - a write is sent at most once, on a connection of its own, and an answer that never came is
//!   [`Error::Indeterminate`], never a guess;
//! - nothing of a request leaves the process before the peer's certificate was accepted;
//! - the token's secret is in no `Debug`, `Display` or log line.
//!
//! This crate knows Proxmox and nothing of Argus: no plans, no roles, no storage, no clock.

mod answer;
mod call;
mod client;
mod endpoint;
mod error;
mod guest;
mod lenient;
pub mod manage;
mod permission;
mod pin;
pub mod privileges;
pub mod read;
mod release;
mod resolve;
mod task;
mod token;
mod transport;
mod trust;
mod upid;
mod verifier;
mod volume;
pub mod write;

pub use call::{CallId, PlainCall, Unsendable};
#[cfg(feature = "testing")]
pub use client::Within;
pub use client::{Client, Limits, SetupError};
pub use endpoint::{Endpoint, EndpointError};
pub use error::{ApiError, ApiErrorKind, Cause, Error, NotSent, Stage, TlsFailure};
pub use guest::{GuestRef, HaSid, Kind, UnknownKind};
pub use permission::Permissions;
pub use pin::{Fingerprint, PinError, PinSet};
pub use read::Read;
pub use release::{OLDEST_SUPPORTED, Release, ReleaseError};
pub use task::{Exit, TaskStatus};
pub use token::{Token, TokenError};
pub use trust::{LabAcknowledged, Trust, TrustError};
pub use upid::{Upid, UpidError};
pub use volume::{VolumeId, VolumeIdError};
pub use write::Write;
