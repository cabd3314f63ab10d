//! What a request presents as proof of who sends it, and what is answered where that is none.

use argus_identity::access_token::{Reason, Refused};
use argus_types::problem::ProblemCode;
use http::{HeaderMap, header};

use super::cookie::{access_in, refresh_in};
use super::sessions::API_TOKEN_PREFIX;
use crate::problem::ApiProblem;

/// What a request presents. A script's header wins over a browser's cookie: only a script can set it.
#[derive(Clone, Copy)]
pub(super) enum Presented<'a> {
    Access(&'a str),
    Bearer(&'a str),
}

impl<'a> Presented<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Result<Self, ApiProblem> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let token = value
                .to_str()
                .ok()
                .and_then(|text| text.strip_prefix("Bearer "));
            let token = token.filter(|token| token.starts_with(API_TOKEN_PREFIX));
            let Some(token) = token else {
                refused("api_token", "shape");
                return Err(ApiProblem::new(
                    ProblemCode::NotSignedIn,
                    "Only an API token of Argus (`argus_…`) goes into `Authorization: Bearer`.",
                ));
            };
            return Ok(Self::Bearer(token));
        }
        match access_in(headers) {
            Some(token) => Ok(Self::Access(token)),
            None if refresh_in(headers).is_some() => Err(access_expired()),
            None => Err(not_signed_in()),
        }
    }

    pub(super) fn secret(self) -> &'a str {
        match self {
            Self::Access(token) | Self::Bearer(token) => token,
        }
    }
}

/// What a refused access token means to its bearer. Forgeries learn nothing from the answer.
pub(super) fn refuse_access(refused_as: Refused, headers: &HeaderMap) -> ApiProblem {
    // A key that nobody knows any more was that of an old token: its session may go on.
    let is_over = matches!(
        refused_as,
        Refused::Expired | Refused::Invalid(Reason::UnknownKey)
    );
    if is_over && refresh_in(headers).is_some() {
        return access_expired();
    }
    refused("access_token", refused_as.class());
    not_signed_in()
}

/// Counts a refused credential; the label is of a closed list.
pub(super) fn refused(credential: &'static str, class: &'static str) {
    metrics::counter!("argus_credentials_refused_total", "credential" => credential, "class" => class)
        .increment(1);
    tracing::info!(credential, class, "a credential was refused");
}

fn access_expired() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::AccessExpired,
        "Post to /api/auth/refresh and try again.",
    )
}

pub(super) fn not_signed_in() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::NotSignedIn,
        "There is no session, or it has ended. Sign in and try again.",
    )
}
