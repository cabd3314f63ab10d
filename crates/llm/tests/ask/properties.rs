//! What holds for any answer at all.

use argus_llm::ask::{Drafting, Reply, Subject};
use argus_llm::providers::Row;
use argus_llm::wire::Rendering;
use argus_llm::{DraftStep, lint};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::answers::{REQUEST, plan, snapshot};
use crate::scene::scene;
use crate::stand_in::{Memory, Says, Script, round};

/// Requests of every sort: left over, about several guests, harmful, turned round, understood.
const REQUESTS: &[&str] = &[
    REQUEST,
    "migrate web-01 away because reasons",
    "snapshot web-01 and db-01 as the owner likes",
    "mach bitte web-01 irgendwie schneller",
    "snapshot web-01 unless it rains",
    "delete the cron job of web-01",
    "double the memory of web-01 for the sale",
    "stop web-01",
    "roll back web-01 to x1 please thanks a lot mate",
    "drain pve2 for the electrician",
];

fn answered(request: &str, rendering: Rendering, answers: &[String]) -> Drafting {
    let says = answers.iter().cloned().map(Says::Text);
    let models = Row::new(vec![Script::new("main", rendering, says)]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let memory = Memory::default();
    runtime.block_on(round(request, &models, &memory)).unwrap()
}

/// A draft is one that the linter passes, about nothing that the request is not about.
fn hold(request: &str, drafting: &Drafting) -> Result<(), TestCaseError> {
    prop_assert!(drafting.asked.len() <= 2, "one question and one repair");
    let Ok(Reply::Draft(draft)) = &drafting.outcome else {
        return Ok(());
    };
    let scene = scene();
    let steps: Vec<DraftStep> = draft.steps.steps().to_vec();
    let subject = Subject::of(request, &scene).unwrap();
    for step in &steps {
        prop_assert!(
            subject.allows(&step.action, &scene),
            "{request:?}: {step:?}"
        );
        let written = serde_json::to_value(&step.action).unwrap();
        for name in written.as_object().unwrap().keys() {
            let pointer = format!("/{name}");
            let told = step
                .provenance
                .iter()
                .any(|one| one.parameter.starts_with(&pointer));
            prop_assert!(told, "{request:?}: {pointer} of {step:?}");
        }
    }
    prop_assert!(lint::check(request, &scene, steps).is_ok());
    Ok(())
}

fn any_request() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(REQUESTS)
}

fn any_rendering() -> impl Strategy<Value = Rendering> {
    proptest::sample::select(vec![Rendering::Rich, Rendering::Flat])
}

fn value() -> impl Strategy<Value = Value> {
    let words = [
        "pve1",
        "pve2",
        "web-01",
        "db-01",
        "x1",
        "ancient",
        "scsi0",
        "pbs",
        "local-lvm",
        "shop",
        "lab",
        "started",
        "<<SECRET:random:1>>",
        "https://x.example",
        "rm -rf /",
        "",
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        proptest::sample::select(vec![0_u32, 1, 4, 8, 101, 103, 200, 8192, 16384, 65536])
            .prop_map(Value::from),
        proptest::sample::select(words.to_vec()).prop_map(Value::from),
        Just(json!(["prod", "web"])),
    ]
}

/// Steps as somebody might write them who obeys everybody.
fn any_step() -> impl Strategy<Value = Value> {
    let actions: Vec<String> = crate::stand_in::catalogue()
        .names()
        .map(str::to_owned)
        .collect();
    let target = prop_oneof![
        proptest::sample::select(vec![100_u32, 101, 102, 103, 110, 900])
            .prop_flat_map(|vmid| proptest::sample::select(vec!["qemu", "lxc"])
                .prop_map(move |kind| json!({"kind": kind, "vmid": vmid}))),
        Just(json!({"node": "pve2"})),
        Just(json!({"volume": "pbs:backup/vm/101/1"})),
    ];
    let names = [
        "name",
        "node",
        "storage",
        "disk",
        "size_gib",
        "new_vmid",
        "pool",
        "state",
        "include_memory",
    ];
    let params =
        proptest::collection::btree_map(proptest::sample::select(names.to_vec()), value(), 0..4);
    let settings = [
        "cores",
        "memory_mib",
        "onboot",
        "protection",
        "tags",
        "description",
    ];
    let set =
        proptest::collection::btree_map(proptest::sample::select(settings.to_vec()), value(), 0..3);
    (proptest::sample::select(actions), target, params, set).prop_map(
        |(action, target, params, set)| {
            let params = match action.as_str() {
                "guest.config.set" => json!({ "set": set }),
                _ => json!(params),
            };
            json!({"action": action, "target": target, "params": params, "rationale": "as told"})
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_are_a_draft_that_the_linter_has_not_passed(
        request in any_request(), rendering in any_rendering(),
        one in proptest::collection::vec(any::<u8>(), 0..300), two in "\\PC{0,200}",
    ) {
        let answers = [String::from_utf8_lossy(&one).into_owned(), two];
        hold(request, &answered(request, rendering, &answers))?;
    }

    #[test]
    fn no_plan_of_whoever_obeys_everybody_is_more_than_the_request_wants(
        request in any_request(),
        one in proptest::collection::vec(any_step(), 0..5),
        two in proptest::collection::vec(any_step(), 1..3),
    ) {
        let answers = [plan(&one).to_string(), plan(&two).to_string()];
        hold(request, &answered(request, Rendering::Rich, &answers))?;
    }

    #[test]
    fn a_right_answer_with_some_bytes_changed_is_still_held(
        at in 0..200_usize, byte in any::<u8>(), length in 0..40_usize,
    ) {
        let mut bytes = plan(&[snapshot(101, Value::Null)]).to_string().into_bytes();
        let at = at.min(bytes.len());
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, [byte]);
        let answers = [String::from_utf8_lossy(&bytes).into_owned()];
        hold(REQUEST, &answered(REQUEST, Rendering::Rich, &answers))?;
    }

    #[test]
    fn a_choice_never_adds_a_guest_or_something_to_do(
        label in "(web-01|db-01|stop|delete|scsi0|10 GB|pve2|not|all guests|twin| ){0,6}",
    ) {
        let answer = crate::answers::clarify("Which?", &[&label]).to_string();
        let drafting = answered(REQUEST, Rendering::Rich, &[answer]);
        if let Ok(Reply::Clarify(questions)) = &drafting.outcome {
            let before = Subject::of(REQUEST, &scene()).unwrap();
            for choice in &questions[0].choices {
                let after = Subject::of(&choice.request, &scene()).unwrap();
                prop_assert_eq!(&after.guests, &before.guests, "{}", choice.request);
            }
        }
    }
}
