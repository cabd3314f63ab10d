//! Numbers, sizes, disks, snapshots and backups.

use super::{MOST_CHOICES, Open, answered, ask, guest_label, unknown_details};
use crate::builtin::amount::Change;
use crate::builtin::clause::{Clause, Said};
use crate::builtin::intent::Intent;
use crate::builtin::kept::{self, Unclear};
use crate::builtin::slots::{Pick, Slots};
use crate::drafted::{Choice, Question};
use crate::lint::range;
use crate::scene::SceneGuest;

const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

/// One of the numbers of a clause.
#[derive(Clone, Copy)]
struct Measure {
    what: &'static str,
    slot: fn(&mut Slots) -> &mut Option<Said<Change>>,
    unit: &'static str,
}

const MEMORY: Measure = Measure {
    what: "memory",
    slot: |slots| &mut slots.memory,
    unit: " MB",
};
const CORES: Measure = Measure {
    what: "cores",
    slot: |slots| &mut slots.cores,
    unit: "",
};
const DISK: Measure = Measure {
    what: "disk",
    slot: |slots| &mut slots.disk_size,
    unit: " MB",
};

impl Open<'_> {
    pub(super) fn values(self) -> Option<Question> {
        let clause = self.clause();
        let intents = clause.intents.iter().map(|said| said.value);
        intents.into_iter().find_map(|intent| match intent {
            Intent::Configure => self.settings(),
            Intent::GrowDisk => self.disk().or_else(|| self.disk_size()),
            Intent::MoveDisk => self.disk(),
            Intent::DeleteSnapshot | Intent::Rollback => self.snapshot(intent),
            Intent::Restore => self.backup(),
            _ => None,
        })
    }

    fn settings(self) -> Option<Question> {
        let slots = &self.clause().slots;
        if slots.memory.is_none() && slots.cores.is_none() {
            return Some(ask(
                "How much shall it be? For example: set the memory of web-01 to 8 GB.".to_owned(),
            ));
        }
        for (measure, said) in [(MEMORY, &slots.memory), (CORES, &slots.cores)] {
            let Some(said) = said else {
                continue;
            };
            let question = self.change(measure, said.value);
            if question.is_some() {
                return question;
            }
            for guest in self.meant() {
                let details = self.details(guest);
                let now = details.and_then(|details| {
                    let field = if measure.unit.is_empty() {
                        details.cores
                    } else {
                        details.memory_mib
                    };
                    field.map(u64::from)
                });
                if said.value.needs_now() && now.is_none() {
                    return Some(unknown_details(measure.what, guest));
                }
                let after = said.value.applied(now);
                let right = after.is_some_and(|after| {
                    if measure.unit.is_empty() {
                        range::CORES.contains(&after)
                    } else {
                        range::MEMORY_MIB.contains(&after)
                    }
                });
                if !right {
                    return Some(ask(format!(
                        "That is no possible number of {} for {}. How much shall it be?",
                        measure.what,
                        guest_label(guest)
                    )));
                }
            }
        }
        None
    }

    /// A number that two things can be meant by.
    fn change(self, measure: Measure, change: Change) -> Option<Question> {
        let close = |label: String, value: Change| -> Choice {
            self.choice(label, |closed: &mut Clause| {
                *(measure.slot)(&mut closed.slots) = Some(answered(value));
            })
        };
        match change {
            Change::NoUnit(number) => {
                let gib = number.checked_mul(1024);
                let mut choices = vec![close(format!("{number} MB"), Change::To(number))];
                choices.extend(gib.map(|mib| close(format!("{number} GB"), Change::To(mib))));
                Some(Question {
                    text: format!("{number} of what: MB or GB, as the new size?"),
                    choices,
                })
            }
            Change::Open(number) => Some(Question {
                text: format!(
                    "Shall it be {number}{0} afterwards, or {number}{0} more?",
                    measure.unit
                ),
                choices: vec![
                    close(
                        format!("{number}{} afterwards", measure.unit),
                        Change::To(number),
                    ),
                    close(
                        format!("{number}{} more", measure.unit),
                        Change::More(number),
                    ),
                ],
            }),
            _ => None,
        }
    }

    fn disk(self) -> Option<Question> {
        let clause = self.clause();
        let meant = self.meant();
        for guest in &meant {
            let details = self.details(guest);
            let Some(disks) = details.and_then(|details| details.disks.as_ref()) else {
                if clause.slots.disk.is_some() && !clause.means(Intent::GrowDisk) {
                    continue;
                }
                return Some(unknown_details("disks", guest));
            };
            let said = clause.slots.disk.as_ref();
            let fits = match said {
                Some(said) => disks.iter().any(|disk| disk.key == said.value),
                None => disks.len() == 1,
            };
            if fits {
                continue;
            }
            let offer = disks.iter().take(MOST_CHOICES).map(|disk| {
                let size = disk
                    .bytes
                    .map_or_else(String::new, |bytes| format!(", {} GiB", bytes >> 30));
                self.choice(
                    format!("{} on {}{size}", disk.key, disk.storage),
                    |closed| {
                        closed.slots.disk = Some(answered(disk.key.clone()));
                    },
                )
            });
            let choices: Vec<Choice> = if meant.len() == 1 {
                offer.collect()
            } else {
                Vec::new()
            };
            let text = match said {
                Some(said) => format!(
                    "{} has no disk {}. Which one?",
                    guest_label(guest),
                    said.value
                ),
                None => format!("Which disk of {}?", guest_label(guest)),
            };
            return Some(Question { text, choices });
        }
        None
    }

    fn disk_size(self) -> Option<Question> {
        let slots = &self.clause().slots;
        let Some(said) = &slots.disk_size else {
            return Some(ask(
                "How large shall the disk be? For example: grow disk scsi0 of web-01 by 10 GB."
                    .to_owned(),
            ));
        };
        let question = self.change(DISK, said.value);
        if question.is_some() {
            return question;
        }
        self.meant().into_iter().find_map(|guest| {
            let details = self.details(guest)?;
            let first = || details.disks.as_ref()?.first().map(|disk| disk.key.clone());
            let key = slots.disk.as_ref().map(|said| said.value.clone()).or_else(first)?;
            let now = kept::disk_mib(details, &key);
            let Some(now) = now else {
                return Some(unknown_details("disk's size", guest));
            };
            match said.value.applied(Some(now)) {
                Some(after) if after <= now => Some(ask(format!(
                    "{key} of {} has {} GiB already, and no disk can be made smaller. How large shall it be?",
                    guest_label(guest),
                    now / 1024
                ))),
                Some(after) if after.is_multiple_of(1024) && range::DISK_GIB.contains(&(after / 1024)) => None,
                _ => Some(ask(
                    "A disk grows by whole GB, up to 128 TB. How large shall it be?".to_owned(),
                )),
            }
        })
    }

    fn snapshot(self, intent: Intent) -> Option<Question> {
        let clause = self.clause();
        let back = intent == Intent::Rollback;
        let many = matches!(
            clause.slots.pick.as_ref().map(|said| &said.value),
            Some(Pick::All | Pick::OlderThan(_))
        );
        let meant = self.meant();
        for guest in &meant {
            let unclear = match kept::snapshots(clause, guest, self.scene()) {
                Ok(_) if back && many => Unclear::Unsaid,
                Ok(_) => continue,
                Err(unclear) => unclear,
            };
            if unclear == Unclear::Unknown {
                return Some(unknown_details("snapshots", guest));
            }
            let known = self
                .details(guest)
                .and_then(|details| details.snapshots.clone());
            let known = known.unwrap_or_default();
            let choices = known.iter().take(MOST_CHOICES).map(|one| {
                self.choice(one.name.clone(), |closed| {
                    closed.slots.pick = Some(answered(Pick::Named(one.name.clone())));
                })
            });
            let choices: Vec<Choice> = if meant.len() == 1 {
                choices.collect()
            } else {
                Vec::new()
            };
            let text = match (&unclear, known.is_empty()) {
                (_, true) => format!("{} has no snapshot.", guest_label(guest)),
                (Unclear::None, _) => {
                    format!("{} has no such snapshot. Which one?", guest_label(guest))
                }
                _ => format!("Which snapshot of {}?", guest_label(guest)),
            };
            return Some(Question { text, choices });
        }
        None
    }

    fn backup(self) -> Option<Question> {
        let clause = self.clause();
        for guest in self.meant() {
            let details = self.details(guest);
            let Some(backups) = details.and_then(|details| details.backups.as_ref()) else {
                return Some(unknown_details("backups", guest));
            };
            if backups.is_empty() {
                return Some(ask(format!("{} has no backup.", guest_label(guest))));
            }
            if kept::backup(clause, guest, self.scene()).is_none() {
                return Some(self.which_backup(guest));
            }
        }
        clause.slots.new.is_none().then(|| Question {
            text: "Argus restores a backup as a new guest, and the old one stays as it is. Is that what you want?".to_owned(),
            choices: vec![self.choice("Restore it as new".to_owned(), |closed| {
                closed.slots.new = Some(answered(()));
            })],
        })
    }

    fn which_backup(self, guest: &SceneGuest) -> Question {
        let backups = self
            .details(guest)
            .and_then(|details| details.backups.clone());
        let mut backups = backups.unwrap_or_default();
        backups.sort_by_key(|one| std::cmp::Reverse(one.taken_s));
        let single = self.meant().len() == 1;
        let offered = backups.iter().filter(|_| single).take(MOST_CHOICES);
        let choices = offered.map(|one| {
            let age = one.taken_s.map_or_else(String::new, |taken| {
                format!(", {}", age(self.scene().now_s - taken))
            });
            self.choice(format!("{}{age}", one.volume), |closed| {
                closed.slots.pick = Some(answered(Pick::Named(one.volume.clone())));
                closed.slots.new = Some(answered(()));
            })
        });
        Question {
            text: format!("Which backup of {}, as a new guest?", guest_label(guest)),
            choices: choices.collect(),
        }
    }
}

fn age(seconds: i64) -> String {
    match seconds {
        ..HOUR_S => "less than an hour old".to_owned(),
        HOUR_S..=DAY_S => format!("{} h old", seconds / HOUR_S),
        _ => format!("{} days old", seconds / DAY_S),
    }
}
