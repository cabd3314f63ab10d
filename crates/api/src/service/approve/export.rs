//! The plan with its signed approvals, for whoever checks them without asking Argus.

use argus_ledger::approval::Export;
use argus_types::id::ProposalId;

use super::{Approve, ledger_hash, not_found};
use crate::problem::ApiProblem;

impl Approve {
    /// The present plan with every approval of it that was signed and stands.
    pub async fn export(&self, id: ProposalId) -> Result<Export, ApiProblem> {
        let now = self.clock.now();
        let proposal = self.store.proposal(id, now).await?.ok_or_else(not_found)?;
        let proposal = proposal.proposal;
        let signed = self.store.signed_approvals(id, proposal.revision).await?;
        let plan = argus_domain::digest::canonical(&proposal.plan);
        Ok(Export::new(
            id.to_string(),
            proposal.revision,
            ledger_hash(proposal.digest),
            String::from_utf8(plan).map_err(ApiProblem::internal)?,
            signed,
        ))
    }
}
