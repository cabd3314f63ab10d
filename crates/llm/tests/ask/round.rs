//! The way of a round: who is asked, how often, and what comes of it.

use argus_llm::ask::{
    Counterfactual, FaultRule, NoDraft, Purpose, Reply, Stage, Turn, details, turn,
};
use argus_llm::providers::{Cut, Failure, Finish, Row};
use argus_llm::wire::Rendering;
use argus_llm::{DraftTarget, Drafted, GuestKind, Source};
use serde_json::{Value, json};

use crate::answers::{REQUEST, clarify, plan, refuse, snapshot, step};
use crate::scene::{scene, written};
use crate::stand_in::{Memory, Says, Script, drafting, round};

fn steps(reply: &Result<Reply, NoDraft>) -> String {
    match reply {
        Ok(Reply::Draft(draft)) => written(draft.steps.steps()),
        other => panic!("a draft is wanted, not {other:?}"),
    }
}

#[test]
fn a_model_may_answer_only_what_the_rules_left_words_of() {
    let scene = scene();
    for request in [
        REQUEST,
        "mach bitte web-01 irgendwie schneller",
        "give web-01 sufficient oomph",
    ] {
        assert!(
            matches!(turn(request, &scene), Turn::Model(Drafted::Clarify(_))),
            "{request}"
        );
    }
    for request in [
        // Understood.
        "snapshot web-01",
        // A question with choices is better than any guess.
        "start twin",
        "start web01",
        // What the catalogue does not have.
        "rename web-01 to web-09",
        // Nothing that it is about.
        "make everything nice",
        "xyzzy",
        // Turned round, or tied to something.
        "snapshot web-01 unless it rains",
        "snapshot web-01 but not because reasons",
        // There is no such guest.
        "snapshot web-01 and 999 because reasons",
    ] {
        assert!(matches!(turn(request, &scene), Turn::Rules(_)), "{request}");
    }
}

#[test]
fn details_are_wanted_of_the_guests_that_the_request_names_and_of_no_other() {
    let web = DraftTarget {
        kind: GuestKind::Qemu,
        vmid: 101,
    };
    assert_eq!(details(REQUEST, &scene()), [web]);
    assert_eq!(details("make it nice", &scene()), []);
}

#[tokio::test]
async fn a_draft_that_holds_is_taken_at_once_with_its_author() {
    let answer = plan(&[snapshot(101, Value::Null)]);
    let models = Row::new(vec![Script::texts([answer])]);
    let memory = Memory::default();
    let drafting = round(REQUEST, &models, &memory).await.unwrap();
    assert_eq!(steps(&drafting.outcome), "snapshot 101");
    let author = drafting.author.unwrap();
    assert_eq!(
        (author.provider.as_str(), author.model.as_str()),
        ("main", "script-1")
    );
    assert_eq!(author.schema_sha256.len(), 64);
    assert_eq!(drafting.counterfactual, Counterfactual::NotNeeded);
    assert_eq!(drafting.judged.len(), 1);
    let stages = memory.stages.lock().unwrap().clone();
    assert_eq!(
        stages,
        [
            Stage::Resolving,
            Stage::Asking,
            Stage::Validating,
            Stage::Linting
        ]
    );
}

#[tokio::test]
async fn the_witness_has_the_very_bytes_before_they_leave_and_what_came_back() {
    let good = plan(&[snapshot(101, Value::Null)]).to_string();
    let models = Row::new(vec![Script::texts(["nonsense", good.as_str()])]);
    let memory = Memory::default();
    let drafting = round(REQUEST, &models, &memory).await.unwrap();
    let left = memory.left.lock().unwrap();
    let came = memory.came.lock().unwrap();
    let purposes: Vec<Purpose> = left.iter().map(|(purpose, ..)| *purpose).collect();
    assert_eq!(purposes, [Purpose::Draft, Purpose::Repair]);
    for (at, ((_, _, bytes, sha256), (_, exchanges))) in left.iter().zip(came.iter()).enumerate() {
        let [(sent, received)] = exchanges.as_slice() else {
            panic!("one exchange each");
        };
        assert_eq!(bytes, sent);
        assert_eq!(received, ["nonsense", good.as_str()][at].as_bytes());
        let put = &drafting.asked[at];
        assert_eq!(put.asked.exchanges[0].sent.sha256(), *sha256);
    }
}

#[tokio::test]
async fn nothing_is_sent_where_the_witness_refuses() {
    for refuses_from in [0, 1] {
        let models = Row::new(vec![Script::texts(["nonsense", "nonsense"])]);
        let memory = Memory {
            refuses_from: Some(refuses_from),
            ..Memory::default()
        };
        let stopped = round(REQUEST, &models, &memory).await.unwrap_err();
        assert_eq!(stopped, "the budget is used up");
        assert_eq!(models.models()[0].asked().len(), refuses_from);
    }
}

