//! Proof of who somebody is.
//!
//! Three ways to prove it, none of which knows of the others: a token of an OpenID provider ([`oidc`]), a passkey
//! ([`passkey`]), and an access token that Argus itself signed ([`access_token`]). This crate keeps nothing: what
//! must outlive a call comes in and goes out as a value, and the time comes in as an argument. What a proven person
//! may do is not decided here.

pub mod access_token;
pub mod oidc;
pub mod passkey;
