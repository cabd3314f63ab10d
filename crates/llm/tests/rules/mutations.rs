//! Clear sentences with one thing changed: a plan of them must never be what nobody said.

use argus_llm::Drafted;
use proptest::prelude::*;

use crate::scene::{draft, scene, written};
use crate::{intents, sentences};

fn clear() -> Vec<&'static str> {
    let all = sentences::CLEAR.iter().chain(intents::CLEAR);
    all.map(|(request, _)| *request).collect()
}

/// The sentence with `word` in front of its word number `at`, and the word before that.
fn with<'a>(request: &'a str, at: usize, word: &'a str) -> (String, Option<&'a str>) {
    let mut words: Vec<&str> = request.split(' ').collect();
    let at = at.min(words.len());
    let before = at.checked_sub(1).map(|before| words[before]);
    words.insert(at, word);
    (words.join(" "), before)
}

/// Behind these a word may be a new name.
fn names(before: Option<&str>) -> bool {
    matches!(
        before,
        Some("called" | "as" | "named" | "namens" | "als" | "name")
    )
}

/// Not inside of quotation marks, where a word is a part of a text.
fn is_quoted(request: &str) -> bool {
    request.contains(['"', '„'])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_negation_or_condition_anywhere_never_drafts(
        request in proptest::sample::select(clear()),
        at in 0..16_usize,
        twist in proptest::sample::select(vec![
            "not", "don't", "never", "except", "unless", "if", "maybe", "or", "tomorrow", "without",
            "nicht", "kein", "außer", "falls", "morgen", "oder", "ohne", "statt",
        ]),
    ) {
        let (changed, before) = with(request, at, twist);
        // `without memory` is a manner of snapshots.
        let manner = changed.contains("without memory");
        if !names(before) && !is_quoted(request) && !manner {
            let drafted = draft(&changed);
            prop_assert!(!matches!(drafted, Drafted::Draft(_)), "{changed:?}: {drafted:?}");
        }
    }

    #[test]
    fn a_word_that_nobody_knows_is_asked_about(
        request in proptest::sample::select(clear()),
        at in 0..16_usize,
    ) {
        let (changed, before) = with(request, at, "xyzzyplugh");
        if !names(before) && !is_quoted(request)
            && let Drafted::Draft(steps) = draft(&changed)
        {
            // Only as a new tag or a new guest's name, and then it is in the draft.
            prop_assert!(written(&steps).contains("xyzzyplugh"), "{changed:?}: {}", written(&steps));
        }
    }

    #[test]
    fn a_second_verb_is_a_second_step_or_a_question(
        request in proptest::sample::select(clear()),
        at in 0..16_usize,
        verb in proptest::sample::select(vec!["stop", "delete", "reboot", "snapshot", "lösche", "stoppe"]),
    ) {
        let (changed, before) = with(request, at, verb);
        if !names(before) && !is_quoted(request)
            && let (Drafted::Draft(first), Drafted::Draft(steps)) = (draft(request), draft(&changed))
        {
            // `roll snapshot back …`: within the sentence it is the thing that is gone back to.
            let is_thing = verb == "snapshot" && at > 0 && written(&first).starts_with("rollback");
            // `reboot web-01 and reboot web-02` says the same twice.
            let done = match verb {
                "stop" | "stoppe" => ["stop ", "stop "],
                "delete" | "lösche" => ["destroy ", "delsnap "],
                "reboot" => ["reboot ", "reboot "],
                _ => ["snapshot ", "snapshot "],
            };
            let is_said = done.iter().any(|step| written(&first).contains(step));
            let other = steps.len() > first.len() || written(&first) != written(&steps);
            prop_assert!(is_thing || is_said || other, "{changed:?}");
        }
    }

    #[test]
    fn a_sentence_without_one_of_its_words_touches_only_guests_that_it_names(
        request in proptest::sample::select(clear()),
        at in 0..16_usize,
    ) {
        let mut words: Vec<&str> = request.split(' ').collect();
        if at < words.len() {
            words.remove(at);
        }
        let changed = words.join(" ");
        if let Drafted::Draft(steps) = draft(&changed) {
            let low = changed.to_lowercase();
            let all = ["all", "alle", "every"].iter().any(|word| low.contains(word));
            for target in steps.iter().filter_map(|step| step.action.target()) {
                let scene = scene();
                let guest = scene.guests.iter().find(|guest| guest.target() == target).unwrap();
                let named = low.contains(&guest.name) || low.contains(&guest.vmid.to_string());
                prop_assert!(named || all || request.contains("ｗｅｂ"), "{changed:?}: {}", written(&steps));
            }
        }
    }

    #[test]
    fn a_near_miss_of_a_name_never_drafts_about_the_guest(
        request in proptest::sample::select(clear()),
        letter in 0..6_usize,
    ) {
        // `web-01` with one letter doubled: `wweb-01`, `web--01`.
        let mut name: Vec<char> = "web-01".chars().collect();
        name.insert(letter, name[letter]);
        let name: String = name.into_iter().collect();
        if request.contains("web-01") {
            let changed = request.replace("web-01", &name);
            if let Drafted::Draft(steps) = draft(&changed) {
                let touched = steps.iter().filter_map(|step| step.action.target()).any(|target| target.vmid == 101);
                prop_assert!(!touched || changed.contains("101") || changed.contains("all") || changed.contains("lle"), "{changed:?}: {}", written(&steps));
            }
        }
    }
}
