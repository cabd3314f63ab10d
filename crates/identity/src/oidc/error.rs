//! Why a sign-in came to nothing. `Display` is the true cause, [`Error::remedy`] what to do about it.

use super::fault::{Endpoint, Fault};

/// A sign-in that came to nothing. Never holds a token, a code or a secret; texts from outside are cut and printable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A call to the provider brought no usable answer.
    #[error("{fault} ({endpoint})")]
    Unreachable {
        /// What was called.
        endpoint: Endpoint,
        /// What went wrong.
        fault: Fault,
    },
    /// The discovery document is another issuer's.
    #[error("the provider calls itself `{found}`, and `{configured}` is configured")]
    OtherIssuer {
        /// What we were told.
        configured: String,
        /// What the document says.
        found: String,
    },
    /// The discovery document names an address without TLS.
    #[error("the provider's {endpoint} is not https")]
    InsecureEndpoint {
        /// Which.
        endpoint: Endpoint,
    },
    /// The token endpoint takes our secret in no way that we know.
    #[error("the provider takes a client secret in none of our two ways, only by: {offered}")]
    NoWayToProveTheSecret {
        /// What it takes.
        offered: String,
    },

    /// The answer belongs to no sign-in of this browser.
    #[error("the answer's state is not the one that was sent")]
    OtherState,
    /// The sign-in was begun with another provider.
    #[error("the sign-in was begun with another provider")]
    OtherProvider,
    /// The person took longer than a sign-in may take.
    #[error("the sign-in was begun more than 10 minutes ago")]
    TooLate,
    /// The answer is somebody else's (RFC 9207).
    #[error("the answer is from `{found}`, and `{expected}` was asked")]
    AnswerOfOtherIssuer {
        /// Whom we asked.
        expected: String,
        /// Who answered.
        found: String,
    },
    /// The answer does not say whose it is, although the provider promises it (RFC 9207).
    #[error("the answer does not name its issuer, although the provider says that it would")]
    AnswerWithoutIssuer,
    /// The person or the provider's policy said no.
    #[error("the provider denied the sign-in{}", in_words(.0.as_deref()))]
    Denied(
        /// The provider's words.
        Option<String>,
    ),
    /// The provider answered with another error.
    #[error("the provider answered `{code}`{}", in_words(.said.as_deref()))]
    NotAuthorized {
        /// Its code.
        code: String,
        /// Its words.
        said: Option<String>,
    },
    /// The answer has neither a code nor an error.
    #[error("the answer has no code")]
    NoCode,

    /// The token endpoint does not know us.
    #[error("the provider refuses our client id or secret{}", in_words(.0.as_deref()))]
    ClientRefused(
        /// The provider's words.
        Option<String>,
    ),
    /// The token endpoint does not take the code.
    #[error("the provider refuses the code: it was used before, or is too old{}", in_words(.0.as_deref()))]
    CodeRefused(
        /// The provider's words.
        Option<String>,
    ),
    /// The token endpoint refuses for another reason.
    #[error("the provider's token endpoint answered `{code}`{}", in_words(.said.as_deref()))]
    ExchangeRefused {
        /// Its code.
        code: String,
        /// Its words.
        said: Option<String>,
    },
    /// There is no ID token among the tokens.
    #[error("the provider sent no ID token")]
    NoIdToken,

    /// The ID token cannot be taken apart.
    #[error("the ID token cannot be read: {part}")]
    TokenMalformed {
        /// Where it is odd.
        part: &'static str,
    },
    /// The ID token is signed in a way we do not take: unsigned, symmetric, or unknown to us.
    #[error("the ID token is signed with `{algorithm}`, which is not accepted")]
    AlgorithmRefused {
        /// What its header says.
        algorithm: String,
    },
    /// No published key signed the ID token.
    #[error("the ID token names a key that the provider does not publish")]
    UnknownKey,
    /// Several published keys may have signed it, and it names none.
    #[error("the ID token does not say which of the provider's keys signed it")]
    AmbiguousKey,
    /// The signature is not the key's.
    #[error("the ID token's signature is wrong")]
    SignatureWrong,
    /// The ID token is another issuer's.
    #[error("the ID token is from `{found}`, and `{expected}` was asked")]
    TokenOfOtherIssuer {
        /// Whom we asked.
        expected: String,
        /// Who issued it.
        found: String,
    },
    /// The ID token is for somebody else, or for somebody else too.
    #[error("the ID token is for `{found}`, and it must be for `{expected}` alone")]
    OtherAudience {
        /// We.
        expected: String,
        /// Everybody it is for.
        found: String,
    },
    /// The ID token was issued to somebody else.
    #[error("the ID token was issued to `{found}`, not to us")]
    OtherParty {
        /// Who that is.
        found: String,
    },
    /// The ID token answers another sign-in.
    #[error("the ID token's nonce is not the one that was sent")]
    OtherNonce,
    /// The ID token belongs to another access token.
    #[error("the ID token belongs to another access token")]
    OtherAccessToken,
    /// The ID token's time is over.
    #[error("the ID token expired {seconds} s ago by this server's clock")]
    Expired {
        /// How long ago.
        seconds: i64,
    },
    /// The ID token was issued at a time that has not come.
    #[error(
        "the ID token is from the future: this server's clock is {seconds} s behind the provider's"
    )]
    FromTheFuture {
        /// How far away that time is.
        seconds: i64,
    },
    /// The ID token was issued too long ago to be the answer to this sign-in.
    #[error("the ID token was issued {seconds} s ago by this server's clock")]
    TooOld {
        /// How long ago.
        seconds: i64,
    },
    /// The ID token lacks a claim that every one has.
    #[error("the ID token has no `{claim}` claim")]
    ClaimMissing {
        /// Which.
        claim: &'static str,
    },
    /// A claim of the ID token is of another type or out of bounds.
    #[error("the ID token's `{claim}` claim cannot be used")]
    ClaimUnusable {
        /// Which.
        claim: &'static str,
    },
}

