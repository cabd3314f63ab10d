//! Real providers for tests: `e2e/peers/*.mjs` as child processes, and a browser that walks through their pages.
//!
//! `cargo xtask setup` installs what they need. Without it a test fails and says so: a test that skips itself proves
//! nothing.

mod browser;
mod liar;
mod peer;

pub use browser::{Browser, Person, client, sign_in};
pub use liar::Liar;
pub use peer::{BACK, Peer, now, path};
