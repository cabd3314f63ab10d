//! Why a ceremony failed: a class of its own for each thing that somebody may have to look into.

use webauthn_rs::prelude::WebauthnError;

/// Why a ceremony failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Longer than any answer of a browser.
    #[error("the answer of the browser is too long")]
    TooLarge,
    /// Not the answer that browsers give.
    #[error("the answer of the browser can't be read")]
    Malformed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An answer to another question: a sign-in does not finish an enrolment.
    #[error("the answer belongs to another kind of ceremony")]
    OtherCeremony,
    /// Another challenge was signed: a replay, or an answer that came to the wrong ceremony.
    #[error("the answer belongs to another challenge")]
    Challenge,
    /// It was given to another site, or from within another site's page.
    #[error("the answer was given to another origin")]
    Origin,
    /// The authenticator signed for another host.
    #[error("the answer was made for another relying party")]
    RelyingParty,
    /// Nobody touched the authenticator.
    #[error("nobody was present at the authenticator")]
    NotPresent,
    /// The authenticator did not check who touched it.
    #[error("the authenticator did not verify the person")]
    NotVerified,
    /// Not a passkey that was asked for.
    #[error("the passkey is not one that was asked for")]
    UnknownPasskey,
    /// The answer names another person than the passkey's owner, or nobody.
    #[error("the answer names another person")]
    OtherPerson,
    /// The person has no passkey to be asked for.
    #[error("the person has no passkey")]
    NoPasskey,
    /// The counter did not go up: there are two copies of the key.
    #[error("the passkey's counter did not go up, so there may be a copy of it")]
    Cloned,
    /// The signature is wrong.
    #[error("the signature is not the passkey's")]
    Signature,
    /// The browser made a key that can't be found without a name.
    #[error("the authenticator kept no passkey that it can find again by itself")]
    NotDiscoverable,
    /// Another kind of key than was asked for, or one that is enrolled already.
    #[error(
        "the authenticator made another kind of key than was asked for, or one that is known already"
    )]
    NotAsAsked,
    /// What a key says about its copies changed, which it never does by itself.
    #[error("what the passkey says about its backup does not fit what it said before")]
    BackupChanged,
    /// Anything else that the library refuses.
    #[error("the answer of the authenticator was refused")]
    Refused(#[source] WebauthnError),
}

impl Error {
    /// A short name for metrics and records.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed(_) => "malformed",
            Self::OtherCeremony => "other_ceremony",
            Self::Challenge => "challenge",
            Self::Origin => "origin",
            Self::RelyingParty => "relying_party",
            Self::NotPresent => "not_present",
            Self::NotVerified => "not_verified",
            Self::UnknownPasskey => "unknown_passkey",
            Self::OtherPerson => "other_person",
            Self::NoPasskey => "no_passkey",
            Self::Cloned => "cloned",
            Self::Signature => "signature",
            Self::NotDiscoverable => "not_discoverable",
            Self::NotAsAsked => "not_as_asked",
            Self::BackupChanged => "backup_changed",
            Self::Refused(_) => "refused",
        }
    }
}

impl From<WebauthnError> for Error {
    fn from(error: WebauthnError) -> Self {
        use WebauthnError as Theirs;
        match error {
            Theirs::InvalidClientDataType => Self::OtherCeremony,
            Theirs::MismatchedChallenge => Self::Challenge,
            Theirs::InvalidRPOrigin | Theirs::CredentialCrossOrigin => Self::Origin,
            Theirs::InvalidRPIDHash => Self::RelyingParty,
            Theirs::UserNotPresent => Self::NotPresent,
            Theirs::UserNotVerified => Self::NotVerified,
            Theirs::CredentialNotFound => Self::UnknownPasskey,
            Theirs::InvalidUserUniqueId => Self::OtherPerson,
            Theirs::CredentialPossibleCompromise => Self::Cloned,
            Theirs::AuthenticationFailure | Theirs::SignatureInvalid => Self::Signature,
            Theirs::CredentialAlteredAlgFromRequest | Theirs::CredentialExcludedFromRequest => {
                Self::NotAsAsked
            }
            Theirs::CredentialBackupEligibilityInconsistent
            | Theirs::CredentialMayNotBeHardwareBound => Self::BackupChanged,
            unreadable @ (Theirs::ParseBase64Failure(_)
            | Theirs::ParseCBORFailure(_)
            | Theirs::ParseJSONFailure(_)
            | Theirs::ParseNOMFailure
            | Theirs::ParseInsufficientBytesAvailable) => Self::Malformed(unreadable.into()),
            other => Self::Refused(other),
        }
    }
}
