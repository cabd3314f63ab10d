//! The record chain: who did what, in an order that nobody can change unseen.
//!
//! Each record carries the hash of the one before it, so an edited, missing, added or moved record breaks
//! the chain at a position that [`verify`] names. What the chain alone cannot show is a cut-off tail: that
//! takes a [`Head`] kept elsewhere, see [`verify_to`].
//!
//! [`approval`] checks that a passkey signed an approval, with nothing but the approval.
//!
//! This crate knows no database, no clock and no other Argus crate; it compiles for wasm32, so that the
//! browser and `argusctl` check with the same code that wrote the records.

pub mod approval;
mod hash;
mod record;
mod verify;

pub use hash::{Hash, ParseHashError};
pub use record::{Entry, Head, Record, Unrecordable};
pub use verify::{Broken, Flaw, Verifier, VerifyError, verify, verify_to};
