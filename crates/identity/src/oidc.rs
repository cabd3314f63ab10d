//! Single sign-on: the code flow of OpenID Connect against one configured provider.
//!
//! ```text
//! begin ──▶ (address for the browser, Pending) ──▶ provider's pages ──▶ Answer ──▶ finish ──▶ Proven
//!               kept on the server, ≤ 10 min ────────────────────────────────────────▲
//! ```
//!
//! What is kept between the two is the caller's: this module has no database, no server and no clock for dates. It
//! does not know sessions, accounts or roles either; [`mapping`] turns groups into whatever the caller grants.
//!
//! What holds:
//! - One provider is one issuer, compared as text, in the configuration, its discovery document, its answer and its
//!   tokens. Nothing is learnt about a provider from a token.
//! - State, nonce and PKCE verifier are 256 random bits each and never leave the server together.
//! - No redirect is followed, no proxy used, no answer above 1 MiB read, no call longer than 10 s.
//! - No error, log line or `Debug` output holds a token, a code or a secret.

mod claims;
mod config;
mod discovery;
mod error;
mod exchange;
mod fault;
#[cfg(test)]
mod forged;
mod http;
mod id_token;
mod issuer;
mod keys;
mod known;
pub mod mapping;
mod pending;
mod proven;
mod provider;
mod shown;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use config::{ConfigError, ProviderConfig, ProviderId};
pub use error::Error;
pub use fault::{Endpoint, Fault};
pub use issuer::{Issuer, IssuerError};
pub use pending::{Answer, MAX_AGE, Pending};
pub use proven::{Groups, Proven};
pub use provider::Provider;
