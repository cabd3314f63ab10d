//! From the HTTP library's errors to ours. Decides, from the phase in which it failed, what the peer may have seen.

use std::{error::Error as StdError, io};

use crate::{
    call::{CallId, Unsendable},
    error::{Cause, Error, NotSent, Stage, TlsFailure},
    resolve::NoDialableAddress,
    verifier::CertificateRefused,
};

/// An error before the head of an answer was read.
pub(crate) fn before_answer(call: &CallId, error: reqwest::Error) -> Error {
    let call = call.clone();
    // The connection is opened and the certificate accepted before the first byte of a request is written.
    if error.is_connect() {
        let kind = not_connected(error);
        return Error::NotSent { call, kind };
    }
    if error.is_builder() {
        let kind = NotSent::Refused(Unsendable::Malformed);
        return Error::NotSent { call, kind };
    }
    let stage = if error.is_timeout() {
        Stage::TimedOut
    } else {
        Stage::ConnectionLost
    };
    unknown(call, stage, error)
}

/// An error between the head and the end of an answer.
pub(crate) fn within_answer(call: &CallId, status: u16, error: reqwest::Error) -> Error {
    let stage = if error.is_timeout() {
        Stage::TimedOut
    } else {
        Stage::AnswerCutOff { status }
    };
    unknown(call.clone(), stage, error)
}

fn unknown(call: CallId, stage: Stage, error: reqwest::Error) -> Error {
    Error::Indeterminate {
        call,
        stage,
        cause: Some(Cause::new(error.without_url())),
    }
}

fn not_connected(error: reqwest::Error) -> NotSent {
    if let Some(failure) = chain(&error).find_map(tls_failure) {
        return NotSent::Tls(failure);
    }
    let resolving = error.is_dns() || chain(&error).any(<dyn StdError>::is::<NoDialableAddress>);
    let cause = Cause::new(error.without_url());
    if resolving {
        NotSent::Resolve(cause)
    } else {
        NotSent::Connect(cause)
    }
}

fn tls_failure(error: &(dyn StdError + 'static)) -> Option<TlsFailure> {
    let tls = error.downcast_ref::<rustls::Error>()?;
    if let rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other)) = tls
        && let Some(refused) = other.0.downcast_ref::<CertificateRefused>()
    {
        return Some(TlsFailure {
            seen: Some(refused.seen),
            reason: refused.reason.clone(),
        });
    }
    Some(TlsFailure {
        seen: None,
        reason: tls.to_string(),
    })
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
