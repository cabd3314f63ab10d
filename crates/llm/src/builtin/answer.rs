//! From clauses to the answer: actions where nothing is open, otherwise the first thing that is.

use crate::builtin::clause::{Clause, Destination};
use crate::builtin::lexicon::{Stem, Verb};
use crate::builtin::parse::Parsed;
use crate::builtin::questions::first_question;
use crate::drafted::{Choice, DraftAction, DraftTarget, Drafted, Question};
use crate::scene::Scene;

/// Most actions of one draft, as in the proposal schema.
const MOST_ACTIONS: usize = 50;
/// What the catalogue has, for a sentence.
pub(super) const CAN: &str = "start, shut down, stop hard, reboot, snapshot and migrate guests";
const EXAMPLE: &str = "For example: snapshot web-01, then migrate it to pve2.";

/// Answers what was parsed.
pub(super) fn to(mut parsed: Parsed, scene: &Scene) -> Drafted {
    if !parsed.unsupported.is_empty() {
        return Drafted::Refuse {
            reason: format!(
                "Argus cannot do that yet: {}. It can {CAN}.",
                list(&parsed.unsupported)
            ),
        };
    }
    for clause in &mut parsed.clauses {
        settle_words(clause, &mut parsed.leftovers);
    }
    if !parsed.leftovers.is_empty() {
        return ask(
            format!(
                "I do not understand this part and will not guess: {}. Say it without, or in other words. {EXAMPLE}",
                list(&parsed.leftovers)
            ),
            vec![],
        );
    }
    if !parsed.unknown_guests.is_empty() {
        return ask(
            format!(
                "There is no guest {} in this cluster. Which one do you mean?",
                list(&parsed.unknown_guests)
            ),
            vec![],
        );
    }
    if !parsed.unknown_labels.is_empty() {
        return ask(
            format!(
                "No guest has the tag or pool {}. Which one do you mean?",
                list(&parsed.unknown_labels)
            ),
            vec![],
        );
    }
    if let Some(word) = parsed.dangling_pronoun {
        return ask(
            format!("Which guest is “{word}”? Name it by its name or its number."),
            vec![],
        );
    }
    if parsed.clauses.is_empty() {
        return ask(
            format!("What shall be done? Argus can {CAN}. {EXAMPLE}"),
            vec![],
        );
    }
    if let Some(question) = first_question(&parsed.clauses, scene) {
        return Drafted::Clarify(vec![question]);
    }
    actions(&parsed.clauses, scene)
}

/// Brings verb and manner together; what does not fit is a leftover.
fn settle_words(clause: &mut Clause, leftovers: &mut Vec<String>) {
    match clause.stem.take() {
        Some(Stem::Starte) => clause.verbs.push(Verb::Start),
        Some(_) => leftovers.push("a verb without its second half".to_owned()),
        None => {}
    }
    let all_are = |may: &[Verb]| clause.verbs.iter().all(|verb| may.contains(verb));
    if clause.gently && !all_are(&[Verb::Shutdown, Verb::Reboot, Verb::SwitchOff]) {
        leftovers.push("gracefully".to_owned());
    }
    if clause.hard && !all_are(&[Verb::Stop, Verb::SwitchOff]) {
        leftovers.push("hard".to_owned());
    }
    if clause.live && !all_are(&[Verb::Migrate]) {
        leftovers.push("live".to_owned());
    }
    if clause.to.is_some() && !clause.verbs.is_empty() && !clause.verbs.contains(&Verb::Migrate) {
        leftovers.push("the node to move to".to_owned());
    }
    let snapshots = clause.verbs.contains(&Verb::Snapshot);
    if (clause.name.is_some() || clause.memory) && !snapshots {
        leftovers.push("the name or memory of a snapshot".to_owned());
    }
    if let Some(light) = clause.light.take()
        && !snapshots
    {
        leftovers.push(light);
    }
    let settled = match (clause.gently, clause.hard) {
        (true, false) => Verb::Shutdown,
        (false, true) => Verb::Stop,
        _ => return,
    };
    for verb in &mut clause.verbs {
        if *verb == Verb::SwitchOff {
            *verb = settled;
        }
    }
}

fn list(words: &[String]) -> String {
    words
        .iter()
        .map(|word| format!("“{word}”"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn ask(text: String, choices: Vec<Choice>) -> Drafted {
    Drafted::Clarify(vec![Question { text, choices }])
}

fn actions(clauses: &[Clause], scene: &Scene) -> Drafted {
    let mut actions = Vec::new();
    for clause in clauses {
        let guests = clause.guests();
        for verb in &clause.verbs {
            for at in &guests {
                actions.extend(action(*verb, clause, *at, scene));
            }
        }
    }
    if actions.is_empty() {
        return ask(
            format!("What shall be done? Argus can {CAN}. {EXAMPLE}"),
            vec![],
        );
    }
    if actions.len() > MOST_ACTIONS {
        return ask(
            format!(
                "That would be {} actions, and one proposal holds at most {MOST_ACTIONS}. Ask for fewer guests at a time.",
                actions.len()
            ),
            vec![],
        );
    }
    Drafted::Draft(actions)
}

/// `None` only for what [`first_question`] has already asked about.
fn action(verb: Verb, clause: &Clause, at: usize, scene: &Scene) -> Option<DraftAction> {
    let guest = scene.guests.get(at)?;
    let target = DraftTarget {
        kind: guest.kind,
        vmid: guest.vmid,
    };
    Some(match verb {
        Verb::Start => DraftAction::Start { target },
        Verb::Shutdown => DraftAction::Shutdown { target },
        Verb::Stop => DraftAction::Stop { target },
        Verb::SwitchOff => return None,
        Verb::Reboot => DraftAction::Reboot { target },
        Verb::Snapshot => DraftAction::Snapshot {
            target,
            name: clause.name.clone(),
            include_memory: clause.memory,
        },
        Verb::Migrate => match &clause.to {
            Some(Destination::Node(node)) => DraftAction::Migrate {
                target,
                node: node.clone(),
            },
            _ => return None,
        },
    })
}
