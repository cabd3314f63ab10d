//! Names, numbers, tags and texts that must be right.

use super::{MOST_CHOICES, Open, answered, ask, guest_label};
use crate::builtin::intent::Intent;
use crate::drafted::{HaState, Question};
use crate::lint::{pattern, range};

impl Open<'_> {
    pub(super) fn names_and_numbers(self) -> Option<Question> {
        let clause = self.clause();
        let means = |intent| clause.means(intent);
        if means(Intent::Snapshot)
            && let Some(name) = &clause.name
            && !pattern::is_snapshot_name(&name.value)
        {
            return Some(ask(format!(
                "“{}” cannot be a snapshot's name: it takes a letter first, then letters, digits, _ or -, 2 to 40 in all, and not “current” or “pending”. Which name shall it have?",
                name.value
            )));
        }
        if means(Intent::Clone) || means(Intent::Restore) {
            return self.new_guest();
        }
        if means(Intent::AddTags) || means(Intent::RemoveTags) || means(Intent::SetTags) {
            return self.tags();
        }
        if means(Intent::SetNotes) {
            return self.notes();
        }
        if means(Intent::PoolAdd) || means(Intent::PoolRemove) {
            return self.pool();
        }
        if means(Intent::HaAdd) {
            return self.ha_state();
        }
        None
    }

    fn new_guest(self) -> Option<Question> {
        let clause = self.clause();
        let guests = &self.scene().guests;
        let single = clause.name.is_some() || clause.slots.number.is_some();
        if single && self.meant().len() > 1 {
            return Some(ask(
                "One name or number cannot be given to several new guests. Which one is it for?"
                    .to_owned(),
            ));
        }
        if let Some(number) = &clause.slots.number {
            if !range::VMID.contains(&u64::from(number.value)) {
                return Some(ask(format!(
                    "A guest's number is 100 to 999999999, and {} is not. Which one shall it be?",
                    number.value
                )));
            }
            if let Some(holder) = guests.iter().find(|guest| guest.vmid == number.value) {
                return Some(ask(format!(
                    "The number {} is taken by {}. Which one shall it be?",
                    number.value,
                    guest_label(holder)
                )));
            }
        }
        let name = clause.name.as_ref()?;
        if !pattern::is_guest_name(&name.value) {
            return Some(ask(format!(
                "“{}” cannot be a guest's name: letters, digits, hyphens and dots, at most 63 between dots. Which name shall it have?",
                name.value
            )));
        }
        let holder = self.names.exact(&name.value).first().copied()?;
        Some(ask(format!(
            "There is a guest of that name already: {}. Which name shall the new one have?",
            guest_label(&guests[holder])
        )))
    }

    fn tags(self) -> Option<Question> {
        let clause = self.clause();
        let tags = &clause.slots.tags;
        if tags.is_empty() {
            return Some(ask("Which tag? Say “tag” and its name.".to_owned()));
        }
        if let Some(wrong) = tags.iter().find(|tag| !pattern::is_tag(&tag.value)) {
            return Some(ask(format!(
                "“{}” cannot be a tag: small letters, digits, and _ - + . after the first. Which tag?",
                wrong.value
            )));
        }
        if !clause.means(Intent::RemoveTags) {
            return None;
        }
        self.meant().into_iter().find_map(|guest| {
            let missing = tags.iter().find(|tag| !guest.tags.contains(&tag.value))?;
            Some(ask(format!(
                "{} does not have the tag “{}”; its tags are {}. Which one do you mean?",
                guest_label(guest),
                missing.value,
                guest.tags.join(", ")
            )))
        })
    }

    fn notes(self) -> Option<Question> {
        let Some(text) = &self.clause().slots.text else {
            return Some(ask(
                "What shall the notes say? Put the text in quotation marks.".to_owned(),
            ));
        };
        (!pattern::is_note(&text.value)).then(|| {
            ask("Notes take up to 1000 visible characters, and no links or images. What shall they say?".to_owned())
        })
    }

    fn pool(self) -> Option<Question> {
        if self.clause().slots.pool.is_some() {
            return None;
        }
        let pools = self.scene().pools.iter().take(MOST_CHOICES);
        let choices = pools.map(|pool| {
            self.choice(pool.clone(), |closed| {
                closed.slots.pool = Some(answered(pool.clone()));
            })
        });
        Some(Question {
            text: "Which pool?".to_owned(),
            choices: choices.collect(),
        })
    }

    /// Proxmox starts a stopped guest that it is told to keep running.
    fn ha_state(self) -> Option<Question> {
        if self.clause().slots.state.is_some() {
            return None;
        }
        let stopped = self.meant().into_iter().find(|guest| !guest.running)?;
        let state = |label: &str, state: HaState| {
            self.choice(label.to_owned(), |closed| {
                closed.slots.state = Some(answered(state));
            })
        };
        Some(Question {
            text: format!(
                "{} is stopped. Shall high availability start it and keep it running, or keep it stopped?",
                guest_label(stopped)
            ),
            choices: vec![
                state("Start it and keep it running", HaState::Started),
                state("Keep it stopped", HaState::Stopped),
            ],
        })
    }
}
