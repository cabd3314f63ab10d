//! Which node, which storage.

use super::{MOST_CHOICES, Open, answered, ask, named};
use crate::builtin::clause::{Clause, Destination, Group};
use crate::builtin::intent::Intent;
use crate::builtin::names::near_nodes;
use crate::builtin::slots::Storage;
use crate::drafted::{Choice, Question};

impl Open<'_> {
    pub(super) fn place(self) -> Option<Question> {
        let clause = self.clause();
        if !clause.means(Intent::Migrate) {
            return None;
        }
        let offer = |nodes: Vec<&String>| -> Vec<Choice> {
            let here: Vec<&String> = self.meant().into_iter().map(|guest| &guest.node).collect();
            nodes
                .into_iter()
                // A node on which all of them already are is no answer.
                .filter(|node| here.iter().any(|one| one != node))
                .take(MOST_CHOICES)
                .map(|node| {
                    self.choice(node.clone(), |closed| {
                        closed.to = Some(answered(Destination::Node(node.clone())));
                    })
                })
                .collect()
        };
        match clause.to.as_ref().map(|said| &said.value) {
            Some(Destination::Node(_)) => None,
            None => {
                let mut choices: Vec<Choice> = self.drain().into_iter().collect();
                choices.extend(offer(self.scene().nodes.iter().collect()));
                Some(Question {
                    text: format!("To which node shall {} move?", named(clause, self.scene())),
                    choices,
                })
            }
            Some(Destination::Unknown(text)) if self.names.storage(text).is_some() => {
                Some(ask(format!(
                    "“{text}” is a storage, and a guest moves to a node. Say “move disk …” to move a disk to a storage."
                )))
            }
            Some(Destination::Unknown(text)) => Some(Question {
                text: format!("There is no node “{text}”. Which node do you mean?"),
                choices: offer(near_nodes(text, self.scene())),
            }),
        }
    }

    /// `move everything off pve2`: each guest to the node that suits it.
    fn drain(self) -> Option<Choice> {
        let [
            Group::Set {
                kind: None,
                node: Some(node),
                ..
            },
        ] = self.clause().groups.as_slice()
        else {
            return None;
        };
        if self.clause().intents.len() != 1 {
            return None;
        }
        let label = format!("Drain {node}: each running guest where Argus finds room");
        Some(self.choice(label, |closed| {
            let said = closed.intents.first().map(|said| said.span);
            *closed = Clause::default();
            closed.intents = vec![answered(Intent::Drain)];
            closed.intents[0].span = said.unwrap_or_default();
            closed.slots.node = Some(answered(node.clone()));
        }))
    }

    pub(super) fn storage(self) -> Option<Question> {
        let clause = self.clause();
        let backs_up = clause.means(Intent::Backup);
        let asks = backs_up || clause.means(Intent::MoveDisk);
        let offer = |storages: Vec<String>| -> Vec<Choice> {
            let storages = storages.into_iter().take(MOST_CHOICES);
            storages
                .map(|storage| {
                    self.choice(storage.clone(), |closed| {
                        closed.slots.storage = Some(answered(Storage::Known(storage)));
                    })
                })
                .collect()
        };
        let possible = || {
            if backs_up {
                self.for_backups()
            } else {
                self.scene().storages.clone()
            }
        };
        match clause.slots.storage.as_ref().map(|said| &said.value) {
            Some(Storage::Known(_)) => None,
            Some(Storage::Unknown(text)) => Some(Question {
                text: format!("There is no storage “{text}”. Which one do you mean?"),
                choices: offer(possible()),
            }),
            None if !asks => None,
            None if backs_up && self.has_one_each() => None,
            None => {
                let choices = offer(possible());
                let what = if backs_up { "the backup" } else { "the disk" };
                Some(Question {
                    text: format!("To which storage shall {what} go?"),
                    choices,
                })
            }
        }
    }

    fn has_one_each(self) -> bool {
        self.meant().into_iter().all(|guest| {
            let details = self.details(guest);
            let storages = details.and_then(|details| details.backup_storages.as_ref());
            storages.is_some_and(|storages| storages.len() == 1)
        })
    }

    /// Storages that all of the guests can be backed up to.
    fn for_backups(self) -> Vec<String> {
        let mut each = self.meant().into_iter().map(|guest| {
            let details = self.details(guest);
            details.and_then(|details| details.backup_storages.clone())
        });
        let Some(Some(mut all)) = each.next() else {
            return Vec::new();
        };
        for more in each {
            let more = more.unwrap_or_default();
            all.retain(|storage| more.contains(storage));
        }
        all
    }
}
