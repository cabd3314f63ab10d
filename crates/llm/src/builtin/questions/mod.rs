//! What is open in clauses that were understood, and the choices that close it.

mod guests;
mod names;
mod places;
mod values;

use crate::builtin::answer::CAN;
use crate::builtin::clause::{Clause, Said};
use crate::builtin::intent::Intent;
use crate::builtin::names::Names;
use crate::builtin::render::render;
use crate::drafted::{Choice, Question, Span};
use crate::scene::{Details, Scene, SceneGuest};

/// Most choices of one question.
const MOST_CHOICES: usize = 12;

/// One clause among all: what a question is about.
#[derive(Clone, Copy)]
struct Open<'a> {
    clauses: &'a [Clause],
    index: usize,
    names: &'a Names<'a>,
}

/// The first open point, with a choice for each way to close it.
pub(super) fn first_question(clauses: &[Clause], names: &Names<'_>) -> Option<Question> {
    (0..clauses.len()).find_map(|index| {
        let open = Open {
            clauses,
            index,
            names,
        };
        open.verb()
            .or_else(|| open.guests())
            .or_else(|| open.place())
            .or_else(|| open.storage())
            .or_else(|| open.names_and_numbers())
            .or_else(|| open.values())
    })
}

/// What is understood, and never done.
pub(super) fn refusal(clauses: &[Clause], scene: &Scene) -> Option<String> {
    let over = clauses
        .iter()
        .find(|clause| clause.means(Intent::Restore) && clause.slots.over.is_some())?;
    let guest = over.guests().first().map(|at| label(*at, scene));
    Some(format!(
        "Argus never restores a backup over a guest that exists{}. Restore it as new, look at it, and delete the old one then.",
        guest.map_or_else(String::new, |guest| format!(", such as {guest}"))
    ))
}

impl<'a> Open<'a> {
    fn clause(self) -> &'a Clause {
        &self.clauses[self.index]
    }

    fn scene(self) -> &'a Scene {
        self.names.scene
    }

    /// The clause's guests.
    fn meant(self) -> Vec<&'a SceneGuest> {
        let guests = self.clause().guests().into_iter();
        guests.map(|at| &self.scene().guests[at]).collect()
    }

    fn details(self, guest: &SceneGuest) -> Option<&'a Details> {
        self.scene().details.get(&guest.target())
    }

    /// A choice is the whole request with one point closed.
    fn choice(self, label: String, close: impl FnOnce(&mut Clause)) -> Choice {
        self.choice_in_all(label, |closed| close(&mut closed[self.index]))
    }

    fn choice_in_all(self, label: String, close: impl FnOnce(&mut [Clause])) -> Choice {
        let mut closed = self.clauses.to_vec();
        close(&mut closed);
        Choice {
            label,
            request: render(&closed, self.scene()),
        }
    }

    fn verb(self) -> Option<Question> {
        let clause = self.clause();
        if clause.intents.is_empty() {
            return Some(ask(format!(
                "What shall be done with {}? Argus can {CAN}.",
                named(clause, self.scene())
            )));
        }
        let settle = |label: &str, from: Intent, to: Intent| {
            self.choice(label.to_owned(), |closed| {
                for said in &mut closed.intents {
                    if said.value == from {
                        said.value = to;
                    }
                }
            })
        };
        if clause.means(Intent::SwitchOff) {
            return Some(Question {
                text: "Shut down gently, or switch off hard and lose what is not saved?".to_owned(),
                choices: vec![
                    settle("Shut down", Intent::SwitchOff, Intent::Shutdown),
                    settle("Stop hard", Intent::SwitchOff, Intent::Stop),
                ],
            });
        }
        if clause.means(Intent::Back) {
            return Some(Question {
                text: "Back to a snapshot, or press the reset button?".to_owned(),
                choices: vec![
                    settle("Roll back to a snapshot", Intent::Back, Intent::Rollback),
                    settle("Press the reset button", Intent::Back, Intent::Reset),
                ],
            });
        }
        clause.means(Intent::Remove).then(|| Question {
            text: format!(
                "Shall {} be deleted with all its disks? Otherwise say what it is removed from.",
                named(clause, self.scene())
            ),
            choices: vec![settle("Delete it", Intent::Remove, Intent::Destroy)],
        })
    }
}

fn unknown_details(what: &str, guest: &SceneGuest) -> Question {
    ask(format!(
        "Argus does not know the {what} of {} at the moment. Try again, or say it with a number or a name.",
        guest_label(guest)
    ))
}

fn ask(text: String) -> Question {
    Question {
        text,
        choices: vec![],
    }
}

/// A value that an answer gives: it is said nowhere in this request.
fn answered<T>(value: T) -> Said<T> {
    Said {
        value,
        span: Span::default(),
    }
}

fn label(at: usize, scene: &Scene) -> String {
    guest_label(&scene.guests[at])
}

fn guest_label(guest: &SceneGuest) -> String {
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

fn phrases(clause: &Clause) -> String {
    let words: Vec<&str> = clause
        .intents
        .iter()
        .map(|said| said.value.phrase())
        .collect();
    words.join(" and ")
}
