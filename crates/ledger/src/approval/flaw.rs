//! Why a signed approval does not hold: a name for each way.

use crate::hash::Hash;

/// The first thing that is wrong with a signed approval or an export of some.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A part is not base64url without padding.
    #[error("its {part} is not base64url")]
    Encoding {
        /// Which part.
        part: &'static str,
    },
    /// The statement is none of this format, or not in its canonical form.
    #[error("its statement is not one of a known format in canonical form")]
    Statement,
    /// The client data is not what a browser writes.
    #[error("its client data can't be read")]
    ClientData,
    /// The passkey was asked for something else than an assertion.
    #[error("it was signed for another kind of ceremony")]
    Ceremony,
    /// The statement is not the one that was signed.
    #[error("another statement was signed")]
    Challenge,
    /// It was signed on another site's page, or within one.
    #[error("it was signed at another origin than {expected}")]
    Origin {
        /// The one that the statement names.
        expected: String,
    },
    /// The authenticator data is too short, or has flags for parts that are not there.
    #[error("its authenticator data can't be read")]
    AuthenticatorData,
    /// It was signed for another host.
    #[error("it was signed for another relying party")]
    RelyingParty,
    /// Nobody touched the authenticator.
    #[error("nobody was present at the authenticator")]
    NotPresent,
    /// The authenticator did not check who touched it.
    #[error("the authenticator did not verify the person")]
    NotVerified,
    /// The key is of no kind that is known here.
    #[error("its public key is of no known kind")]
    Key,
    /// The signature is not the key's.
    #[error("its signature is not the key's")]
    Signature,
    /// The bundle is not the one that the ledger names.
    #[error("its parts have the hash {computed} and it claims {claimed}")]
    OtherHash {
        /// Over what stands there.
        computed: Hash,
        /// What it claims.
        claimed: Hash,
    },
    /// It is about another proposal or revision.
    #[error("it is about another proposal or revision")]
    OtherProposal,
    /// It names another plan.
    #[error("it names the plan {found} and not {expected}")]
    OtherPlan {
        /// The plan's digest.
        expected: Hash,
        /// What the statement names.
        found: Hash,
    },
    /// The plan's text is not what its digest was taken over.
    #[error("the plan has the digest {computed} and the export claims {claimed}")]
    PlanDigest {
        /// Over the text that stands there.
        computed: Hash,
        /// What the export claims.
        claimed: Hash,
    },
    /// The plan says that it belongs to another proposal, or is no plan.
    #[error("the plan does not belong to this proposal")]
    PlanProposal,
    /// The same bundle stands there twice.
    #[error("it stands there twice")]
    Twice,
}
