//! Which requests ask for a reason, and of what.

use argus_llm::diagnosis::{About, Inquiry, Recognised, Symptom, recognise};
use argus_llm::{DraftTarget, GuestKind};
use proptest::prelude::*;

use crate::scene::scene;

const WEB: About = About::Guest(DraftTarget {
    kind: GuestKind::Qemu,
    vmid: 101,
});

fn inquiry(request: &str) -> Inquiry {
    match recognise(request, &scene()) {
        Some(Recognised::Clear(inquiry)) => inquiry,
        other => panic!("{request:?} is clear, not {other:?}"),
    }
}

#[test]
fn a_reason_is_asked_for_in_english_and_german() {
    for (request, about, symptom) in [
        ("why is web-01 slow?", WEB, Symptom::Slow),
        ("Why is web-01 so slow", WEB, Symptom::Slow),
        ("warum ist web-01 so langsam?", WEB, Symptom::Slow),
        ("Wieso ist 101 träge?", WEB, Symptom::Slow),
        ("why is web-01 (qemu 101) slow", WEB, Symptom::Slow),
        ("why did web-01 stop?", WEB, Symptom::Down),
        ("Warum läuft web-01 nicht?", WEB, Symptom::Down),
        ("warum ist web-01 abgestürzt", WEB, Symptom::Down),
        ("why is web-01 not reachable?", WEB, Symptom::Unreachable),
        (
            "weshalb ist web-01 nicht erreichbar",
            WEB,
            Symptom::Unreachable,
        ),
        ("why did the backup of web-01 fail?", WEB, Symptom::Failed),
        (
            "warum ist das Backup von web-01 fehlgeschlagen?",
            WEB,
            Symptom::Failed,
        ),
        ("why is web-01 locked", WEB, Symptom::Stuck),
        ("warum hängt web-01", WEB, Symptom::Stuck),
        ("what is wrong with web-01?", WEB, Symptom::Unsaid),
        ("what's wrong with web-01", WEB, Symptom::Unsaid),
        ("was ist los mit web-01?", WEB, Symptom::Unsaid),
        ("diagnose web-01", WEB, Symptom::Unsaid),
        ("why is web-01 on pve1 slow", WEB, Symptom::Slow),
        (
            "why is pve2 so slow",
            About::Node("pve2".to_owned()),
            Symptom::Slow,
        ),
        (
            "warum ist der Knoten pve2 überlastet",
            About::Node("pve2".to_owned()),
            Symptom::Slow,
        ),
        (
            "why is nfs-vm full",
            About::Storage("nfs-vm".to_owned()),
            Symptom::Full,
        ),
        (
            "warum ist local-lvm voll?",
            About::Storage("local-lvm".to_owned()),
            Symptom::Full,
        ),
    ] {
        assert_eq!(inquiry(request), Inquiry { about, symptom }, "{request}");
    }
}

#[test]
fn what_asks_for_no_reason_is_left_to_the_rules() {
    for request in [
        "",
        "snapshot web-01",
        "restart web-01 because it is slow",
        "whyever not",
        "start web-01, why not",
        "delete web-01",
        "is web-01 slow?",
    ] {
        assert_eq!(recognise(request, &scene()), None, "{request}");
    }
}

#[test]
fn what_is_not_clear_is_asked_about_with_choices_that_are() {
    let unclear = |request: &str| match recognise(request, &scene()) {
        Some(Recognised::Unclear(question)) => question,
        other => panic!("{request:?} is unclear, not {other:?}"),
    };
    let twins = unclear("why is twin slow?");
    let labels: Vec<&str> = twins
        .choices
        .iter()
        .map(|choice| choice.label.as_str())
        .collect();
    assert_eq!(labels, ["twin (VM 105)", "twin (container 106)"]);
    for choice in &twins.choices {
        assert_eq!(inquiry(&choice.request).symptom, Symptom::Slow);
    }
    // A name that only looks like one is offered and never taken.
    let near = unclear("why is web01 down?");
    assert!(
        near.choices
            .iter()
            .any(|choice| choice.label == "web-01 (VM 101)")
    );
    let several = unclear("why are web-01 and web-02 slow");
    assert_eq!(several.choices.len(), 2);
    assert!(unclear("why is everything slow").choices.is_empty());
}

#[test]
fn a_change_beside_the_question_is_no_part_of_the_answer() {
    for request in [
        "why is web-01 slow, restart it",
        "why is web-01 slow and then reboot web-01",
        "warum ist web-01 langsam? starte web-01 neu",
    ] {
        let Some(Recognised::Unclear(question)) = recognise(request, &scene()) else {
            panic!("{request}");
        };
        assert!(question.choices.is_empty() && question.text.contains("one after the other"));
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_every_choice_is_clear(text in "(why|warum|is|web|twin|web-01|slow|[^a]|\\PC| ){0,12}") {
        if let Some(Recognised::Unclear(question)) = recognise(&text, &scene()) {
            for choice in &question.choices {
                let again = recognise(&choice.request, &scene());
                prop_assert!(matches!(again, Some(Recognised::Clear(_))), "{choice:?}");
            }
        }
    }
}
