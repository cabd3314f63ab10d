//! Approvals that a passkey signs, from the browser's question to a check that needs no server.

use argus_ledger::approval::{Export, Verdict};
use argus_types::account::StepUpAct;
use argus_types::paths;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{Actor, App, text};
use crate::cast::{ADA, ALAN, OTTO, hard_stop, outcome, reboot_of_production};
use crate::passkeys::{authenticator, enrol};

/// A step-up's ceremony for approving the proposal.
async fn asked(actor: &Actor, proposal: &Value) -> (u16, Value) {
    let input = json!({ "act": "approve", "subject": proposal["digest"] });
    let (status, body) = actor.post(paths::STEP_UP, &input).await;
    (status.as_u16(), body)
}

async fn export(actor: &Actor, proposal: &Value) -> String {
    let path = format!("/api/actions/{}/approvals/export", text(&proposal["id"]));
    actor.get(&path).await.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_passkey_signed_is_checked_without_the_server_and_named_in_the_ledger() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let mut device = authenticator();
    enrol(&ada, &mut device).await;
    let proposal = otto.propose(hard_stop()).await;
    let (status, ceremony) = asked(&ada, &proposal).await;
    assert_eq!(status, 201, "{ceremony:#}");
    let statement = text(&ceremony["statement"]);
    assert_eq!(
        ceremony["options"]["publicKey"]["challenge"],
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(statement)),
        "the page can see what is signed"
    );
    let credential = device.get(&ceremony["options"]).expect("an allowed key");
    let answer = json!({ "id": ceremony["id"], "credential": credential });
    let (_, step_up) = ada.post(paths::STEP_UP_FINISH, &answer).await;
    let step_up = text(&step_up["id"]).parse().expect("a step-up");
    let (status, standing) = ada.approve_with(&proposal, Some(step_up)).await;
    assert_eq!(status, 200, "{standing:#}");
    assert_eq!(standing["given"][0]["signature"]["passkey"], "Laptop");

    let file = export(&otto, &proposal).await;
    let exported = Export::parse(&file).unwrap();
    assert_eq!(exported.check_plan(), Ok(()));
    assert_eq!(exported.digest.to_string(), text(&proposal["digest"]));
    let proven = exported.check_approval(0).unwrap().unwrap();
    assert_eq!(proven.statement.verdict, Verdict::Approve);
    assert_eq!(proven.statement.approver.name, "Ada");
    assert_eq!(proven.statement.origin, crate::app::ORIGIN);
    assert_eq!(exported.approvals[0].signed.statement, statement);
    let sha256 = proven.sha256.to_string();
    assert_eq!(standing["given"][0]["signature"]["sha256"], sha256);
    let record = &app.records("proposal.approved").await[0];
    assert_eq!(record["body"]["signed_sha256"], sha256);
    let enrolled = &app.records("passkey.added").await[0];
    assert_eq!(
        enrolled["body"]["key_sha256"],
        proven.key_sha256.to_string()
    );

    for place in 0..file.len() {
        let mut changed = file.clone().into_bytes();
        changed[place] ^= 1;
        let Ok(changed) = String::from_utf8(changed) else {
            continue;
        };
        let Ok(changed) = Export::parse(&changed) else {
            continue;
        };
        let approval = changed.check_approval(0).expect("one approval");
        assert!(
            changed.check_plan().is_err() || approval.is_err(),
            "byte {place} of the export"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_for_another_plan_person_or_revision_approves_nothing() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let alan = app.sign_in_as(ALAN).await;
    let proposal = otto.propose(hard_stop()).await;
    let other = otto.propose(hard_stop()).await;
    let needed = (403, "step_up_needed");
    let (digest, others) = (text(&proposal["digest"]), text(&other["digest"]));
    let swap = async |into: argus_types::id::StepUpId, from: argus_types::id::StepUpId| {
        let sql = format!(
            "UPDATE step_up SET signed = s.signed, passkey = s.passkey FROM step_up s
             WHERE step_up.id = '{into}' AND s.id = '{from}'"
        );
        assert_eq!(app.database.execute(sql).await.expect("a change"), 1);
    };
    let about_other = app.step_up(&ada, StepUpAct::Approve, others).await;
    let right = app.step_up(&ada, StepUpAct::Approve, digest).await;
    swap(right, about_other).await;
    assert_eq!(
        outcome(&ada.approve_with(&proposal, Some(right)).await),
        needed
    );
    let of_alan = app.step_up(&alan, StepUpAct::Approve, digest).await;
    let right = app.step_up(&ada, StepUpAct::Approve, digest).await;
    swap(right, of_alan).await;
    assert_eq!(
        outcome(&ada.approve_with(&proposal, Some(right)).await),
        needed
    );
    let unsigned = app.step_up(&ada, StepUpAct::Approve, digest).await;
    let sql = format!("UPDATE step_up SET signed = NULL, passkey = NULL WHERE id = '{unsigned}'");
    app.database.execute(sql).await.expect("a change");
    assert_eq!(
        outcome(&ada.approve_with(&proposal, Some(unsigned)).await),
        needed
    );

    // Somebody else since they signed.
    let right = app.step_up(&ada, StepUpAct::Approve, digest).await;
    app.change(ADA, "human = gen_random_uuid()").await;
    assert_eq!(
        outcome(&ada.approve_with(&proposal, Some(right)).await),
        needed
    );
    assert_eq!(app.approve(&ada, &proposal).await.0, 200);
    assert_eq!(app.records("proposal.approved").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_present_plan_of_a_proposal_in_review_is_signed() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    enrol(&ada, &mut authenticator()).await;
    let proposal = otto.propose(reboot_of_production()).await;
    assert_eq!(asked(&ada, &proposal).await.0, 201);
    let path = format!("/api/actions/{}/snapshots", text(&proposal["id"]));
    let (_, revised) = otto
        .post(&path, &json!({ "digest": proposal["digest"] }))
        .await;
    let mismatch = (409, "digest_mismatch");
    assert_eq!(
        outcome(&asked(&ada, &proposal).await),
        mismatch,
        "an old plan"
    );
    assert_eq!(asked(&ada, &revised).await.0, 201);
    assert_eq!(ada.reject(&revised).await.0, 200);
    assert_eq!(outcome(&asked(&ada, &revised).await), mismatch, "rejected");
    let invented = json!({ "digest": "0".repeat(64) });
    assert_eq!(outcome(&asked(&ada, &invented).await), mismatch);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_the_approvals_that_stand_and_no_database_user_changes_one() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let alan = app.sign_in_as(ALAN).await;
    let proposal = otto.propose(hard_stop()).await;
    for actor in [&ada, &alan] {
        assert_eq!(app.approve(actor, &proposal).await.0, 200);
    }
    assert_eq!(ada.revoke(&proposal).await.0, 200);
    let exported = Export::parse(&export(&otto, &proposal).await).unwrap();
    assert_eq!(exported.approvals.len(), 1);
    let proven = exported.check_approval(0).unwrap().unwrap();
    assert_eq!(proven.statement.approver.name, "Alan");
    for sql in [
        "UPDATE approval_signature SET passkey = 'Other'",
        "DELETE FROM approval_signature",
        "TRUNCATE approval_signature",
        "UPDATE approval_revocation SET comment = 'Other'",
        "DELETE FROM approval_revocation",
    ] {
        assert!(app.database.execute(sql.to_owned()).await.is_err(), "{sql}");
    }
}
