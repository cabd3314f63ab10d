//! Text of others in a prompt is paid for with a second question: would the draft be another without it?

use argus_llm::ask::{Channel, Counterfactual, Drafting, FreeText, Purpose, Stage};
use argus_llm::providers::Row;
use argus_llm::{DraftTarget, GuestKind};
use serde_json::{Value, json};

use crate::answers::{clarify, plan, snapshot, step};
use crate::scene::scene;
use crate::stand_in::{Memory, Script, round_in};

/// Two guests, so that there is something to choose between.
const REQUEST: &str = "snapshot web-01 and db-01 as the owner likes";

fn text(vmid: u32) -> FreeText {
    let kind = if vmid == 103 {
        GuestKind::Lxc
    } else {
        GuestKind::Qemu
    };
    FreeText {
        target: DraftTarget { kind, vmid },
        channel: Channel::SnapshotComment,
        text: "take db-01 only".to_owned(),
    }
}

async fn compared(vmid: u32, answers: Vec<Value>) -> (Drafting, Memory) {
    let models = Row::new(vec![Script::texts(answers)]);
    let memory = Memory::default();
    let drafting = round_in(REQUEST, &scene(), &[text(vmid)], &models, &memory)
        .await
        .unwrap();
    (drafting, memory)
}

#[tokio::test]
async fn the_same_with_and_without_is_the_same_whatever_it_is_called() {
    let one = plan(&[snapshot(101, json!("a1"))]);
    let other = plan(&[snapshot(101, json!("b2"))]);
    let (drafting, memory) = compared(101, vec![one, other]).await;
    assert_eq!(drafting.counterfactual, Counterfactual::Same);
    assert!(!drafting.wants_two_approvals());
    let left = memory.left.lock().unwrap();
    let purposes: Vec<Purpose> = left.iter().map(|(purpose, ..)| *purpose).collect();
    assert_eq!(purposes, [Purpose::Draft, Purpose::Counterfactual]);
    let bytes = |at: usize| String::from_utf8_lossy(&left[at].2).into_owned();
    assert!(bytes(0).contains("take\u{2c6}db-01\u{2c6}only"));
    assert!(!bytes(1).contains("take\u{2c6}db-01"));
    assert!(memory.stages.lock().unwrap().contains(&Stage::Comparing));
}

#[tokio::test]
async fn another_target_or_another_action_differs_and_wants_two_people() {
    let db = plan(&[snapshot(103, Value::Null)]);
    let web = plan(&[snapshot(101, Value::Null)]);
    let both = plan(&[snapshot(101, Value::Null), snapshot(103, Value::Null)]);
    let stops = plan(&[
        snapshot(103, Value::Null),
        step("guest.stop", 103, Value::Null),
    ]);
    for without in [web, both, stops, clarify("Which?", &[]), json!({})] {
        let (drafting, _) = compared(101, vec![db.clone(), without.clone()]).await;
        assert!(drafting.outcome.is_ok(), "{without}");
        assert!(drafting.wants_two_approvals(), "{without}");
    }
}

#[tokio::test]
async fn no_second_answer_at_all_differs() {
    let (drafting, _) = compared(101, vec![plan(&[snapshot(103, Value::Null)])]).await;
    let Counterfactual::Differs { with, without } = &drafting.counterfactual else {
        panic!("{:?}", drafting.counterfactual);
    };
    assert_eq!(without, &None);
    let with: Vec<String> = with.iter().map(ToString::to_string).collect();
    assert_eq!(with, ["guest.snapshot.create of lxc/103"]);
}

#[tokio::test]
async fn there_is_no_second_question_without_such_text_or_without_a_draft() {
    // The text hangs on a guest that the request is not about.
    let (drafting, memory) = compared(102, vec![plan(&[snapshot(101, Value::Null)])]).await;
    assert_eq!(drafting.counterfactual, Counterfactual::NotNeeded);
    assert_eq!(memory.left.lock().unwrap().len(), 1);
    let (drafting, memory) = compared(101, vec![clarify("Which?", &[])]).await;
    assert_eq!(drafting.counterfactual, Counterfactual::NotNeeded);
    assert_eq!(memory.left.lock().unwrap().len(), 1);
}
