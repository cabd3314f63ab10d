//! A plan with its signed approvals, as a file that can be checked anywhere.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Flaw, SignedApproval, Statement, verify};
use crate::hash::Hash;

/// The format of exports that this version writes and reads.
pub const EXPORT_FORMAT: &str = "argus approvals 1";

/// A plan and every approval of it that a passkey signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Export {
    /// [`EXPORT_FORMAT`].
    pub format: String,
    /// The proposal's id.
    pub proposal: String,
    /// Which of its plans: from 1.
    pub revision: u32,
    /// The plan's digest.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub digest: Hash,
    /// The plan as the text that the digest was taken over: its RFC 8785 form. As text, so that whatever reads and
    /// writes this file can't change a space of it.
    pub plan: String,
    /// The oldest first.
    pub approvals: Vec<Exported>,
}

/// One signed approval and the hash by which the ledger names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Exported {
    /// [`SignedApproval::sha256`].
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub sha256: Hash,
    /// The approval.
    pub signed: SignedApproval,
}

/// One approval of an export that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// What was signed.
    pub statement: Statement,
    /// By which kind of key.
    pub algorithm: &'static str,
    /// The hash by which the ledger names the key.
    pub key_sha256: Hash,
    /// The hash by which the ledger names the approval.
    pub sha256: Hash,
}

/// Why a text is no export.
#[derive(Debug, thiserror::Error)]
pub enum ReadExportError {
    /// It is no JSON of this shape.
    #[error("it is no export of approvals")]
    Json(#[from] serde_json::Error),
    /// It is of another format.
    #[error("its format is {0:?} and not {EXPORT_FORMAT:?}")]
    Format(String),
}

/// What of a plan is looked at here; the rest is the digest's matter.
#[derive(Deserialize)]
struct PlanHead {
    proposal: String,
}

impl Export {
    /// An export of these approvals.
    pub fn new(
        proposal: String,
        revision: u32,
        digest: Hash,
        plan: String,
        approvals: Vec<SignedApproval>,
    ) -> Self {
        Self {
            format: EXPORT_FORMAT.to_owned(),
            proposal,
            revision,
            digest,
            plan,
            approvals: approvals
                .into_iter()
                .map(|signed| Exported {
                    sha256: signed.sha256(),
                    signed,
                })
                .collect(),
        }
    }

    /// The export that a file's text is.
    pub fn parse(text: &str) -> Result<Self, ReadExportError> {
        let export: Self = serde_json::from_str(text)?;
        if export.format == EXPORT_FORMAT {
            Ok(export)
        } else {
            Err(ReadExportError::Format(export.format))
        }
    }

    /// Whether the plan is the one that the digest names.
    pub fn check_plan(&self) -> Result<(), Flaw> {
        let computed = Hash::new(Sha256::digest(self.plan.as_bytes()).into());
        if computed != self.digest {
            return Err(Flaw::PlanDigest {
                computed,
                claimed: self.digest,
            });
        }
        let head: PlanHead = serde_json::from_str(&self.plan).map_err(|_| Flaw::PlanProposal)?;
        if head.proposal == self.proposal {
            Ok(())
        } else {
            Err(Flaw::PlanProposal)
        }
    }

    /// What was signed in the approval at `index`, if it holds and is about this plan.
    pub fn check_approval(&self, index: usize) -> Option<Result<Proven, Flaw>> {
        let exported = self.approvals.get(index)?;
        Some(self.check(exported, &self.approvals[..index]))
    }

    fn check(&self, exported: &Exported, before: &[Exported]) -> Result<Proven, Flaw> {
        let Exported { sha256, signed } = exported;
        let computed = signed.sha256();
        if computed != *sha256 {
            return Err(Flaw::OtherHash {
                computed,
                claimed: *sha256,
            });
        }
        let statement = verify(signed)?;
        if (statement.proposal.as_str(), statement.revision) != (&self.proposal, self.revision) {
            return Err(Flaw::OtherProposal);
        }
        if statement.digest != self.digest {
            return Err(Flaw::OtherPlan {
                expected: self.digest,
                found: statement.digest,
            });
        }
        if before
            .iter()
            .any(|other| other.signed.statement == signed.statement)
        {
            return Err(Flaw::Twice);
        }
        let key = super::signed::key(signed)?;
        Ok(Proven {
            statement,
            algorithm: key.algorithm(),
            key_sha256: signed.key_sha256()?,
            sha256: *sha256,
        })
    }
}
