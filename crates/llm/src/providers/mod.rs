//! Language models behind HTTP: a port, four wire formats, and what keeps both sides safe from each other.
//!
//! - Only [`Redacted`](crate::redact::Redacted) text and the catalogue's own schema are ever sent, to hosts that the
//!   configuration names and nowhere else: no redirects, no proxy, no name that leads to a metadata service.
//! - Nothing that comes back is trusted. A body has a limit, a call has an end, an answer is text that the next stage
//!   parses strictly, a provider's own words are shortened and cleaned before anybody reads them.
//! - A request is sent again only where the provider says that it did nothing with it, and at most twice.
//! - Whatever was sent is reported to the byte, whether it succeeded or not.

mod address;
mod answer;
mod breaker;
mod budget;
mod exchange;
mod failure;
mod formats;
mod price;
mod probe;
mod problem;
mod prompt;
mod provider;
mod retry;
mod row;
mod said;
mod settings;
mod tls;
mod transport;

#[cfg(test)]
mod conformance;

pub use answer::{Answer, Cut, Finish, Usage};
pub use budget::{Account, Budget, Exhausted, Hold, Spent};
pub use exchange::{Asked, Exchange, Sealed};
pub use failure::{Failure, NoConnection};
pub use price::{BadPrice, Price, Prices};
pub use probe::{Enforcement, Report, test_connection, worst_of_test};
pub use prompt::{Model, Prompt};
pub use provider::Provider;
pub use row::Row;
pub use said::Said;
pub use settings::{Format, Key, KeyHeader, Limits, Settings, SetupError};
