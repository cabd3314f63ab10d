//! What a passkey signs where somebody approves, made as the ceremony makes it and without asking the server.

use argus_identity::passkey::{Passkeys, PublicHalf};
use argus_ledger::approval::{
    Approver, PublicKey, STATEMENT_FORMAT, SignedApproval, Statement, Verdict,
};
use argus_store::{SignedStepUp, Store};
use argus_types::Timestamp;
use argus_types::id::PlanDigest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::value::to_raw_value;

use crate::app::{Actor, ORIGIN};
use crate::passkeys::authenticator;

/// `actor` signs that they approve the plan of this digest; nothing where no proposal in review has it.
pub async fn sign(
    store: &Store,
    actor: &Actor,
    digest: &str,
    at: Timestamp,
) -> Option<SignedStepUp> {
    let plan = digest.parse::<PlanDigest>().ok()?;
    let plan = store.plan_in_review(plan).await.expect("a look")?;
    let account = store.account(actor.session.person.id).await;
    let account = account.expect("a look").expect("an account");
    Some(by_passkey(Statement {
        format: STATEMENT_FORMAT.to_owned(),
        proposal: plan.proposal.to_string(),
        revision: plan.revision,
        digest: digest.parse().expect("a hash"),
        verdict: Verdict::Approve,
        approver: Approver {
            account: account.person.id.to_string(),
            human: account.human.map(|human| human.to_string()),
            name: account.person.name,
        },
        nonce: String::new(),
        time: at.to_string(),
        rp_id: "localhost".to_owned(),
        origin: ORIGIN.to_owned(),
    }))
}

/// The statement, signed by a passkey that nobody enrolled.
fn by_passkey(mut statement: Statement) -> SignedStepUp {
    let passkeys = Passkeys::new(&ORIGIN.parse().expect("an origin"), "Argus");
    let passkeys = passkeys.expect("an origin with passkeys");
    let mut device = authenticator();
    let enrolment = passkeys.begin_enrolment(uuid::Uuid::from_u128(1), "anna", &[]);
    let (options, ceremony) = enrolment.expect("an enrolment");
    let answer = device.create(&options).expect("a new key");
    let answer = to_raw_value(&answer).expect("JSON");
    let passkey = passkeys.finish_enrolment(ceremony, &answer);
    let passkey = passkey.expect("a passkey");
    let begun = passkeys.begin_signed_step_up(std::slice::from_ref(&passkey), |random| {
        statement.nonce = BASE64_URL_SAFE_NO_PAD.encode(random);
        statement.challenge()
    });
    let (options, _) = begun.expect("a step-up");
    let answer = to_raw_value(&device.get(&options).expect("a key")).expect("JSON");
    let parts = passkeys.signed_parts(&answer).expect("an assertion");
    let Some(PublicHalf::P256 { x, y }) = passkey.public_half() else {
        panic!("the authenticator makes keys on P-256");
    };
    SignedStepUp {
        approval: SignedApproval {
            statement: statement.canonical(),
            credential_id: parts.credential_id,
            public_key: BASE64_URL_SAFE_NO_PAD.encode(PublicKey::Es256 { x, y }.to_cose()),
            authenticator_data: parts.authenticator_data,
            client_data_json: parts.client_data_json,
            signature: parts.signature,
        },
        passkey: "Laptop".to_owned(),
    }
}
