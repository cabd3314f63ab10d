//! What holds for any text at all.

use argus_llm::{DraftAction, Drafted, SceneGuest};
use proptest::prelude::*;

use crate::scene::{draft, scene};

/// Words that come near to sentences, so that the rules get to work.
fn words() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(vec![
        "start",
        "stop",
        "shut",
        "down",
        "reboot",
        "snapshot",
        "migrate",
        "to",
        "pve1",
        "pve2",
        "pve9",
        "web-01",
        "web-02",
        "twin",
        "101",
        "103",
        "999",
        "qemu/101",
        "all",
        "guests",
        "VMs",
        "on",
        "off",
        "from",
        "with",
        "tag",
        "prod",
        "pool",
        "shop",
        "and",
        ",",
        ";",
        "then",
        "it",
        "not",
        "except",
        "called",
        "x1",
        "memory",
        "without",
        "before",
        "the",
        "update",
        "starte",
        "neu",
        "fahre",
        "herunter",
        "hoch",
        "nach",
        "auf",
        "aus",
        "alle",
        "und",
        "dann",
        "sie",
        "power",
        "turn",
        "(102)",
        "\"web-01\"",
        "zzz",
        "if",
        "take",
        "a",
        "hard",
        "gracefully",
        "first",
        "live",
        "vm",
        "container",
    ]);
    proptest::collection::vec(word, 0..14).prop_map(|words| words.join(" "))
}

fn is_named(guest: &SceneGuest, action: &DraftAction, request: &str) -> bool {
    let low = request.to_lowercase();
    let kind = action.target().kind.as_str();
    let by_number = low.contains(&guest.vmid.to_string());
    let by_name = low.contains(&guest.name.to_lowercase());
    let by_all = ["all", "alle", "every", "jede", "each"]
        .iter()
        .any(|word| low.contains(word));
    let exists = guest.kind.as_str() == kind && guest.vmid == action.target().vmid;
    exists && (by_number || by_name || by_all)
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
        if let Drafted::Draft(actions) = draft(&request) {
            prop_assert!((1..=50).contains(&actions.len()));
            let scene = scene();
            for action in &actions {
                prop_assert!(
                    scene.guests.iter().any(|guest| is_named(guest, action, &request)),
                    "{request:?} gave {action:?}"
                );
                if let DraftAction::Migrate { node, .. } = action {
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
