//! From clauses to the answer: steps where nothing is open, otherwise the first thing that is.

use crate::builtin::actions;
use crate::builtin::names::Names;
use crate::builtin::parse::Parsed;
use crate::builtin::questions::{first_question, refusal};
use crate::builtin::settle::settle;
use crate::drafted::{Drafted, Question};

/// Most actions of one draft, as in the proposal schema.
const MOST_ACTIONS: usize = 50;
/// What the rules understand, for a sentence.
pub(super) const CAN: &str = "start, shut down, stop hard, reboot, reset, snapshot, roll back, back up, restore, clone, migrate and delete guests, change their memory, cores, disks, tags, notes, autostart, protection, pool and high availability, and drain nodes";
const EXAMPLE: &str = "For example: snapshot web-01, then migrate it to pve2.";

/// Settles all clauses.
pub(super) fn settled(mut parsed: Parsed) -> Parsed {
    for clause in &mut parsed.clauses {
        settle(clause, &mut parsed.leftovers);
    }
    parsed
}

/// Answers what was parsed and settled.
pub(super) fn to(parsed: &Parsed, names: &Names<'_>) -> Drafted {
    if !parsed.unsupported.is_empty() {
        return Drafted::Refuse {
            reason: format!(
                "Argus cannot do that yet: {}. It can {CAN}.",
                list(&parsed.unsupported)
            ),
        };
    }
    if let Some(text) = unreadable(parsed) {
        return ask(text);
    }
    if parsed.clauses.is_empty() {
        return ask(format!("What shall be done? Argus can {CAN}. {EXAMPLE}"));
    }
    if let Some(reason) = refusal(&parsed.clauses, names.scene) {
        return Drafted::Refuse { reason };
    }
    if let Some(question) = first_question(&parsed.clauses, names) {
        return Drafted::Clarify(vec![question]);
    }
    let steps = actions::of(&parsed.clauses, names.scene);
    if steps.is_empty() {
        return ask(format!("What shall be done? Argus can {CAN}. {EXAMPLE}"));
    }
    if steps.len() > MOST_ACTIONS {
        return ask(format!(
            "That would be {} actions, and one proposal holds at most {MOST_ACTIONS}. Ask for fewer guests at a time.",
            steps.len()
        ));
    }
    Drafted::Draft(steps)
}

/// What keeps the words from being understood; no choice could mend it.
fn unreadable(parsed: &Parsed) -> Option<String> {
    if !parsed.leftovers.is_empty() {
        Some(format!(
            "I do not understand this part and will not guess: {}. Say it without, or in other words. {EXAMPLE}",
            list(&parsed.leftovers)
        ))
    } else if !parsed.unknown_guests.is_empty() {
        Some(format!(
            "There is no guest {} in this cluster. Which one do you mean?",
            list(&parsed.unknown_guests)
        ))
    } else if !parsed.unknown_labels.is_empty() {
        Some(format!(
            "No guest has the tag or pool {}. Which one do you mean?",
            list(&parsed.unknown_labels)
        ))
    } else {
        let word = parsed.dangling_pronoun.as_ref()?;
        Some(format!(
            "Which guest is “{word}”? Name it by its name or its number."
        ))
    }
}

fn list(words: &[String]) -> String {
    words
        .iter()
        .map(|word| format!("“{word}”"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn ask(text: String) -> Drafted {
    Drafted::Clarify(vec![Question {
        text,
        choices: vec![],
    }])
}
