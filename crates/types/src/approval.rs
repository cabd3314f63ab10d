//! Approvals: who decided what on which plan.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::{ExecutionId, PlanDigest, ProposalId, StepUpId};
use crate::person::Person;
use crate::policy;
use crate::text::PlainText;

/// One person's word on one plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Verdict {
    /// It may be done.
    Approve,
    /// It must not; the proposal is over.
    Reject,
}

impl Verdict {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }
}

impl std::str::FromStr for Verdict {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Approve, Self::Reject]
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
            .ok_or(())
    }
}

/// `POST /api/actions/{id}/approvals`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Decision {
    /// The digest of the plan that the person has read.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
    /// Their word.
    pub verdict: Verdict,
    /// Why; a rejection needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<PlainText<500>>,
    /// A fresh passkey assertion for approving this digest; a rejection needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub step_up: Option<StepUpId>,
}

/// A recorded decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Approval {
    /// Who.
    pub person: Person,
    /// Their word.
    pub verdict: Verdict,
    /// Why.
    pub comment: Option<String>,
    /// When.
    pub at: Timestamp,
    /// After this it counts no more.
    pub expires_at: Timestamp,
    /// Since when it counts no more because whoever gave it took it back.
    #[serde(default)]
    pub revoked_at: Option<Timestamp>,
    /// The passkey's signature; absent for a rejection, which takes none.
    #[serde(default)]
    pub signature: Option<ApprovalSignature>,
}

/// That an approval is signed; the whole of it is in the export: `GET /api/actions/{id}/approvals/export`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApprovalSignature {
    /// What its owner called the passkey.
    pub passkey: String,
    /// The hash by which the ledger names the signed approval.
    pub sha256: String,
}

/// `POST /api/actions/{id}/approvals/revoke`: takes one's own approval back while the proposal is in review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Revocation {
    /// The digest of the plan that was approved.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
    /// Why; kept in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<PlainText<500>>,
}

/// `POST /api/actions/{id}/changes`: the plan is not right yet; its author may make a successor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct ChangesRequest {
    /// The digest of the plan that the person has read.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
    /// What must be different; the author reads it.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub note: PlainText<500>,
}

/// Where a proposal stands: `GET /api/actions/{id}/approvals`. What concerns the caller is in `you`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Approvals {
    /// How many different people must approve the present plan.
    pub required: u8,
    /// Which rule says so, in a sentence.
    pub rule: String,
    /// What the policy says of the plan: what it said when it was made and what it says now, the stricter of the two.
    #[serde(default)]
    pub policy: Option<policy::Verdict>,
    /// Decisions on the present plan, the oldest first.
    pub given: Vec<Approval>,
    /// How many of them count at this moment.
    pub counting: u8,
    /// What the caller may do, and why not.
    pub you: YouMay,
}

/// What the caller may do about a proposal; each absent reason means: may.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct YouMay {
    /// Why the caller cannot approve.
    pub not_approve: Option<String>,
    /// Why the caller cannot reject.
    pub not_reject: Option<String>,
    /// Why the caller cannot ask for changes.
    #[serde(default)]
    pub not_request_changes: Option<String>,
    /// Why the caller cannot take an approval of theirs back.
    #[serde(default)]
    pub not_revoke: Option<String>,
    /// Why the caller cannot confirm.
    pub not_confirm: Option<String>,
    /// Why the caller cannot break glass.
    pub not_break_glass: Option<String>,
}

/// `POST /api/actions/{id}/break-glass`: confirm without the approvals that are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct BreakGlass {
    /// The digest of the plan that the person has read.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
    /// Why it cannot wait, in at least 20 characters. Everybody is told, and somebody else must look at it later.
    #[cfg_attr(feature = "schema", schemars(length(min = 20)))]
    pub reason: PlainText<500>,
    /// Why no snapshot is taken first, as in a confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_snapshot: Option<PlainText<500>>,
    /// A fresh passkey assertion for breaking glass over this digest.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub step_up: StepUpId,
}

/// Fewest characters of [`BreakGlass::reason`].
pub const BREAK_GLASS_REASON: usize = 20;

/// `POST /api/actions/{id}/break-glass/review`: somebody else has looked at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct BreakGlassReview {
    /// What they found.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub note: PlainText<500>,
}

/// A confirmation without the approvals that were missing: `GET /api/break-glass`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BrokenGlass {
    /// What was confirmed.
    pub proposal: ProposalId,
    /// Its title.
    pub title: String,
    /// The execution that it started.
    pub execution: ExecutionId,
    /// Who broke it.
    pub person: Person,
    /// Why it could not wait.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Who has looked at it; open while nobody has.
    pub reviewed_by: Option<Person>,
    /// When.
    pub reviewed_at: Option<Timestamp>,
    /// What they found.
    pub note: Option<String>,
}
