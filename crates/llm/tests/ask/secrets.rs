//! Secrets stay here: what a model writes about them is a placeholder, which goes back into notes and names to be alone.

use argus_llm::ask::{Brief, Channel, FaultRule, Fence, FreeText, NoDraft, Reply, Round};
use argus_llm::providers::Row;
use argus_llm::redact::Redactor;
use argus_llm::{DraftAction, DraftTarget, GuestKind};
use serde_json::{Value, json};

use crate::answers::{plan, step};
use crate::scene::scene;
use crate::stand_in::{Memory, Script, catalogue, contract, drafting, round_in};

/// Characters that nobody would choose and that are no word of a secret's: a serial number.
const SERIAL: &str = "q7Rk2VxPz9Lm4TnW8bYc3HdF";

fn request() -> String {
    format!("set the notes of web-01 to \"serial {SERIAL}\" because reasons")
}

fn notes(text: &str) -> Value {
    let set = json!({"cores": null, "memory_mib": null, "onboot": null, "protection": null, "tags": null,
        "description": text});
    plan(&[step("guest.config.set", 101, json!({ "set": set }))])
}

#[tokio::test]
async fn a_placeholder_comes_back_as_what_it_stands_for_in_notes() {
    let models = Row::new(vec![Script::texts([notes("serial <<SECRET:random:1>>")])]);
    let memory = Memory::default();
    let drafting = round_in(&request(), &scene(), &[], &models, &memory)
        .await
        .unwrap();
    let Ok(Reply::Draft(draft)) = drafting.outcome else {
        panic!("{:?}", drafting.outcome);
    };
    let DraftAction::SetConfig { set, .. } = &draft.steps.steps()[0].action else {
        panic!("settings");
    };
    assert_eq!(
        set.description.as_deref(),
        Some(format!("serial {SERIAL}").as_str())
    );
    for (_, _, bytes, _) in memory.left.lock().unwrap().iter() {
        let bytes = String::from_utf8_lossy(bytes);
        assert!(!bytes.contains(SERIAL) && bytes.contains("<<SECRET:random:1>>"));
    }
}

#[tokio::test]
async fn a_password_does_not_get_into_notes_even_where_the_request_has_it() {
    let request = "set the notes of web-01 to \"root password: hunter2trustno1\" because reasons";
    let answer = notes("root password: <<SECRET:password:1>>");
    let drafting = drafting(request, [&answer, &answer]).await;
    let Err(NoDraft::Unfit(faults)) = drafting.outcome else {
        panic!("{:?}", drafting.outcome);
    };
    assert!(
        faults
            .iter()
            .any(|fault| fault.rule == FaultRule::Output || fault.rule == FaultRule::Parameter)
    );
    assert!(
        faults
            .iter()
            .all(|fault| !fault.message.contains("hunter2"))
    );
}

#[tokio::test]
async fn a_placeholder_stands_nowhere_where_something_is_carried_out() {
    let table = [
        step("guest.migrate", 101, json!({"node": "<<SECRET:random:1>>"})),
        step(
            "guest.snapshot.delete",
            101,
            json!({"name": "<<SECRET:random:1>>"}),
        ),
        step("pool.add", 101, json!({"pool": "<< secret:random:1 >>"})),
    ];
    for step in table {
        let answer = plan(std::slice::from_ref(&step));
        let drafting = drafting(&request(), [&answer, &answer]).await;
        let Err(NoDraft::Unfit(faults)) = drafting.outcome else {
            panic!("{step}: {:?}", drafting.outcome);
        };
        assert_eq!(faults[0].rule, FaultRule::Placeholder, "{step}");
    }
}

#[tokio::test]
async fn a_placeholder_that_is_none_of_the_request_s_is_not_given_back() {
    let other = "aZ8sD4fG6hJ2kL9qW3eR5tYu";
    let texts = [FreeText {
        target: DraftTarget {
            kind: GuestKind::Qemu,
            vmid: 101,
        },
        channel: Channel::GuestNotes,
        text: other.to_owned(),
    }];
    // Number 2 stands for what is in the notes, number 7 for nothing.
    for stolen in [
        "<<SECRET:random:2>>",
        "<<SECRET:random:7>>",
        "<<SECRET:key:1>>",
    ] {
        let answer = notes(stolen);
        let models = Row::new(vec![Script::texts([&answer, &answer])]);
        let memory = Memory::default();
        let drafting = round_in(&request(), &scene(), &texts, &models, &memory)
            .await
            .unwrap();
        let Err(NoDraft::Unfit(faults)) = drafting.outcome else {
            panic!("{stolen}: {:?}", drafting.outcome);
        };
        assert_eq!(faults[0].rule, FaultRule::Placeholder, "{stolen}");
        let asked = models.models()[0].asked().join("\n");
        assert!(!asked.contains(other) && asked.contains("<<SECRET:random:2>>"));
    }
}

#[tokio::test]
async fn a_secret_is_shown_by_its_kind_and_can_be_looked_at_while_the_request_lives() {
    let mut answer = notes("serial <<SECRET:random:1>>");
    answer["summary"] = "Notes with <<SECRET:random:1>>".into();
    let models = Row::new(vec![Script::texts([answer])]);
    let (catalogue, contract, memory) = (catalogue(), contract(), Memory::default());
    let round = Round {
        models: &models,
        catalogue: &catalogue,
        contract: &contract,
        witness: &memory,
    };
    let (request, scene) = (request(), scene());
    let brief = Brief {
        request: &request,
        scene: &scene,
        texts: &[],
        fence: Fence::random(),
    };
    let mut redaction = Redactor::new([]).unwrap().begin();
    let drafting = round.draft(&brief, &mut redaction).await.unwrap();
    let Ok(Reply::Draft(draft)) = drafting.outcome else {
        panic!("{:?}", drafting.outcome);
    };
    assert_eq!(draft.summary, "Notes with [random]");
    let asked = models.models()[0].asked().remove(0);
    assert!(redaction.restore(&asked).contains(SERIAL));
}
