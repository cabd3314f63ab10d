//! Why a token was refused: for the metric and the log, and never with a word of the token.

/// Why a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// It was good and is over: the ordinary case, answered by a refresh.
    #[error("the access token has expired")]
    Expired,
    /// It will be good later: somebody's clock is wrong.
    #[error("the access token does not hold yet")]
    NotYet,
    /// It never was one of ours, or its key is gone.
    #[error("the access token is not valid: {}", .0.class())]
    Invalid(Reason),
}

impl Refused {
    /// A short name for metrics and records.
    pub fn class(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::NotYet => "not_yet",
            Self::Invalid(reason) => reason.class(),
        }
    }
}

/// What is wrong with a token that never was good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Longer than any token of ours.
    Length,
    /// Not three parts of base64url.
    Shape,
    /// The header is not exactly an algorithm, a type and a key id.
    Header,
    /// Another algorithm, or none.
    Algorithm,
    /// Another kind of token.
    Type,
    /// A key id that the ring does not hold, or no longer.
    UnknownKey,
    /// The signature is not that key's.
    Signature,
    /// A claim is missing, double, of another type, or unknown.
    Claims,
    /// Somebody else's.
    Issuer,
    /// For somebody else.
    Audience,
    /// Times out of order, or too long a life.
    Lifetime,
}

impl Reason {
    /// A short name for metrics and records.
    pub fn class(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Shape => "shape",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::Type => "type",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Lifetime => "lifetime",
        }
    }
}
