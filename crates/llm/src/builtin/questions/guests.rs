//! Which guests.

use super::{MOST_CHOICES, Open, ask, label, named, phrases};
use crate::builtin::clause::{Clause, Group};
use crate::builtin::intent::Intent;
use crate::drafted::Question;
use crate::scene::GuestKind;

/// More guests than one proposal holds cannot be offered as an answer.
const MOST_GUESTS: usize = 50;

impl Open<'_> {
    pub(super) fn guests(self) -> Option<Question> {
        let clause = self.clause();
        if clause.means(Intent::Drain) {
            return self.node();
        }
        if clause.groups.is_empty() {
            return Some(self.nobody());
        }
        clause
            .groups
            .iter()
            .find_map(|group| self.group(group))
            .or_else(|| self.misplaced())
            .or_else(|| self.live_container())
            .or_else(|| self.many_deleted())
    }

    fn node(self) -> Option<Question> {
        if self.clause().slots.node.is_some() {
            return None;
        }
        let nodes = self.scene().nodes.iter().take(MOST_CHOICES);
        let choices = nodes.map(|node| {
            self.choice(node.clone(), |closed| {
                closed.slots.node = Some(super::answered(node.clone()));
            })
        });
        Some(Question {
            text: "Which node shall be drained?".to_owned(),
            choices: choices.collect(),
        })
    }

    fn nobody(self) -> Question {
        let before = self
            .index
            .checked_sub(1)
            .map(|before| &self.clauses[before])
            // After a copy, the copy may be meant.
            .filter(|before| !before.intents.iter().any(|said| said.value.makes_a_guest()))
            .filter(|before| !before.groups.is_empty())
            .filter(|before| before.groups.iter().all(|group| group.certain().is_some()));
        let choices = before.map(|before| {
            self.choice(named(before, self.scene()), |closed| {
                closed.groups.clone_from(&before.groups);
            })
        });
        Question {
            text: format!("Which guest shall Argus {}?", phrases(self.clause())),
            choices: choices.into_iter().collect(),
        }
    }

    fn group(self, group: &Group) -> Option<Question> {
        if group.certain().is_some() {
            return None;
        }
        let replace = |closed: &mut [Clause], by: &Group| {
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
                span,
            } => {
                let choices = found.iter().take(MOST_CHOICES).map(|at| {
                    let only = Group::Named {
                        text: text.clone(),
                        found: vec![*at],
                        near: false,
                        place: place.clone(),
                        span: *span,
                    };
                    self.choice_in_all(label(*at, self.scene()), |closed| {
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
            Group::Set { members, .. } if members.is_empty() => Some(ask(
                "No guest fits that description. Which guests do you mean?".to_owned(),
            )),
            Group::Set {
                kind,
                members,
                span,
                ..
            } => {
                let all = Group::Set {
                    kind: *kind,
                    members: members.clone(),
                    narrowed: true,
                    node: None,
                    span: *span,
                };
                let choices = (members.len() <= MOST_GUESTS).then(|| {
                    let label = format!("All {} of the whole cluster", members.len());
                    self.choice_in_all(label, |closed| replace(closed, &all))
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
    fn misplaced(self) -> Option<Question> {
        let guests = &self.scene().guests;
        let (at, said) = self.clause().groups.iter().find_map(|group| match group {
            Group::Named {
                found,
                place: Some(place),
                ..
            } => {
                let at = *found.first()?;
                (guests[at].node != *place).then_some((at, place))
            }
            _ => None,
        })?;
        let as_it_is = self.choice_in_all("Yes, where it is".to_owned(), |closed| {
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
                label(at, self.scene())
            ),
            choices: vec![as_it_is],
        })
    }

    fn live_container(self) -> Option<Question> {
        let clause = self.clause();
        let guests = &self.scene().guests;
        let container = clause
            .guests()
            .into_iter()
            .find(|at| clause.live && guests[*at].kind == GuestKind::Lxc)?;
        Some(ask(format!(
            "{} is a container: it cannot move live, only with a restart. Say it without “live” if that is all right.",
            label(container, self.scene())
        )))
    }

    /// What is gone for good is named one by one.
    fn many_deleted(self) -> Option<Question> {
        let clause = self.clause();
        let mut groups = clause.groups.iter();
        let set = groups.any(|group| matches!(group, Group::Set { .. }));
        if !set || !clause.means(Intent::Destroy) {
            return None;
        }
        let guests = clause.guests();
        let names: Vec<String> = guests
            .iter()
            .take(MOST_CHOICES)
            .map(|at| self.scene().guests[*at].name.clone())
            .collect();
        let more = guests.len().saturating_sub(names.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        Some(Question {
            text: format!(
                "That deletes {} guests with all their disks: {}{more}. All of them?",
                guests.len(),
                names.join(", ")
            ),
            choices: vec![self.choice(format!("Delete all {}", guests.len()), |_| ())],
        })
    }
}
