//! What lies between the two halves of a sign-in.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use super::config::ProviderId;

/// How long a person may take at the provider.
pub const MAX_AGE: Duration = Duration::minutes(10);

/// A sign-in that was begun. It holds secrets: keep it on the server, sealed, for [`MAX_AGE`] at most, and take it out
/// only once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// With whom.
    pub provider: ProviderId,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub begun_at: OffsetDateTime,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

/// What the browser brought back from the provider: the query of the redirect, as it came.
#[derive(Clone, Default, Deserialize)]
pub struct Answer {
    /// The code to exchange.
    pub code: Option<String>,
    /// Which sign-in this answers.
    pub state: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// The same in the provider's words.
    pub error_description: Option<String>,
}

impl Pending {
    /// The state parameter, by which a store finds this sign-in again.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// Compares digests, so that time tells nothing about the state.
    pub(crate) fn is_answered_by(&self, state: &str) -> bool {
        Sha256::digest(&self.state) == Sha256::digest(state)
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("provider", &self.provider)
            .field("begun_at", &self.begun_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("code", &self.code.is_some())
            .field("state", &self.state.is_some())
            .field("iss", &self.iss)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// 256 random bits as text.
pub(crate) fn random() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending() -> Pending {
        Pending {
            provider: ProviderId::parse("idp").expect("a provider id"),
            begun_at: OffsetDateTime::UNIX_EPOCH,
            state: "the-state".to_owned(),
            nonce: "the-nonce".to_owned(),
            verifier: "the-verifier".to_owned(),
        }
    }

    #[test]
    fn a_pending_sign_in_survives_its_store_and_prints_no_secret() {
        let kept = serde_json::to_string(&pending()).unwrap();
        let back: Pending = serde_json::from_str(&kept).unwrap();
        assert_eq!(back.verifier, "the-verifier");
        assert!(back.is_answered_by("the-state"));
        assert!(!back.is_answered_by("the-stat"));
        let printed = format!("{back:?}");
        for secret in ["the-state", "the-nonce", "the-verifier"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }

    #[test]
    fn an_answer_does_not_print_its_code() {
        let answer = Answer {
            code: Some("the-code".to_owned()),
            state: Some("the-state".to_owned()),
            ..Answer::default()
        };
        let printed = format!("{answer:?}");
        assert!(
            !printed.contains("the-code") && !printed.contains("the-state"),
            "{printed}"
        );
    }
}
