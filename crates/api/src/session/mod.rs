//! Sessions: an opaque random token in a `__Host-` cookie, its keyed hash in PostgreSQL, the row decides.

mod cookie;
mod keys;
mod sessions;

pub use cookie::{clear_cookie, session_cookie, token_in};
pub use keys::SessionKeys;
pub use sessions::{ActiveSession, Sessions};