#[tokio::test]
async fn an_answer_that_does_not_hold_is_asked_for_once_more_and_no_more() {
    let wrong = plan(&[snapshot(102, Value::Null)]);
    let right = plan(&[snapshot(101, Value::Null)]);
    let mended = drafting(REQUEST, [&wrong, &right]).await;
    assert_eq!(steps(&mended.outcome), "snapshot 101");
    assert_eq!(mended.judged[0].faults[0].rule, FaultRule::Target);
    assert!(mended.judged[1].faults.is_empty());

    let models = Row::new(vec![Script::texts([&wrong, &wrong, &right])]);
    let memory = Memory::default();
    let drafting = round(REQUEST, &models, &memory).await.unwrap();
    let Err(NoDraft::Unfit(faults)) = &drafting.outcome else {
        panic!("{:?}", drafting.outcome);
    };
    assert!(faults.iter().any(|fault| fault.rule == FaultRule::Target));
    assert_eq!(models.models()[0].asked().len(), 2);
    assert!(
        drafting
            .outcome
            .unwrap_err()
            .to_string()
            .contains("could not draft")
    );
    assert!(memory.stages.lock().unwrap().contains(&Stage::Repairing));
}

#[tokio::test]
async fn the_second_question_says_what_was_wrong_and_where() {
    let wrong = plan(&[snapshot(102, Value::Null)]);
    let models = Row::new(vec![Script::texts([&wrong, &wrong])]);
    round(REQUEST, &models, &Memory::default()).await.unwrap();
    let asked = models.models()[0].asked();
    assert!(
        asked[1].starts_with(&asked[0]),
        "the question stays as it was"
    );
    assert!(asked[1].contains(r#""place":"/steps/0""#), "{}", asked[1]);
    assert!(asked[1].contains(r#""rule":"target""#));
    assert!(
        asked[1].contains(r#""vmid":102"#),
        "its own answer is shown to it"
    );
}

#[tokio::test]
async fn each_way_to_be_wrong_is_named() {
    let twice = r#"{"kind":"plan""#;
    let unknown = plan(&[step("guest.explode", 101, Value::Null)]);
    let long = plan(&[snapshot(101, json!("x".repeat(41)))]);
    let strange = plan(&[snapshot(103, Value::Null)]);
    let undesired = plan(&[step("guest.stop", 101, Value::Null)]);
    let link = json!({"kind": "plan", "summary": "see https://x.example", "questions": [], "refusal": "",
        "steps": [snapshot(101, Value::Null)]});
    for (answer, rule) in [
        (twice.to_owned(), FaultRule::Json),
        (unknown.to_string(), FaultRule::Wire),
        (long.to_string(), FaultRule::Schema),
        (strange.to_string(), FaultRule::Target),
        (undesired.to_string(), FaultRule::Class),
        (link.to_string(), FaultRule::Shown),
        (
            refuse("ask https://x.example").to_string(),
            FaultRule::Shown,
        ),
        (clarify("", &[]).to_string(), FaultRule::Shown),
    ] {
        let drafting = drafting(REQUEST, [&answer, &answer]).await;
        let Err(NoDraft::Unfit(faults)) = &drafting.outcome else {
            panic!("{answer}: {:?}", drafting.outcome);
        };
        assert_eq!(faults[0].rule, rule, "{answer}");
        let is_about_form = matches!(rule, FaultRule::Json | FaultRule::Wire | FaultRule::Schema);
        assert_eq!(drafting.failed_schema(), is_about_form, "{answer}");
    }
}

#[tokio::test]
async fn the_next_provider_is_asked_where_the_first_is_not_there_in_its_own_rendering() {
    let away = Script::new("away", Rendering::Rich, [Says::Fails(Failure::Loading)]);
    let flat = json!({"kind": "plan", "summary": "s", "questions": [], "refusal": "", "steps": [{
        "action": "guest.snapshot.create", "target": {"kind": "qemu", "id": "101"},
        "params": [{"key": "name", "value": "x9"}], "rationale": "r",
    }]});
    let there = Script::new("there", Rendering::Flat, [Says::Text(flat.to_string())]);
    let models = Row::new(vec![away, there]);
    let memory = Memory::default();
    let drafting = round(REQUEST, &models, &memory).await.unwrap();
    assert_eq!(steps(&drafting.outcome), "snapshot 101 =x9");
    assert_eq!(drafting.author.unwrap().provider, "there");
    assert_eq!(drafting.asked.len(), 2);
    let left = memory.left.lock().unwrap();
    let providers: Vec<&str> = left
        .iter()
        .map(|(_, provider, ..)| provider.as_str())
        .collect();
    assert_eq!(providers, ["away", "there"]);
}

#[tokio::test]
async fn whoever_answered_is_asked_again_and_nobody_else() {
    let bad = Script::texts(["nonsense"]);
    let other = Script::texts([plan(&[snapshot(101, Value::Null)])]);
    let models = Row::new(vec![bad, other]);
    let drafting = round(REQUEST, &models, &Memory::default()).await.unwrap();
    assert_eq!(drafting.outcome, Err(NoDraft::Failed(Failure::Loading)));
    assert!(models.models()[1].asked().is_empty());
}

#[tokio::test]
async fn failures_and_half_answers_are_no_drafts_and_are_not_repaired() {
    let good = plan(&[snapshot(101, Value::Null)]).to_string();
    for (says, wanted) in [
        (
            Says::Fails(Failure::ConnectionLost),
            NoDraft::Failed(Failure::ConnectionLost),
        ),
        (
            Says::Ends(Finish::Length, good.clone()),
            NoDraft::Cut(Cut::Length),
        ),
        (
            Says::Ends(Finish::ContentFilter, good.clone()),
            NoDraft::Cut(Cut::ContentFilter),
        ),
    ] {
        let models = Row::new(vec![Script::new("main", Rendering::Rich, [says])]);
        let drafting = round(REQUEST, &models, &Memory::default()).await.unwrap();
        assert_eq!(drafting.outcome, Err(wanted));
        assert_eq!(models.models()[0].asked().len(), 1);
    }
}

#[tokio::test]
async fn nobody_is_asked_about_nothing() {
    for (request, wanted) in [
        ("make it nice", NoDraft::NoSubject),
        ("snapshot web-01\u{202e}", NoDraft::Unreadable),
        (&"x".repeat(5000), NoDraft::Unreadable),
    ] {
        let models = Row::new(vec![Script::texts(["{}"])]);
        let drafting = round(request, &models, &Memory::default()).await.unwrap();
        assert_eq!(drafting.outcome, Err(wanted));
        assert!(models.models()[0].asked().is_empty());
    }
    let nobody: Row<Script> = Row::new(Vec::new());
    let drafting = round(REQUEST, &nobody, &Memory::default()).await.unwrap();
    assert_eq!(drafting.outcome, Err(NoDraft::Failed(Failure::NoProvider)));
}

#[tokio::test]
async fn a_question_and_a_refusal_are_answers() {
    let choices = [
        "scsi0",
        "10 GB",
        "delete web-01",
        "db-01",
        "web-01, then stop it",
        "pve2",
    ];
    let asked = drafting(REQUEST, [clarify("Which disk\nis meant?", &choices)]).await;
    let Ok(Reply::Clarify(questions)) = asked.outcome else {
        panic!("{:?}", asked.outcome);
    };
    assert_eq!(questions[0].text, "Which disk is meant?");
    let labels: Vec<&str> = questions[0]
        .choices
        .iter()
        .map(|choice| choice.label.as_str())
        .collect();
    // What to do is never a choice, nor a guest that nobody named.
    assert_eq!(labels, ["scsi0", "10 GB", "pve2"]);
    assert_eq!(
        questions[0].choices[0].request,
        format!("{REQUEST} (scsi0)")
    );

    let refused = drafting(REQUEST, [refuse("There is no such action.")]).await;
    let reason = "There is no such action.".to_owned();
    assert_eq!(refused.outcome, Ok(Reply::Refuse { reason }));
}

#[tokio::test]
async fn each_parameter_says_where_it_comes_from_and_a_model_s_own_word_is_told() {
    let request = "snapshot web-01 with name before-x because reasons";
    let own = drafting(request, [plan(&[snapshot(101, json!("nightly"))])]).await;
    let said = drafting(request, [plan(&[snapshot(101, json!("before-x"))])]).await;
    let source = |drafting: &argus_llm::ask::Drafting, parameter: &str| {
        let Ok(Reply::Draft(draft)) = &drafting.outcome else {
            panic!("{:?}", drafting.outcome);
        };
        let mut all = draft.steps.steps()[0].provenance.iter();
        all.find(|one| one.parameter == parameter)
            .unwrap()
            .source
            .clone()
    };
    assert_eq!(source(&own, "/name"), Source::Model);
    let Source::Request(span) = source(&said, "/name") else {
        panic!("the request says the name");
    };
    let word: String = request
        .chars()
        .skip(span.start)
        .take(span.end - span.start)
        .collect();
    assert_eq!(word, "before-x");
    assert!(matches!(source(&own, "/target"), Source::Request(_)));
}

#[test]
fn whoever_stops_waiting_stops_the_round() {
    let models = Row::new(vec![Script::new("main", Rendering::Rich, [Says::Nothing])]);
    let memory = Memory::default();
    let mut waiting = Box::pin(round(REQUEST, &models, &memory));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    drop(waiting);
    assert_eq!(models.models()[0].asked().len(), 1);
    assert_eq!(memory.left.lock().unwrap().len(), 1);
    assert!(memory.came.lock().unwrap().is_empty());
}
