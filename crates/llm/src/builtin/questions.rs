//! What is open in clauses that were understood, and the choices that close it.

use crate::builtin::answer::CAN;
use crate::builtin::clause::{Clause, Destination, Group, render};
use crate::builtin::lexicon::Verb;
use crate::builtin::resolve;
use crate::drafted::{Choice, Question};
use crate::scene::{GuestKind, Scene};

/// Most choices of one question.
const MOST_CHOICES: usize = 12;
/// More guests than one proposal holds cannot be offered as an answer.
const MOST_GUESTS: usize = 50;

/// The first open point, with a choice for each way to close it.
pub(super) fn first_question(clauses: &[Clause], scene: &Scene) -> Option<Question> {
    clauses.iter().enumerate().find_map(|(index, clause)| {
        open_verb(clauses, index, scene)
            .or_else(|| open_guests(clauses, index, scene))
            .or_else(|| open_place(clauses, index, scene))
            .or_else(|| bad_name(clause))
    })
}

/// A choice is the whole request with one point closed.
fn choice(
    label: String,
    clauses: &[Clause],
    scene: &Scene,
    close: impl FnOnce(&mut Vec<Clause>),
) -> Choice {
    let mut closed = clauses.to_vec();
    close(&mut closed);
    Choice {
        label,
        request: render(&closed, scene),
    }
}

fn open_verb(clauses: &[Clause], index: usize, scene: &Scene) -> Option<Question> {
    let clause = &clauses[index];
    if clause.verbs.is_empty() {
        return Some(Question {
            text: format!(
                "What shall be done with {}? Argus can {CAN}.",
                named(clause, scene)
            ),
            choices: vec![],
        });
    }
    if !clause.verbs.contains(&Verb::SwitchOff) {
        return None;
    }
    let settle = |label: &str, with: Verb| {
        choice(label.to_owned(), clauses, scene, |closed| {
            for verb in &mut closed[index].verbs {
                if *verb == Verb::SwitchOff {
                    *verb = with;
                }
            }
        })
    };
    Some(Question {
        text: "Shut down gently, or switch off hard and lose what is not saved?".to_owned(),
        choices: vec![
            settle("Shut down", Verb::Shutdown),
            settle("Stop hard", Verb::Stop),
        ],
    })
}

fn open_guests(clauses: &[Clause], index: usize, scene: &Scene) -> Option<Question> {
    let clause = &clauses[index];
    if clause.groups.is_empty() {
        let choices = index
            .checked_sub(1)
            .map(|before| &clauses[before])
            .filter(|before| before.groups.iter().all(|group| group.certain().is_some()))
            .map(|before| {
                choice(named(before, scene), clauses, scene, |closed| {
                    closed[index].groups.clone_from(&before.groups);
                })
            });
        return Some(Question {
            text: format!("Which guest shall Argus {}?", verbs(clause)),
            choices: choices.into_iter().collect(),
        });
    }
    clause
        .groups
        .iter()
        .find_map(|group| open_group(clauses, group, scene))
        .or_else(|| misplaced(clauses, index, scene))
        .or_else(|| live_container(clause, scene))
}

fn open_group(clauses: &[Clause], group: &Group, scene: &Scene) -> Option<Question> {
    if group.certain().is_some() {
        return None;
    }
    let replace = |closed: &mut Vec<Clause>, by: &Group| {
        for one in closed.iter_mut().flat_map(|clause| &mut clause.groups) {
            if one == group {
                *one = by.clone();
            }
        }
    };
    match group {
        Group::Named {
            text,
            found,
            near,
            place,
        } => {
            let choices = found.iter().take(MOST_CHOICES).map(|at| {
                let only = Group::Named {
                    text: text.clone(),
                    found: vec![*at],
                    near: false,
                    place: place.clone(),
                };
                choice(label(*at, scene), clauses, scene, |closed| {
                    replace(closed, &only);
                })
            });
            let text = match (found.len(), near) {
                (0, _) => format!("No guest fits all of “{text}”. Which one do you mean?"),
                (_, true) => format!("There is no guest “{text}”. Do you mean one of these?"),
                (_, false) => format!("More than one guest fits “{text}”. Which one?"),
            };
            Some(Question {
                text,
                choices: choices.collect(),
            })
        }
        Group::Set { members, .. } if members.is_empty() => Some(Question {
            text: "No guest fits that description. Which guests do you mean?".to_owned(),
            choices: vec![],
        }),
        Group::Set { kind, members, .. } => {
            let all = Group::Set {
                kind: *kind,
                members: members.clone(),
                narrowed: true,
            };
            let choices = (members.len() <= MOST_GUESTS).then(|| {
                let label = format!("All {} of the whole cluster", members.len());
                choice(label, clauses, scene, |closed| replace(closed, &all))
            });
            Some(Question {
                text: format!(
                    "That would be {} guests of the whole cluster. Which ones: on which node, with which tag, in which pool?",
                    members.len()
                ),
                choices: choices.into_iter().collect(),
            })
        }
    }
}

