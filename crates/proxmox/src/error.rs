//! What can go wrong with a call, told apart by the one question that matters: did it happen?

mod api;
mod obstacle;

use std::{fmt, sync::Arc};

pub use api::{ApiError, ApiErrorKind};

use crate::{
    call::{CallId, Unsendable},
    pin::Fingerprint,
};

/// A failed call.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Provably nothing reached a handler: it may be done again, even if it writes.
    #[error("{call} was not sent: {kind}")]
    NotSent {
        /// The call.
        call: CallId,
        /// What stood in the way.
        kind: NotSent,
    },
    /// It may have been carried out, now or later. Look before anything else is sent.
    #[error("the outcome of {call} is unknown: {stage}")]
    Indeterminate {
        /// The call.
        call: CallId,
        /// How far it came.
        stage: Stage,
        /// What ended it, where something below told.
        #[source]
        cause: Option<Cause>,
    },
    /// Proxmox answered with an error of its own.
    #[error(transparent)]
    Api(ApiError),
    /// A read was answered with success and a body that cannot be read. A write never fails like this: its outcome is
    /// [`Error::Indeterminate`] then.
    #[error("the answer to {call} cannot be read at {path}: {reason}")]
    Decode {
        /// The call.
        call: CallId,
        /// The place in the body, such as `data[3].mem`; `.` is the body itself.
        path: String,
        /// What is wrong there.
        reason: String,
    },
}

/// Why nothing was sent.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NotSent {
    /// We refused the call ourselves.
    #[error("{0}")]
    Refused(Unsendable),
    /// The host's name leads nowhere, or only where no node may be.
    #[error("the host name cannot be resolved")]
    Resolve(#[source] Cause),
    /// No TCP connection: refused, unreachable or not in time.
    #[error("no connection")]
    Connect(#[source] Cause),
    /// No TLS session; the request with the token stayed here.
    #[error("no TLS session: {0}")]
    Tls(TlsFailure),
    /// The node that answers could not connect to the node that is meant (595).
    #[error("the node that is meant cannot be reached: {reason}")]
    NodeUnreachable {
        /// The answering node's words.
        reason: String,
    },
}

/// Why there is no TLS session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFailure {
    /// The certificate that was refused, where it came that far. An administrator compares it with what
    /// `pvenode cert info` prints on the node.
    pub seen: Option<Fingerprint>,
    /// The TLS library's or the verifier's words.
    pub reason: String,
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seen {
            Some(seen) => write!(f, "certificate {seen} refused, {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// How far a call with an unknown outcome came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stage {
    /// No complete answer within the time limit.
    #[error("no complete answer in time")]
    TimedOut,
    /// The connection ended before the head of an answer.
    #[error("the connection ended before an answer")]
    ConnectionLost,
    /// The head came, the body did not come whole.
    #[error("the connection ended within the answer, status {status}")]
    AnswerCutOff {
        /// The status in the head.
        status: u16,
    },
    /// The body is longer than we read.
    #[error("the answer is longer than {limit} bytes, status {status}")]
    AnswerTooLong {
        /// The status in the head.
        status: u16,
        /// Our limit in bytes.
        limit: usize,
    },
    /// Somebody in between answered (596, 597, 599, a gateway's error or a redirect); the node may still be working.
    #[error("somebody in between answered {status}: {reason}")]
    InBetween {
        /// The status.
        status: u16,
        /// The reason phrase.
        reason: String,
    },
    /// A write was answered with success and a body that cannot be read.
    #[error("it succeeded, and its answer cannot be read at {path}: {reason}")]
    AnswerUnreadable {
        /// The place in the body.
        path: String,
        /// What is wrong there.
        reason: String,
    },
}

/// An error below ours, kept for the chain.
#[derive(Clone)]
pub struct Cause(Arc<dyn std::error::Error + Send + Sync>);

impl Cause {
    pub(crate) fn new(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl Error {
    /// Whether the same *read* may be tried again after a pause. Says nothing about writes.
    pub fn is_retryable_read(&self) -> bool {
        match self {
            Self::NotSent { kind, .. } => match kind {
                NotSent::Resolve(_) | NotSent::Connect(_) | NotSent::NodeUnreachable { .. } => true,
                NotSent::Refused(_) | NotSent::Tls(_) => false,
            },
            Self::Indeterminate { stage, .. } => match stage {
                Stage::TimedOut | Stage::ConnectionLost | Stage::AnswerCutOff { .. } => true,
                Stage::InBetween { status, .. } => *status >= 500,
                Stage::AnswerTooLong { .. } | Stage::AnswerUnreadable { .. } => false,
            },
            Self::Api(error) => matches!(
                error.kind(),
                ApiErrorKind::LockTimeout | ApiErrorKind::NoQuorum | ApiErrorKind::NodeUnreachable
            ),
            Self::Decode { .. } => false,
        }
    }

    /// The call that failed; unknown where Proxmox itself said no.
    pub fn call(&self) -> Option<&CallId> {
        match self {
            Self::NotSent { call, .. }
            | Self::Indeterminate { call, .. }
            | Self::Decode { call, .. } => Some(call),
            Self::Api(_) => None,
        }
    }

    /// Whether a write may have been carried out although it failed here.
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Indeterminate { .. })
    }

    /// The class of Proxmox's own error, where it is one.
    pub fn api_kind(&self) -> Option<ApiErrorKind> {
        match self {
            Self::Api(error) => Some(error.kind()),
            Self::NotSent { .. } | Self::Indeterminate { .. } | Self::Decode { .. } => None,
        }
    }
}
