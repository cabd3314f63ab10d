//! Access tokens: short-lived JWTs that Argus signs for itself.
//!
//! ```text
//! SESSION_SECRET + kid --HMAC--> Ed25519 key      KeyRing: which keys sign and verify, and how
//! stored ring rows  --rotation::plan--> new rows  rotation: which keys there should be
//! ```
//!
//! Argus is its own issuer and its tokens' only audience, so everything that JOSE leaves open is closed here: one
//! algorithm, one `typ`, a `kid` out of the ring and no other header parameter; every claim required, of one type,
//! and none besides. Tokens of two installations differ by their secrets.
//!
//! A good token says who was signed in when it was made, no more. Whether the session still lives is its row's to
//! say; this module knows neither sessions nor rights, keeps nothing, and takes the time as an argument.

use time::Duration;

mod claims;
mod key;
mod refused;
mod ring;
pub mod rotation;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod verified;

pub use claims::Claims;
pub use key::RingKey;
pub use refused::{Reason, Refused};
pub use ring::{KeyRing, RingError, SignError};

/// The longest that a token may live.
pub const MAX_LIFETIME: Duration = Duration::minutes(15);
/// How far the clocks of two replicas may be apart.
pub const LEEWAY: Duration = Duration::seconds(30);
/// The longest token that is looked at; one of ours has about 480 bytes.
pub const MAX_LENGTH: usize = 2048;
/// The `iss` of every token.
pub const ISSUER: &str = "argus";
/// The `aud` of every token. No provider's client id is called this, so no id token passes for one of ours.
pub const AUDIENCE: &str = "argus-api";

/// The `typ` of every token (RFC 9068), which no id token has.
const TYPE: &str = "at+jwt";
/// The name of the one algorithm, Ed25519.
const ALGORITHM: &str = "EdDSA";