/// `web-01 on pve1` where it is not.
fn misplaced(clauses: &[Clause], index: usize, scene: &Scene) -> Option<Question> {
    let (at, said) = clauses[index].groups.iter().find_map(|group| match group {
        Group::Named {
            found,
            place: Some(place),
            ..
        } => {
            let at = *found.first()?;
            (scene.guests[at].node != *place).then_some((at, place))
        }
        _ => None,
    })?;
    let as_it_is = choice("Yes, where it is".to_owned(), clauses, scene, |closed| {
        for one in closed.iter_mut().flat_map(|clause| &mut clause.groups) {
            if let Group::Named { found, place, .. } = one
                && found.contains(&at)
            {
                *place = None;
            }
        }
    });
    Some(Question {
        text: format!(
            "{} is not on {said}. Is it the one you mean?",
            label(at, scene)
        ),
        choices: vec![as_it_is],
    })
}

fn live_container(clause: &Clause, scene: &Scene) -> Option<Question> {
    let container = clause
        .guests()
        .into_iter()
        .find(|at| clause.live && scene.guests[*at].kind == GuestKind::Lxc)?;
    Some(Question {
        text: format!(
            "{} is a container: it cannot move live, only with a restart. Say it without “live” if that is all right.",
            label(container, scene)
        ),
        choices: vec![],
    })
}

fn open_place(clauses: &[Clause], index: usize, scene: &Scene) -> Option<Question> {
    let clause = &clauses[index];
    if !clause.verbs.contains(&Verb::Migrate) {
        return None;
    }
    let offer = |nodes: Vec<&String>| -> Vec<Choice> {
        let here: Vec<&String> = clause
            .guests()
            .into_iter()
            .map(|at| &scene.guests[at].node)
            .collect();
        nodes
            .into_iter()
            // A node on which all of them already are is no answer.
            .filter(|node| here.iter().any(|one| one != node))
            .take(MOST_CHOICES)
            .map(|node| {
                choice(node.clone(), clauses, scene, |closed| {
                    closed[index].to = Some(Destination::Node(node.clone()));
                })
            })
            .collect()
    };
    match &clause.to {
        Some(Destination::Node(_)) => None,
        None => Some(Question {
            text: format!("To which node shall {} move?", named(clause, scene)),
            choices: offer(scene.nodes.iter().collect()),
        }),
        Some(Destination::Unknown(text)) => Some(Question {
            text: format!("There is no node “{text}”. Which node do you mean?"),
            choices: offer(resolve::near_nodes(text, scene)),
        }),
    }
}

fn bad_name(clause: &Clause) -> Option<Question> {
    let name = clause.name.as_ref()?;
    let bytes = name.as_bytes();
    let right = (2..=40).contains(&bytes.len())
        && bytes[0].is_ascii_alphabetic()
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        && !name.eq_ignore_ascii_case("current")
        && !name.eq_ignore_ascii_case("pending");
    (!right).then(|| Question {
        text: format!(
            "“{name}” cannot be a snapshot's name: it takes a letter first, then letters, digits, _ or -, 2 to 40 in all, and not “current” or “pending”. Which name shall it have?"
        ),
        choices: vec![],
    })
}

fn label(at: usize, scene: &Scene) -> String {
    let guest = &scene.guests[at];
    format!(
        "{} ({} {}) on {}",
        guest.name,
        guest.kind.label(),
        guest.vmid,
        guest.node
    )
}

/// The clause's guests, for a sentence.
fn named(clause: &Clause, scene: &Scene) -> String {
    match clause.guests().as_slice() {
        [] => "that".to_owned(),
        [only] => label(*only, scene),
        many => format!("these {} guests", many.len()),
    }
}

fn verbs(clause: &Clause) -> String {
    let words: Vec<&str> = clause
        .verbs
        .iter()
        .map(|verb| match verb {
            Verb::Start => "start",
            Verb::Shutdown => "shut down",
            Verb::Stop => "stop hard",
            Verb::SwitchOff => "switch off",
            Verb::Reboot => "reboot",
            Verb::Snapshot => "snapshot",
            Verb::Migrate => "migrate",
        })
        .collect();
    words.join(" and ")
}