impl Error {
    /// A stable word for metrics and for the record.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unreachable { fault, .. } => fault.reason(),
            Self::OtherIssuer { .. } => "discovery_issuer_mismatch",
            Self::InsecureEndpoint { .. } => "endpoint_insecure",
            Self::NoWayToProveTheSecret { .. } => "client_authentication_unsupported",
            Self::OtherState => "state_mismatch",
            Self::OtherProvider => "provider_mismatch",
            Self::TooLate => "sign_in_too_late",
            Self::AnswerOfOtherIssuer { .. } => "answer_issuer_mismatch",
            Self::AnswerWithoutIssuer => "answer_issuer_missing",
            Self::Denied(_) => "denied",
            Self::NotAuthorized { .. } => "not_authorized",
            Self::NoCode => "code_missing",
            Self::ClientRefused(_) => "client_refused",
            Self::CodeRefused(_) => "code_refused",
            Self::ExchangeRefused { .. } => "exchange_refused",
            Self::NoIdToken => "id_token_missing",
            Self::TokenMalformed { .. } => "id_token_malformed",
            Self::AlgorithmRefused { .. } => "algorithm_refused",
            Self::UnknownKey => "key_unknown",
            Self::AmbiguousKey => "key_ambiguous",
            Self::SignatureWrong => "signature_wrong",
            Self::TokenOfOtherIssuer { .. } => "token_issuer_mismatch",
            Self::OtherAudience { .. } => "audience_mismatch",
            Self::OtherParty { .. } => "authorized_party_mismatch",
            Self::OtherNonce => "nonce_mismatch",
            Self::OtherAccessToken => "access_token_hash_mismatch",
            Self::Expired { .. } => "id_token_expired",
            Self::FromTheFuture { .. } => "clock_behind",
            Self::TooOld { .. } => "id_token_too_old",
            Self::ClaimMissing { .. } => "claim_missing",
            Self::ClaimUnusable { .. } => "claim_unusable",
        }
    }

    /// What an administrator does about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable {
                endpoint: Endpoint::Discovery,
                fault: Fault::Status { status: 404 },
            } => "mend the path in `auth.oidc.issuer`: the discovery document must be below it",
            Self::Unreachable { fault, .. } => fault.remedy(),
            Self::OtherIssuer { .. } => {
                "set `auth.oidc.issuer` to what the provider calls itself, to the letter and with or without the last slash"
            }
            Self::InsecureEndpoint { .. } => {
                "let the provider use https, and tell it its outer address if it stands behind a proxy"
            }
            Self::NoWayToProveTheSecret { .. } => {
                "let this client use `client_secret_basic` or `client_secret_post` at the provider"
            }
            Self::OtherState | Self::OtherProvider | Self::NoCode => {
                "begin the sign-in again, in the same browser and not from a bookmark"
            }
            Self::TooLate => "begin the sign-in again",
            Self::AnswerOfOtherIssuer { .. }
            | Self::AnswerWithoutIssuer
            | Self::TokenOfOtherIssuer { .. } => {
                "begin again; if it stays, the provider names itself differently in different places"
            }
            Self::Denied(_) => "let the provider allow this person to use this application",
            Self::NotAuthorized { .. } | Self::ExchangeRefused { .. } => {
                "compare redirect URI, scopes and flow with this client's registration at the provider"
            }
            Self::ClientRefused(_) => {
                "check `auth.oidc.client_id` and the secret, which is in `auth.oidc.client_secret_file` or ARGUS_OIDC_<ID>_SECRET"
            }
            Self::CodeRefused(_) => {
                "begin the sign-in again; if it stays, compare the redirect URI with the registered one"
            }
            Self::NoIdToken => "let the provider grant the `openid` scope to this client",
            Self::AlgorithmRefused { .. } => {
                "let the provider sign with RS256, PS256, ES256 or EdDSA"
            }
            Self::UnknownKey | Self::AmbiguousKey => {
                "try again in half a minute; if it stays, the provider publishes other keys than it signs with"
            }
            Self::OtherAudience { .. } | Self::OtherParty { .. } => {
                "set `auth.oidc.client_id` to this application's own, and let the provider issue tokens for it alone"
            }
            Self::Expired { .. } | Self::FromTheFuture { .. } | Self::TooOld { .. } => {
                "set the clocks of this server and of the provider"
            }
            Self::OtherNonce | Self::OtherAccessToken | Self::SignatureWrong => {
                "begin the sign-in again; if it stays, somebody is between this server and the provider"
            }
            Self::TokenMalformed { .. }
            | Self::ClaimMissing { .. }
            | Self::ClaimUnusable { .. } => {
                "compare the provider's settings for this client with the OpenID standard"
            }
        }
    }
}

/// The provider's own words, in brackets.
fn in_words(words: Option<&str>) -> String {
    words.map(|words| format!(" ({words})")).unwrap_or_default()
}
