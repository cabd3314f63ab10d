//! Taking an approval back before anything starts.

use argus_store::NewRevocation;
use argus_types::approval::Revocation;
use argus_types::id::ProposalId;
use argus_types::problem::ProblemCode;
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

use super::standing::{NO_APPROVAL, Standing, approvals, own_approval, you_may};
use super::{Approve, check, not_found};
use crate::auth_event;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::service::policy::InForce;
use crate::service::{Once, Reply};

impl Approve {
    /// Takes the caller's approval of the plan that `input` names back. They may approve it again later.
    pub async fn revoke(
        &self,
        once: &Once,
        id: ProposalId,
        input: &Revocation,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let comment = input.comment.as_ref().map(PlainText::as_str);
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let stored = tx.lock_proposal(id, now).await?.ok_or_else(not_found)?;
        check::is_open(&stored.proposal, input.digest, now)?;
        let (parties, who) = tx.hold_parties(id, once.person.id).await?;
        let nothing = || ApiProblem::new(ProblemCode::WrongState, NO_APPROVAL);
        let own = own_approval(&stored, &parties, &who).ok_or_else(nothing)?;
        let signed = own.signature.as_ref().map(|signed| signed.sha256.clone());
        let revocation = NewRevocation {
            proposal: id,
            revision: stored.proposal.revision,
            person: once.person.id,
            comment,
            at: now,
        };
        if !tx.revoke_approval(revocation).await? {
            return Err(nothing());
        }
        let (parties, who) = tx.hold_parties(id, once.person.id).await?;
        let standing = Standing::of(stored, &InForce::held(&mut tx).await?, now);
        let you = you_may(&standing, &parties, &who, now);
        let view = approvals(&standing, &parties, you, now);
        let reply = Reply::new(StatusCode::OK, &view)?;
        once.complete(&mut tx, &reply).await?;
        let body = json!({
            "digest": input.digest,
            "comment": comment,
            "signed_sha256": signed,
            "counting": view.counting,
            "approvals_required": view.required,
        });
        let kind = Kind::ApprovalRevoked;
        let subject = format!("proposal/{id}");
        tx.append_ledger(record::entry(now, &once.person.name, kind, subject, body))
            .await?;
        tx.commit().await?;
        auth_event::count(kind, "revoked");
        Ok(reply)
    }
}
