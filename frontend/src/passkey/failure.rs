//! Why a ceremony brought nothing.

use super::Obstacle;
use crate::api::ApiError;

/// Why a ceremony brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Argus did not begin it, or did not take the answer.
    #[error("argus did not take it")]
    Api(#[from] ApiError),
    /// The person has no passkey to be asked for.
    #[error("there is no passkey")]
    NoPasskey,
    /// Passkeys cannot be used here.
    #[error("passkeys cannot be used here")]
    Unavailable(Obstacle),
    /// The person or the browser broke it off. Browsers do not tell which, nor whether the device had a passkey
    /// at all: a page must not learn that.
    #[error("the ceremony was broken off")]
    Cancelled,
    /// The authenticator holds a passkey of this account already.
    #[error("this authenticator has one already")]
    AlreadyThere,
    /// The authenticator cannot make what Argus asks for.
    #[error("the authenticator can't")]
    NotCapable,
    /// The browser has another reason, in its own words.
    #[error("the browser refused: {0}")]
    Browser(String),
}

impl Failure {
    /// What a browser means by what it threw.
    pub(super) fn thrown(name: &str, message: &str) -> Self {
        match name {
            "NotAllowedError" | "AbortError" => Self::Cancelled,
            "InvalidStateError" => Self::AlreadyThere,
            "ConstraintError" | "NotSupportedError" => Self::NotCapable,
            "" => Self::Browser(message.to_owned()),
            _ => Self::Browser(format!("{name}: {message}")),
        }
    }

    /// What happened, for a person.
    pub fn title(&self) -> String {
        match self {
            Self::Api(error) => error.title(),
            Self::NoPasskey => "You have no passkey.".to_owned(),
            Self::Unavailable(obstacle) => obstacle.title().to_owned(),
            Self::Cancelled => "No passkey was given.".to_owned(),
            Self::AlreadyThere => "This device has a passkey of yours already.".to_owned(),
            Self::NotCapable => "This device cannot hold the passkey.".to_owned(),
            Self::Browser(_) => "The browser refused.".to_owned(),
        }
    }

    /// What to do, for a person.
    pub fn advice(&self) -> String {
        match self {
            Self::Api(error) => error.advice(),
            Self::NoPasskey => "This takes one, to show that it is you.".to_owned(),
            Self::Unavailable(obstacle) => obstacle.advice(),
            Self::Cancelled => {
                "It was cancelled or took too long, or this device has none for Argus. Nothing was sent; try again."
                    .to_owned()
            }
            Self::AlreadyThere => "Use it, or add another device.".to_owned(),
            Self::NotCapable => {
                "It must keep passkeys and check a PIN, a fingerprint or a face. Use another device or security key."
                    .to_owned()
            }
            Self::Browser(words) => words.clone(),
        }
    }

    /// Whether a passkey under Account would help.
    pub fn wants_passkey(&self) -> bool {
        matches!(self, Self::NoPasskey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_throw_is_told_apart() {
        for (name, failure) in [
            ("NotAllowedError", Failure::Cancelled),
            ("AbortError", Failure::Cancelled),
            ("InvalidStateError", Failure::AlreadyThere),
            ("NotSupportedError", Failure::NotCapable),
            (
                "SecurityError",
                Failure::Browser("SecurityError: no".to_owned()),
            ),
        ] {
            assert_eq!(Failure::thrown(name, "no"), failure, "{name}");
        }
    }

    #[test]
    fn a_browser_s_own_words_are_passed_on() {
        assert_eq!(Failure::thrown("", "odd").advice(), "odd");
    }
}
