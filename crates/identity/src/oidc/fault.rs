//! Why a call to a provider brought no usable answer, told from what lies below the HTTP library's error.

use std::{error::Error as StdError, fmt, io};

use rustls::CertificateError;

/// What of a provider was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// The discovery document.
    Discovery,
    /// The set of signing keys.
    Keys,
    /// The authorization endpoint; a browser goes there, not we.
    Authorization,
    /// Where codes become tokens.
    Token,
}

/// What went wrong with one call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nobody we trust signed its certificate.
    #[error("the provider's certificate is signed by an unknown authority")]
    UnknownAuthority {
        /// Whether an administrator said whom we trust.
        configured: bool,
    },
    /// Signed by somebody who only has the name of an authority that we trust: a new one of the same name, mostly.
    #[error("the provider's certificate is not signed by the authority that it names")]
    AuthorityOfSameName,
    /// The certificate is somebody else's.
    #[error("the provider's certificate is for another name")]
    WrongName,
    /// The certificate's time is over.
    #[error("the provider's certificate has expired")]
    CertificateExpired,
    /// The certificate's time has not come.
    #[error("the provider's certificate is not valid yet")]
    CertificateNotYetValid,
    /// Any other refusal by TLS.
    #[error("no TLS session with the provider: {reason}")]
    Tls {
        /// The TLS library's words.
        reason: String,
    },
    /// Nobody listens.
    #[error("the provider refuses the connection")]
    Refused,
    /// Too slow.
    #[error("the provider did not answer in time")]
    TimedOut,
    /// Its name leads nowhere.
    #[error("the provider's host name cannot be resolved")]
    NotResolved,
    /// There is no way there, or the connection ended early.
    #[error("the connection to the provider failed")]
    ConnectionLost,
    /// More than we read.
    #[error("the provider's answer is longer than {limit} bytes")]
    TooLong {
        /// Our limit.
        limit: usize,
    },
    /// It sends us elsewhere.
    #[error("the provider answered {status}, a redirect, which is not followed")]
    Redirected {
        /// The status.
        status: u16,
    },
    /// An error of its own.
    #[error("the provider answered {status}")]
    Status {
        /// The status.
        status: u16,
    },
    /// Not what the standard says is there.
    #[error("the provider's answer cannot be read at {path}: {reason}")]
    Unreadable {
        /// The place in it; `.` is the whole.
        path: String,
        /// What is wrong there; never what stands there.
        reason: &'static str,
    },
}

impl Fault {
    /// What an error of the HTTP library means.
    pub(crate) fn of(error: &reqwest::Error, configured: bool) -> Self {
        if let Some(tls) = chain(error).find_map(|below| below.downcast_ref::<rustls::Error>()) {
            return Self::of_tls(tls, configured);
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        if error.is_dns() {
            return Self::NotResolved;
        }
        let refused = chain(error)
            .filter_map(|below| below.downcast_ref::<io::Error>())
            .any(|below| below.kind() == io::ErrorKind::ConnectionRefused);
        if refused {
            Self::Refused
        } else {
            Self::ConnectionLost
        }
    }

    fn of_tls(error: &rustls::Error, configured: bool) -> Self {
        let rustls::Error::InvalidCertificate(certificate) = error else {
            return Self::Tls {
                reason: error.to_string(),
            };
        };
        match certificate {
            CertificateError::UnknownIssuer => Self::UnknownAuthority { configured },
            CertificateError::BadSignature => Self::AuthorityOfSameName,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::WrongName
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                Self::CertificateExpired
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::CertificateNotYetValid
            }
            other => Self::Tls {
                reason: other.to_string(),
            },
        }
    }

    /// Something in a JSON document, without the value that stands there.
    pub(crate) fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        use serde_json::error::Category;
        Self::Unreadable {
            path: super::shown::shown(&error.path().to_string()),
            reason: match error.inner().classify() {
                Category::Data => "a value is missing or of another type",
                Category::Syntax | Category::Io => "it is not JSON",
                Category::Eof => "it ends early",
            },
        }
    }

    /// A stable word for metrics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "certificate_unknown_authority",
            Self::AuthorityOfSameName => "certificate_signature_wrong",
            Self::WrongName => "certificate_wrong_name",
            Self::CertificateExpired => "certificate_expired",
            Self::CertificateNotYetValid => "certificate_not_yet_valid",
            Self::Tls { .. } => "tls_failed",
            Self::Refused => "connection_refused",
            Self::TimedOut => "timed_out",
            Self::NotResolved => "name_not_resolved",
            Self::ConnectionLost => "connection_lost",
            Self::TooLong { .. } => "answer_too_long",
            Self::Redirected { .. } => "redirected",
            Self::Status { .. } => "http_status",
            Self::Unreadable { .. } => "answer_unreadable",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { configured: false } => "set `auth.oidc.ca_file`",
            Self::UnknownAuthority { configured: true } => {
                "`auth.oidc.ca_file` holds other authorities than the one that signed it: put that one in"
            }
            Self::AuthorityOfSameName => {
                "put the authority's present certificate into `auth.oidc.ca_file`: one of the same name with another key is trusted now"
            }
            Self::WrongName => {
                "use the name in the certificate as `auth.oidc.issuer`, or give the provider a certificate for this one"
            }
            Self::CertificateExpired => "renew the provider's certificate",
            Self::CertificateNotYetValid => "compare this server's clock with the provider's",
            Self::Tls { .. } => {
                "let the provider offer TLS 1.2 or 1.3 with a certificate of X.509 version 3"
            }
            Self::Refused => "start the provider, or mend the port in `auth.oidc.issuer`",
            Self::TimedOut | Self::ConnectionLost => {
                "look at the provider, and at the network and firewalls on the way to it"
            }
            Self::NotResolved => "mend the host name in `auth.oidc.issuer`, or this server's DNS",
            Self::Redirected { .. } => {
                "set `auth.oidc.issuer` to the address that the provider itself uses"
            }
            Self::Status { status: 404 } => {
                "mend the path in `auth.oidc.issuer`: the discovery document must be below it"
            }
            Self::Status { .. } => "look into the provider's log",
            Self::TooLong { .. } | Self::Unreadable { .. } => {
                "mend `auth.oidc.issuer`: something else than an OpenID provider answers there"
            }
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discovery => "discovery document",
            Self::Keys => "signing keys",
            Self::Authorization => "authorization endpoint",
            Self::Token => "token endpoint",
        })
    }
}

/// An error and everything below it. `io::Error` hides what it wraps from `source`, so it is opened here.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}
