//! What a token says.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{AUDIENCE, ISSUER};

/// The claims of a token: all of them required, and none besides.
///
/// Times are whole seconds since 1970, as RFC 7519 has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who signed the token: always [`ISSUER`].
    pub iss: String,
    /// Whom it is for: always [`AUDIENCE`], and never a list.
    pub aud: String,
    /// The account that is signed in.
    pub sub: Uuid,
    /// The session it was made for, whose row has the last word.
    pub sid: Uuid,
    /// The token's own id, for the log.
    pub jti: Uuid,
    /// When it was made.
    pub iat: i64,
    /// When it begins to hold.
    pub nbf: i64,
    /// When it ends.
    pub exp: i64,
}

impl Claims {
    /// Claims of a token `jti` that holds from `now` on for `lifetime` (see [`super::MAX_LIFETIME`]).
    pub fn new(sub: Uuid, sid: Uuid, jti: Uuid, now: OffsetDateTime, lifetime: Duration) -> Self {
        let iat = now.unix_timestamp();
        Self {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub,
            sid,
            jti,
            iat,
            nbf: iat,
            exp: iat.saturating_add(lifetime.whole_seconds()),
        }
    }

    /// Whether the times are such as Argus writes: in order, and no further apart than a token may live.
    pub(super) fn has_bounded_lifetime(&self) -> bool {
        let longest = super::MAX_LIFETIME.whole_seconds();
        self.iat >= 0
            && self.nbf >= self.iat
            && self.exp > self.nbf
            && self.exp.saturating_sub(self.iat) <= longest
    }
}
