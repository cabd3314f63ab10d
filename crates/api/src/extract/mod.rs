//! What a handler needs before it may begin: a caller with a right, an idempotency key, a checked body.
//!
//! Each is an extractor, so a missing check is a visible missing argument.

mod body;
mod caller;
mod idempotency;
mod query;

pub use body::{Checked, parse, typed};
pub use caller::{Act, Caller, SignedIn, act};
pub use idempotency::IdempotencyKey;
pub use query::Parameters;
