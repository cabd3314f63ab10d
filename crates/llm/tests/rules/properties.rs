//! What holds for any text at all.

use argus_llm::{DraftAction, DraftTarget, Drafted, SceneGuest, Source};
use proptest::prelude::*;

use crate::scene::{draft, scene};

/// Words that come near to sentences, so that the rules get to work; a bar stands between them.
const WORDS: &[&str] = &[
    "start|stop|shut|down|reboot|snapshot|migrate|to|pve1|pve2|pve9|web-01|web-02|twin|101|103",
    "999|qemu/101|all|guests|VMs|on|off|from|with|tag|prod|pool|shop|and|,|;|then|it|not|except",
    "called|x1|memory|without|before|the|update|starte|neu|fahre|herunter|hoch|nach|auf|aus",
    "alle|und|dann|sie|power|turn|(102)|\"web-01\"|zzz|if|take|a|hard|gracefully|first|live|vm",
    "container|set|memory|cores|8 GB|2|4 cores|by|more|double|grow|disk|scsi0|delete|remove|add",
    "give|tag|clone|as|new|restore|backup|latest|oldest|older than 7 days|roll back|zurück",
    "setze|füge|hinzu|lösche|HA|pool lab|protection|autostart|enable|drain|maintenance|into",
    "out of|notes|\"hi\"|um|nimm|storage|pbs|local-lvm|with id",
];

fn words() -> impl Strategy<Value = String> {
    let all = WORDS.iter().flat_map(|line| line.split('|'));
    let word = proptest::sample::select(all.collect::<Vec<_>>());
    proptest::collection::vec(word, 0..14).prop_map(|words| words.join(" "))
}

fn is_named(guest: &SceneGuest, target: DraftTarget, request: &str) -> bool {
    let low = request.to_lowercase();
    let by_number = low.contains(&guest.vmid.to_string());
    let by_name = low.contains(&guest.name.to_lowercase());
    let by_all = ["all", "alle", "every", "jede", "each"]
        .iter()
        .any(|word| low.contains(word));
    let exists = guest.target() == target;
    exists && (by_number || by_name || by_all)
}

/// JSON pointers of what a step is made of: the guest as one, and each setting.
fn parameters(action: &serde_json::Value) -> Vec<String> {
    let fields = action.as_object().expect("an action is an object");
    let mut all = Vec::new();
    for (name, value) in fields {
        if name == "set" {
            let settings = value.as_object().expect("settings are an object");
            all.extend(settings.keys().map(|key| format!("/set/{key}")));
        } else {
            all.push(format!("/{name}"));
        }
    }
    all
}

proptest! {
    #[test]
    fn no_text_makes_the_rules_panic(text in "\\PC*") {
        draft(&text);
    }

    #[test]
    fn no_bytes_make_the_rules_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        draft(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn every_target_is_in_the_scene_and_was_named(request in words()) {
        if let Drafted::Draft(steps) = draft(&request) {
            prop_assert!((1..=50).contains(&steps.len()));
            let scene = scene();
            for step in &steps {
                if let Some(target) = step.action.target() {
                    prop_assert!(
                        scene.guests.iter().any(|guest| is_named(guest, target, &request)),
                        "{request:?} gave {step:?}"
                    );
                }
                if let DraftAction::Migrate { node, .. } | DraftAction::Drain { node } = &step.action {
                    prop_assert!(scene.nodes.contains(node) && request.contains(node.as_str()));
                }
            }
        }
    }

    #[test]
    fn a_request_with_a_word_that_nobody_knows_never_drafts(request in words(), at in 0..15_usize) {
        let mut words: Vec<&str> = request.split(' ').collect();
        words.insert(at.min(words.len()), "xyzzyplugh");
        let drafted = draft(&words.join(" "));
        // As a snapshot's name a word may be new.
        let named = words.windows(2).any(|pair| pair == ["called", "xyzzyplugh"]);
        prop_assert!(named || !matches!(drafted, Drafted::Draft(_)), "{words:?}");
    }

    #[test]
    fn a_negation_never_drafts(request in words(), at in 0..15_usize, no in proptest::sample::select(vec!["not", "don't", "never", "nicht", "kein", "except", "außer", "unless"])) {
        let mut words: Vec<&str> = request.split(' ').collect();
        words.insert(at.min(words.len()), no);
        let named = words.windows(2).any(|pair| pair == ["called", no]);
        prop_assert!(named || !matches!(draft(&words.join(" ")), Drafted::Draft(_)), "{words:?}");
    }

    #[test]
    fn each_parameter_says_where_it_comes_from(request in words()) {
        if let Drafted::Draft(steps) = draft(&request) {
            for step in &steps {
                let written = serde_json::to_value(&step.action).unwrap();
                for pointer in parameters(&written) {
                    let told = step.provenance.iter().any(|one| one.parameter == pointer);
                    prop_assert!(told, "{request:?}: {pointer} of {step:?}");
                }
            }
        }
    }

    #[test]
    fn no_characters_of_the_request_are_two_parameters(request in words()) {
        if let Drafted::Draft(steps) = draft(&request) {
            let length = request.chars().count();
            for step in &steps {
                let said: Vec<_> = step.provenance.iter().filter_map(|one| match one.source {
                    // What an answer or a switch's verb gives stands nowhere of its own.
                    Source::Request(span) if span.end > 0 && !one.parameter.starts_with("/set/") => Some(span),
                    _ => None,
                }).collect();
                for (at, one) in said.iter().enumerate() {
                    prop_assert!(one.start < one.end && one.end <= length, "{request:?}: {step:?}");
                    for other in &said[at + 1..] {
                        prop_assert!(one == other || !one.overlaps(*other), "{request:?}: {step:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_choice_drafts_or_asks_the_next_question_but_is_never_refused(request in words()) {
        if let Drafted::Clarify(questions) = draft(&request) {
            for choice in questions.iter().flat_map(|question| &question.choices) {
                let next = draft(&choice.request);
                prop_assert!(!matches!(next, Drafted::Refuse { .. }), "{:?}", choice.request);
                prop_assert!(next != Drafted::Clarify(questions.clone()), "{:?} leads back", choice.request);
            }
        }
    }
}
