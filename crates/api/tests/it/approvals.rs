//! Who may approve and confirm, with which proof, for how long: through the API, on real rows.

use argus_types::account::StepUpAct;
use argus_types::person::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, text};
use crate::cast::{ADA, ALAN, OTTO, hard_stop, outcome, reboot_of_production};

#[tokio::test(flavor = "multi_thread")]
async fn a_destructive_plan_takes_two_approvals_by_others_than_author_and_confirmer() {
    let app = App::start().await;
    app.add(0xb1, "Anna", Role::Admin).await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let (alan, anna) = (app.sign_in_as(ALAN).await, app.sign_in_as(0xb1).await);
    let proposal = ada.propose(hard_stop()).await;
    assert_eq!(proposal["approvals_required"], 2);
    assert_eq!(proposal["risk"]["destructive"], true);

    let missing = otto.try_confirm(&proposal).await;
    assert_eq!(outcome(&missing), (409, "approvals_missing"));
    let own = app.approve(&ada, &proposal).await;
    assert_eq!(outcome(&own), (403, "second_person_needed"), "its author");
    let operator = app.approve(&otto, &proposal).await;
    assert_eq!(outcome(&operator), (403, "forbidden"));

    let (status, standing) = app.approve(&alan, &proposal).await;
    assert_eq!(status, 200, "{standing:#}");
    assert_eq!(
        (&standing["required"], &standing["counting"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(standing["given"][0]["person"]["name"], "Alan");
    let again = app.approve(&alan, &proposal).await;
    assert_eq!(outcome(&again), (403, "second_person_needed"));
    let missing = ada.try_confirm(&proposal).await;
    assert_eq!(outcome(&missing), (409, "approvals_missing"), "one of two");

    assert_eq!(app.approve(&anna, &proposal).await.0, 200);
    let approver = alan.try_confirm(&proposal).await;
    assert_eq!(
        outcome(&approver),
        (403, "second_person_needed"),
        "an approver"
    );
    let listed = otto.get("/api/actions").await;
    assert_eq!(listed["items"][0]["approvals"], 2);
    assert_eq!(listed["items"][0]["approvals_required"], 2);
    let (status, confirmed) = ada.try_confirm(&proposal).await;
    assert_eq!(status, 202, "the author may: {confirmed:#}");
    let done = ada.finished(&confirmed["execution"]).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");

    let record = &app.records("proposal.confirmed").await[0];
    assert_eq!(record["body"]["approved_by"], json!(["Alan", "Anna"]));
    assert_eq!(app.records("proposal.approved").await.len(), 2);
    let refused = app.records("decision.refused").await;
    let classes: Vec<_> = refused
        .iter()
        .map(|record| text(&record["body"]["class"]))
        .collect();
    for class in ["approvals_missing", "author", "decided", "approver"] {
        assert!(classes.contains(&class), "{class}: {classes:?}");
    }
}

/// Author, approver and confirmer of each role, and who of them are one person.
#[tokio::test(flavor = "multi_thread")]
async fn of_all_casts_of_author_approver_and_confirmer_only_different_people_pass() {
    let app = App::start().await;
    let vera = app.sign_in(Role::Viewer).await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let alan = app.sign_in_as(ALAN).await;
    let cast = [
        ("Vera", &vera),
        ("Otto", &otto),
        ("Ada", &ada),
        ("Alan", &alan),
    ];
    let is_admin = |name: &str| matches!(name, "Ada" | "Alan");
    let mut passed = 0;
    for (author, asks) in cast {
        if author == "Vera" {
            let (status, _) = asks.post("/api/actions/proposals", &hard_stop()).await;
            assert_eq!(status.as_u16(), 403);
            continue;
        }
        for (approver, approves) in cast {
            let proposal = asks.propose(reboot_of_production()).await;
            assert_eq!(proposal["approvals_required"], 1);
            let approval = app.approve(approves, &proposal).await;
            let expected = match (is_admin(approver), approver == author) {
                (false, _) => (403, "forbidden"),
                (true, true) => (403, "second_person_needed"),
                (true, false) => (200, ""),
            };
            assert_eq!(
                outcome(&approval),
                expected,
                "{approver} approves for {author}"
            );
            for (confirmer, confirms) in cast {
                let standing = confirms.standing(&proposal).await;
                let why = &standing["you"]["not_confirm"];
                let right = expected.0 == 200 && confirmer != "Vera" && confirmer != approver;
                assert_eq!(
                    why.is_null(),
                    right,
                    "{confirmer} confirms what {approver} approved for {author}: {why}"
                );
                if !right {
                    let refused = confirms.try_confirm(&proposal).await;
                    let code = match confirmer {
                        "Vera" => "forbidden",
                        _ if expected.0 != 200 => "approvals_missing",
                        _ => "second_person_needed",
                    };
                    assert_eq!(outcome(&refused).1, code, "{confirmer} {approver} {author}");
                }
                passed += u32::from(right);
            }
        }
    }
    assert_eq!(passed, 8, "four casts of three, each with two confirmers");
    assert_eq!(app.simulator.tasks().len(), 0, "nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_of_one_human_are_one_person_and_unknown_ones_are_nobody() {
    let app = App::start().await;
    app.add(0xb1, "Ada, by single sign-on", Role::Admin).await;
    let ada_s = "human = '00000000-0000-0000-0000-0000000000a3'";
    app.change(0xb1, ada_s).await;
    app.add(0xb2, "Nobody knows", Role::Admin).await;
    app.change(0xb2, "human = NULL").await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let (second, stranger) = (app.sign_in_as(0xb1).await, app.sign_in_as(0xb2).await);
    let alan = app.sign_in_as(ALAN).await;
    let needed = (403, "second_person_needed");

    let proposal = otto.propose(hard_stop()).await;
    assert_eq!(app.approve(&ada, &proposal).await.0, 200);
    assert_eq!(outcome(&app.approve(&second, &proposal).await), needed);
    assert_eq!(outcome(&app.approve(&stranger, &proposal).await), needed);
    assert_eq!(app.approve(&alan, &proposal).await.0, 200);
    assert_eq!(outcome(&second.try_confirm(&proposal).await), needed);
    assert_eq!(outcome(&stranger.try_confirm(&proposal).await), needed);

    let own = second.propose(hard_stop()).await;
    assert_eq!(outcome(&app.approve(&ada, &own).await), needed);
    let from_nowhere = stranger.propose(hard_stop()).await;
    assert_eq!(outcome(&app.approve(&ada, &from_nowhere).await), needed);
    let standing = ada.standing(&from_nowhere).await;
    assert!(text(&standing["you"]["not_approve"]).contains("who is behind"));

    // Linked after both approved: it was one person all along.
    let proposal = otto.propose(hard_stop()).await;
    app.change(0xb1, "human = id").await;
    assert_eq!(app.approve(&ada, &proposal).await.0, 200);
    assert_eq!(app.approve(&second, &proposal).await.0, 200);
    app.change(0xb1, ada_s).await;
    let missing = otto.try_confirm(&proposal).await;
    assert_eq!(outcome(&missing), (409, "approvals_missing"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_made_for_the_purpose_waits_a_day() {
    let app = App::start().await;
    app.add(0xb1, "Sock Puppet", Role::Admin).await;
    let by_ada = "role_source = 'admin', role_granted_by = '00000000-0000-0000-0000-0000000000a3'";
    app.change(0xb1, &format!("{by_ada}, role_since = now()"))
        .await;
    let (ada, puppet) = (app.sign_in_as(ADA).await, app.sign_in_as(0xb1).await);
    let proposal = ada.propose(reboot_of_production()).await;
    let refused = app.approve(&puppet, &proposal).await;
    assert_eq!(outcome(&refused), (403, "second_person_needed"));
    assert!(
        text(&refused.1["detail"]).contains("24 hours"),
        "{refused:?}"
    );
    // Nor does Ada approve what her puppet asks for.
    let reversed = puppet.propose(reboot_of_production()).await;
    let refused = app.approve(&ada, &reversed).await;
    assert_eq!(outcome(&refused), (403, "second_person_needed"));
    // Somebody else's puppet counts, and so does an old role.
    let by_alan = by_ada.replace("a3'", "a4'");
    app.change(0xb1, &by_alan).await;
    assert_eq!(app.approve(&puppet, &proposal).await.0, 200);
    let proposal = ada.propose(reboot_of_production()).await;
    let old = "role_since = now() - interval '25 hours'";
    app.change(0xb1, &format!("{by_ada}, {old}")).await;
    assert_eq!(app.approve(&puppet, &proposal).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_counts_once_for_its_session_act_and_digest_and_five_minutes() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let alan = app.sign_in_as(ALAN).await;
    let proposal = otto.propose(hard_stop()).await;
    let other = otto.propose(reboot_of_production()).await;
    let digest = text(&proposal["digest"]);
    let needed = (403, "step_up_needed");

    assert_eq!(outcome(&ada.approve_with(&proposal, None).await), needed);
    let of_alan = app.step_up(&alan, StepUpAct::Approve, digest).await;
    assert_eq!(
        outcome(&ada.approve_with(&proposal, Some(of_alan)).await),
        needed
    );
    let other_act = app.step_up(&ada, StepUpAct::BreakGlass, digest).await;
    assert_eq!(
        outcome(&ada.approve_with(&proposal, Some(other_act)).await),
        needed
    );
    let second_window = app.sign_in_as(ADA).await;
    let elsewhere = app
        .step_up(&second_window, StepUpAct::Approve, digest)
        .await;
    assert_eq!(
        outcome(&ada.approve_with(&proposal, Some(elsewhere)).await),
        needed
    );
    let right = app.step_up(&ada, StepUpAct::Approve, digest).await;
    assert_eq!(
        outcome(&ada.approve_with(&other, Some(right)).await),
        needed
    );

    let (status, _) = ada.approve_with(&proposal, Some(right)).await;
    assert_eq!(status, 200, "the refusals left it as it was");
    for _ in 0..10 {
        let replayed = ada.approve_with(&proposal, Some(right)).await;
        assert_eq!(replayed.0, 403, "{replayed:?}");
    }
    assert_eq!(app.records("proposal.approved").await.len(), 1);

    let late = app.step_up(&alan, StepUpAct::Approve, digest).await;
    app.clock.advance(301);
    assert_eq!(
        outcome(&alan.approve_with(&proposal, Some(late)).await),
        needed
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_again_gets_the_same_answer_and_no_second_effect() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let proposal = otto.propose(hard_stop()).await;
    let digest = text(&proposal["digest"]);
    let step_up = app.step_up(&ada, StepUpAct::Approve, digest).await;
    let path = format!("/api/actions/{}/approvals", text(&proposal["id"]));
    let body = json!({ "digest": digest, "verdict": "approve", "step_up": step_up });
    let mut answers = Vec::new();
    for _ in 0..3 {
        let mut request = ada
            .request(Method::POST, &path)
            .json(&body)
            .build()
            .unwrap();
        let key = "one-and-the-same-key".parse().unwrap();
        request.headers_mut().insert("idempotency-key", key);
        let answer = crate::app::reqwest_client().execute(request).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        answers.push(answer.text().await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(app.records("proposal.approved").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_over_after_an_hour_and_names_one_revision_only() {
    let app = App::with(argus_proxmox_sim::Scenario::lab(), 20.0, |config| {
        config.first_policy = config
            .first_policy
            .replace("medium = 60, high = 60 }", "medium = 600, high = 600 }");
        config.stale_after_s = 100_000;
    })
    .await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let proposal = otto.propose(reboot_of_production()).await;
    assert_eq!(app.approve(&ada, &proposal).await.0, 200);
    assert_eq!(otto.standing(&proposal).await["counting"], 1);
    app.clock.advance(59 * 60);
    let otto = app.sign_in_as(OTTO).await;
    assert_eq!(otto.standing(&proposal).await["counting"], 1);
    app.clock.advance(2 * 60);
    assert_eq!(otto.standing(&proposal).await["counting"], 0);
    let late = otto.try_confirm(&proposal).await;
    assert_eq!(outcome(&late), (409, "approvals_missing"));

    let fresh = otto.propose(reboot_of_production()).await;
    let ada = app.sign_in_as(ADA).await;
    assert_eq!(app.approve(&ada, &fresh).await.0, 200);
    let path = format!("/api/actions/{}/snapshots", text(&fresh["id"]));
    let alan = app.sign_in_as(ALAN).await;
    let (status, revised) = alan
        .post(&path, &json!({ "digest": fresh["digest"] }))
        .await;
    assert_eq!(status.as_u16(), 200, "{revised:#}");
    assert_eq!(revised["approvals"], 0);
    let missing = otto.try_confirm(&revised).await;
    assert_eq!(outcome(&missing), (409, "approvals_missing"));
    let editor = app.approve(&alan, &revised).await;
    assert_eq!(
        outcome(&editor),
        (403, "second_person_needed"),
        "the last editor"
    );
    let stale = app.approve(&ada, &fresh).await;
    assert_eq!(outcome(&stale), (409, "digest_mismatch"));
    assert_eq!(app.approve(&ada, &revised).await.0, 200);
    assert_eq!(otto.standing(&revised).await["counting"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_needs_a_reason_and_no_passkey_and_closes_the_proposal() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let alan = app.sign_in_as(ALAN).await;
    let proposal = otto.propose(hard_stop()).await;
    assert_eq!(app.approve(&ada, &proposal).await.0, 200);
    let bare = json!({ "digest": proposal["digest"], "verdict": "reject" });
    assert_eq!(
        outcome(&ada.decide(&proposal, &bare).await).1,
        "schema_violation"
    );
    assert_eq!(outcome(&otto.reject(&proposal).await), (403, "forbidden"));
    let (status, standing) = ada.reject(&proposal).await;
    assert_eq!(status, 200, "who approved may think again: {standing:#}");
    let read = otto
        .get(&format!("/api/actions/{}", text(&proposal["id"])))
        .await;
    assert_eq!(read["state"], "rejected");
    assert_eq!(read["closed_reason"], "not before the backup");
    assert_eq!(read["closed_by"]["name"], "Ada");
    let late = app.approve(&alan, &proposal).await;
    assert_eq!(outcome(&late), (409, "wrong_state"));
    assert_eq!(
        outcome(&otto.try_confirm(&proposal).await),
        (409, "wrong_state")
    );
    assert_eq!(app.records("proposal.rejected").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_does_not_cover_the_plan_neither_sees_nor_decides() {
    let app = App::start().await;
    app.add(0xb1, "Database Admin", Role::Admin).await;
    app.change(0xb1, "scope = '{\"tags\":[\"db\"]}'").await;
    let (otto, db_admin) = (app.sign_in_as(OTTO).await, app.sign_in_as(0xb1).await);
    let proposal = otto.propose(reboot_of_production()).await;
    let path = format!("/api/actions/{}/approvals", text(&proposal["id"]));
    let hidden = db_admin.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(hidden.status().as_u16(), 404);
    assert_eq!(outcome(&app.approve(&db_admin, &proposal).await).0, 404);
    assert_eq!(outcome(&db_admin.reject(&proposal).await).0, 404);
    let own = otto.propose(json!({ "request": "reboot db-01" })).await;
    assert_eq!(own["approvals_required"], 1);
    assert_eq!(app.approve(&db_admin, &own).await.0, 200);
    // The scope of now decides, not that of the approval.
    app.change(0xb1, "scope = '{\"tags\":[\"web\"]}'").await;
    let missing = otto.try_confirm(&own).await;
    assert_eq!(outcome(&missing), (409, "approvals_missing"));
    let listed: Value = otto.get("/api/actions").await;
    assert_eq!(listed["items"][0]["approvals"], 0);
}

/// What became of each way to be the second person, by name.
#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_dual_control_is_as_it_must_be() {
    let app = App::with(argus_proxmox_sim::Scenario::lab(), 20.0, |config| {
        config.first_policy = config
            .first_policy
            .replace("medium = 60, high = 60 }", "medium = 600, high = 600 }");
        config.stale_after_s = 100_000;
    })
    .await;
    app.add(0xb1, "Ada, by single sign-on", Role::Admin).await;
    app.change(0xb1, "human = '00000000-0000-0000-0000-0000000000a3'")
        .await;
    app.add(0xb2, "Anna", Role::Admin).await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let (second, anna) = (app.sign_in_as(0xb1).await, app.sign_in_as(0xb2).await);
    let alan = app.sign_in_as(ALAN).await;
    let needed = (403, "second_person_needed");
    let missing = (409, "approvals_missing");

    // The author, from either of two accounts.
    let own = ada.propose(hard_stop()).await;
    for (cell, actor) in [
        ("the author", &ada),
        ("the author's other account", &second),
    ] {
        assert_eq!(outcome(&app.approve(actor, &own).await), needed, "{cell}");
    }

    // One approver, the same person under two accounts, the second approver.
    let proposal = otto.propose(hard_stop()).await;
    assert_eq!(app.approve(&ada, &proposal).await.0, 200, "an approver");
    let twice = app.approve(&second, &proposal).await;
    assert_eq!(outcome(&twice), needed, "the approver's other account");
    let alone = otto.try_confirm(&proposal).await;
    assert_eq!(outcome(&alone), missing, "one of two");
    let approver = app.approve(&alan, &proposal).await;
    assert_eq!(approver.1["counting"], 2, "the second approver");
    for (cell, actor) in [
        ("an approver confirms", &ada),
        ("an approver confirms from another account", &second),
    ] {
        assert_eq!(
            outcome(&actor.try_confirm(&proposal).await),
            needed,
            "{cell}"
        );
    }

    // A script's token, whosever it is.
    let token = app.token_of(ADA).await;
    for (cell, path, body) in [
        (
            "a token approves",
            "approvals",
            json!({ "digest": proposal["digest"], "verdict": "approve" }),
        ),
        (
            "a token takes back",
            "approvals/revoke",
            json!({ "digest": proposal["digest"] }),
        ),
        (
            "a token asks for changes",
            "changes",
            json!({ "digest": proposal["digest"], "note": "no" }),
        ),
    ] {
        let path = format!("/api/actions/{}/{path}", text(&proposal["id"]));
        let answer = app
            .anonymous(Method::POST, &path)
            .header("authorization", &token)
            .header("idempotency-key", cell.replace(' ', "-"))
            .json(&body)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status().as_u16(), 403, "{cell}");
    }

    // Demoted in between, and back.
    app.change(ALAN, "role = 'operator'").await;
    let demoted = otto.try_confirm(&proposal).await;
    assert_eq!(outcome(&demoted), missing, "an approver was demoted");
    app.change(ALAN, "role = 'admin'").await;
    assert_eq!(otto.standing(&proposal).await["counting"], 2);

    // Taken back, and given again.
    let (status, standing) = alan.revoke(&proposal).await;
    assert_eq!((status, &standing["counting"]), (200, &json!(1)));
    assert!(standing["given"][1]["revoked_at"].is_string());
    let revoked = otto.try_confirm(&proposal).await;
    assert_eq!(outcome(&revoked), missing, "an approval was taken back");
    let nothing = alan.revoke(&proposal).await;
    assert_eq!(outcome(&nothing), (409, "wrong_state"), "taken back twice");
    let others = anna.revoke(&proposal).await;
    assert_eq!(outcome(&others), (409, "wrong_state"), "never given");
    let (status, standing) = app.approve(&alan, &proposal).await;
    assert_eq!(
        (status, &standing["counting"]),
        (200, &json!(2)),
        "given again"
    );
    let thrice = app.approve(&alan, &proposal).await;
    assert_eq!(outcome(&thrice), needed, "given again twice");
    assert_eq!(app.records("approval.revoked").await.len(), 1);

    // Over in time.
    app.clock.advance(61 * 60);
    let otto = app.sign_in_as(OTTO).await;
    let expired = otto.try_confirm(&proposal).await;
    assert_eq!(outcome(&expired), missing, "both approvals expired");
    let (ada, anna) = (app.sign_in_as(ADA).await, app.sign_in_as(0xb2).await);
    assert_eq!(app.approve(&anna, &proposal).await.1["counting"], 1);
    drop(ada);
    assert_eq!(app.simulator.tasks().len(), 0, "nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_taken_back_by_its_giver_only_before_anything_starts() {
    let app = App::start().await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let proposal = otto.propose(reboot_of_production()).await;
    assert_eq!(app.approve(&ada, &proposal).await.0, 200);
    let standing = ada.standing(&proposal).await;
    assert!(standing["you"]["not_revoke"].is_null());
    let standing = otto.standing(&proposal).await;
    assert!(text(&standing["you"]["not_revoke"]).contains("no approval"));
    let stale = json!({ "digest": "0".repeat(64) });
    let path = format!("/api/actions/{}/approvals/revoke", text(&proposal["id"]));
    assert_eq!(ada.post(&path, &stale).await.1["code"], "digest_mismatch");
    let execution = otto.confirm(&proposal).await;
    assert_eq!(outcome(&ada.revoke(&proposal).await), (409, "wrong_state"));
    assert_eq!(otto.finished(&execution).await["state"], "succeeded");
}
