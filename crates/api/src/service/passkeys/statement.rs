//! What a passkey signs where somebody approves: the decision itself, to be checked later by anybody.

use argus_identity::passkey::{PublicHalf, SignedParts, StoredPasskey};
use argus_ledger::Hash;
use argus_ledger::approval::{
    Approver, PublicKey, STATEMENT_FORMAT, SignedApproval, Statement, Verdict,
};
use argus_store::Store;
use argus_types::Timestamp;
use argus_types::account::{StepUpAct, StepUpInput};
use argus_types::id::PlanDigest;
use argus_types::problem::ProblemCode;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::problem::ApiProblem;
use crate::session::ActiveSession;

/// Where passkeys belong, as a statement names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub host: &'a str,
    pub origin: &'a str,
}

/// The statement that `input` asks to sign, but for its nonce. Nothing for acts that sign nothing.
pub(super) async fn about(
    store: &Store,
    session: &ActiveSession,
    input: &StepUpInput,
    place: Place<'_>,
    at: Timestamp,
) -> Result<Option<Statement>, ApiProblem> {
    if input.act != StepUpAct::Approve {
        return Ok(None);
    }
    let gone = || {
        ApiProblem::new(
            ProblemCode::DigestMismatch,
            "No proposal in review has this plan now. Read it again.",
        )
    };
    let digest: PlanDigest = input.subject.parse().map_err(|_| gone())?;
    let plan = store.plan_in_review(digest).await?.ok_or_else(gone)?;
    let account = store.account(session.person.id).await?.ok_or_else(gone)?;
    Ok(Some(Statement {
        format: STATEMENT_FORMAT.to_owned(),
        proposal: plan.proposal.to_string(),
        revision: plan.revision,
        digest: ledger_hash(digest),
        verdict: Verdict::Approve,
        approver: Approver {
            account: account.person.id.to_string(),
            human: account.human.map(|human| human.to_string()),
            name: account.person.name,
        },
        nonce: String::new(),
        time: at.to_string(),
        rp_id: place.host.to_owned(),
        origin: place.origin.to_owned(),
    }))
}

/// The bytes that a ceremony would have signed otherwise, as a statement's nonce.
pub(super) fn nonce(random: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random)
}

/// A plan's digest as the ledger writes hashes.
pub(in crate::service) fn ledger_hash(digest: PlanDigest) -> Hash {
    let text = digest.to_string();
    text.parse()
        .expect("both are written as 64 lower-case hexadecimal digits")
}

/// The statement with what the authenticator made of it. Nothing where the passkey is of a kind that can't be
/// written down, which none is that was enrolled here.
pub(super) fn signed(
    statement: String,
    passkey: &StoredPasskey,
    parts: SignedParts,
) -> Option<SignedApproval> {
    Some(SignedApproval {
        statement,
        credential_id: parts.credential_id,
        public_key: BASE64_URL_SAFE_NO_PAD.encode(cose(passkey)?),
        authenticator_data: parts.authenticator_data,
        client_data_json: parts.client_data_json,
        signature: parts.signature,
    })
}

/// The hash by which the ledger names a passkey's public half.
pub(super) fn key_sha256(passkey: &StoredPasskey) -> Option<Hash> {
    Some(Hash::new(Sha256::digest(cose(passkey)?).into()))
}

fn cose(passkey: &StoredPasskey) -> Option<Vec<u8>> {
    let key = match passkey.public_half()? {
        PublicHalf::P256 { x, y } => PublicKey::Es256 { x, y },
        PublicHalf::P384 { x, y } => PublicKey::Es384 { x, y },
        PublicHalf::Rsa { n, e } => PublicKey::Rs256 { n, e },
    };
    Some(key.to_cose())
}
