//! A proxy for tests of what goes wrong on a network: it stands between a client and an HTTPS server, breaks what a
//! [`Rule`] says, and remembers every byte that a client trusted it with.
//!
//! - [`Upstream::Https`]: it ends TLS with a certificate of its own, sees each request, and speaks TLS to the server. A
//!   rule may name the request that it hits. Which certificate it shows is chosen by [`Proxy::show`].
//! - [`Upstream::Bytes`]: it passes bytes on and understands none of them; a whole connection counts as one request.
//!
//! What must hold here: nothing of a request reaches the server before its rule was asked, and what a client sent is in
//! the [record](Proxy::seen) before anything is done with it.
//!
//! It knows HTTP/1.1 as far as the end of a request: a head, and a body with a length. It knows nothing of Argus.

mod certificates;
mod connection;
mod proxy;
mod record;
mod request;
mod rule;

pub use certificates::Certificate;
pub use proxy::{Error, Proxy, Upstream};
pub use record::Connection;
pub use rule::{Fault, Place, Rule, When};
