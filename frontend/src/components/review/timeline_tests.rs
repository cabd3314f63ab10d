//! What the lines say, and when.

use argus_types::approval::YouMay;
use serde_json::json;

use super::*;
use crate::components::review::fixture;

fn at(text: &str) -> Timestamp {
    serde_json::from_value(json!(text)).unwrap()
}

fn noon() -> i64 {
    at("2026-11-22T12:00:00Z").unix_millis()
}

fn proposal(change: impl FnOnce(&mut Proposal)) -> Proposal {
    let mut proposal = fixture::proposal("high", false, false);
    change(&mut proposal);
    proposal
}

fn given(name: &str, verdict: &str, until: &str) -> Approval {
    serde_json::from_value(json!({
        "person": { "id": "00000000-0000-0000-0000-000000000009", "name": name, "role": "admin" },
        "verdict": verdict, "comment": "read it twice", "at": "2026-11-22T11:00:00Z", "expires_at": until,
    }))
    .unwrap()
}

fn approvals(required: u8, counting: u8, given: Vec<Approval>) -> Approvals {
    Approvals {
        required,
        rule: String::new(),
        policy: None,
        given,
        counting,
        you: YouMay::default(),
    }
}

fn texts(proposal: &Proposal, approvals: &Approvals) -> Vec<String> {
    lines(proposal, approvals, noon())
        .into_iter()
        .map(|line| line.text)
        .collect()
}

#[test]
fn a_plan_waits_for_the_approvals_that_it_lacks() {
    let one = given("Ada", "approve", "2026-11-22T13:00:00Z");
    let partly = approvals(2, 1, vec![one]);
    assert_eq!(
        texts(&proposal(|_| {}), &partly),
        [
            "Asked for by Otto",
            "Approved by Ada",
            "Waits for 1 more admin, not the author"
        ]
    );
    assert_eq!(
        texts(&proposal(|_| {}), &approvals(2, 0, Vec::new()))[1],
        "Waits for 2 more admins, none of them the author"
    );
}

#[test]
fn an_approval_says_until_when_it_counts_and_then_that_it_is_over() {
    let until = "2026-11-22T13:00:00Z";
    let counts = approvals(1, 1, vec![given("Ada", "approve", until)]);
    let shown = lines(&proposal(|_| {}), &counts, noon());
    assert_eq!(shown[1].until, Some(at(until)));
    assert_eq!(shown[1].said.as_deref(), Some("read it twice"));
    assert_eq!(
        shown[2].text,
        "Waits for somebody who approved nothing to confirm it"
    );

    let over = approvals(1, 0, vec![given("Ada", "approve", "2026-11-22T12:00:00Z")]);
    let shown = lines(&proposal(|_| {}), &over, noon());
    assert_eq!(shown[1].text, "Approved by Ada, which is over");
    assert_eq!((shown[1].tone, shown[1].until), (Tone::Quiet, None));
    assert_eq!(shown[2].said, None);
}

#[test]
fn an_approval_whose_giver_lost_the_right_is_said_to_count_no_more() {
    let lost = approvals(1, 0, vec![given("Ada", "approve", "2026-11-22T13:00:00Z")]);
    let shown = lines(&proposal(|_| {}), &lost, noon());
    assert!(
        shown[2]
            .said
            .as_deref()
            .unwrap()
            .starts_with("1 approval counts no more")
    );
}

#[test]
fn a_rejection_ends_the_way_and_is_told_once() {
    let closed = proposal(|proposal| {
        proposal.state = ProposalState::Rejected;
        proposal.closed_at = Some(at("2026-11-22T11:00:00Z"));
    });
    let rejected = approvals(1, 0, vec![given("Ada", "reject", "2026-11-22T13:00:00Z")]);
    assert_eq!(
        texts(&closed, &rejected),
        ["Asked for by Otto", "Rejected by Ada"]
    );
}

#[test]
fn of_a_confirmed_plan_the_approvals_stay_as_they_were_then() {
    let closed = proposal(|proposal| {
        proposal.state = ProposalState::Confirmed;
        proposal.closed_at = Some(at("2026-11-22T11:30:00Z"));
        proposal.revision = 2;
    });
    let counted = approvals(1, 1, vec![given("Ada", "approve", "2026-11-22T11:45:00Z")]);
    assert_eq!(
        texts(&closed, &counted),
        [
            "Asked for by Otto",
            "Planned anew as revision 2",
            "Approved by Ada",
            "Confirmed"
        ]
    );
    assert_eq!(lines(&closed, &counted, noon())[2].until, None);
}

#[test]
fn a_plan_that_needs_no_approval_waits_for_a_confirmation() {
    assert_eq!(
        texts(&proposal(|_| {}), &approvals(0, 0, Vec::new()))[1],
        "Waits for somebody to confirm it"
    );
}

#[test]
fn an_approval_that_was_taken_back_is_told_with_its_end_and_nothing_waits_for_its_giver() {
    let mut back = given("Ada", "approve", "2026-11-22T13:00:00Z");
    back.revoked_at = Some(at("2026-11-22T11:30:00Z"));
    let partly = approvals(1, 0, vec![back]);
    let shown = lines(&proposal(|_| {}), &partly, noon());
    let said: Vec<_> = shown.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        said,
        [
            "Asked for by Otto",
            "Approved by Ada, who took it back",
            "Taken back by Ada",
            "Waits for 1 more admin, not the author"
        ]
    );
    assert_eq!(shown[3].said, None, "nobody lost a right");
}

#[test]
fn a_signed_approval_names_the_passkey() {
    let mut signed = given("Ada", "approve", "2026-11-22T13:00:00Z");
    signed.signature = Some(argus_types::approval::ApprovalSignature {
        passkey: "Laptop".to_owned(),
        sha256: "ab".repeat(32),
    });
    let shown = lines(&proposal(|_| {}), &approvals(1, 1, vec![signed]), noon());
    assert_eq!(shown[1].signed.as_deref(), Some("Laptop"));
}
