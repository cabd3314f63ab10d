//! Numbers and sizes, and what they are of.

use super::Parser;
use crate::builtin::amount::{self, Amount, Change, Relation};
use crate::builtin::clause::Said;
use crate::builtin::lexicon::{Thing, Verb, Word};
use crate::builtin::text::Token;
use crate::drafted::Span;

impl Parser<'_> {
    /// Takes a number at the head, where it can only be one: with a sign, a unit or what it is a number of.
    pub(super) fn amount(&mut self) -> bool {
        let Some((amount, added, length)) = amount::read(&self.tokens[self.at..]) else {
            return false;
        };
        let counts = matches!(amount, Amount::Bare(_)) && self.counts_cores(length).is_some();
        if !added && !counts && matches!(amount, Amount::Bare(_)) {
            return false;
        }
        let relation = if added { Relation::By } else { Relation::Plain };
        self.bring(amount, relation, length, 0);
        true
    }

    /// `to 8 GB`, `auf 4`: takes the preposition and the number.
    pub(super) fn amount_after(&mut self, length: usize, relation: Relation) -> bool {
        let Some((amount, _, taken)) = self.tokens.get(self.at + length..).and_then(amount::read)
        else {
            return false;
        };
        if matches!(amount, Amount::Bare(_))
            && self.open_thing().is_none()
            && self.counts_cores(length + taken).is_none()
        {
            return false;
        }
        self.bring(amount, relation, taken, length);
        true
    }

    pub(super) fn by(&mut self, length: usize) {
        if !self.amount_after(length, Relation::By) {
            self.leave(length);
        }
    }

    /// German `um`: `um 2 GB` is by how much, `um 17` is when.
    pub(super) fn is_german_by(&self, length: usize) -> bool {
        let um = matches!(self.tokens.get(self.at), Some(Token::Word { low, .. }) if low == "um");
        let number = self.tokens.get(self.at + length..).and_then(amount::read);
        um && length == 1
            && match number {
                Some((Amount::Size(_), ..)) => true,
                Some((Amount::Bare(_), _, taken)) => {
                    self.counts_cores(length + taken).is_some()
                        || self.open_thing() == Some(Thing::Cores)
                }
                None => false,
            }
    }

    pub(super) fn more_or_less(&mut self, length: usize, more: bool) {
        let measured = [
            &mut self.clause.slots.memory,
            &mut self.clause.slots.cores,
            &mut self.clause.slots.disk_size,
            &mut self.clause.slots.loose,
        ];
        let open = measured.into_iter().flatten().find_map(|said| match said {
            Said {
                value: value @ Change::Open(_),
                ..
            } => Some(value),
            _ => None,
        });
        match open {
            // `8 GB more`
            Some(value) => {
                if let Change::Open(number) = *value {
                    *value = if more {
                        Change::More(number)
                    } else {
                        Change::Less(number)
                    };
                }
                self.at += length;
            }
            // `2 more cores` was taken with its number; `more memory` says no number.
            None => self.leave(length),
        }
    }

    /// `memory`, `cores`, `disk`: what a number before or after it is of.
    pub(super) fn measured(&mut self, thing: Thing, length: usize) {
        let doing = self.doing();
        let waits = self.clause.slots.loose.is_some() && thing != Thing::Cores;
        self.add_thing(thing, length);
        if waits && let Some(said) = self.clause.slots.loose.take() {
            self.fill(thing, said);
            return;
        }
        let change = match doing {
            Some(Verb::Double) => Change::Double,
            Some(Verb::Halve) => Change::Halve,
            _ => return,
        };
        let span = self
            .clause
            .things
            .last()
            .map_or_else(Span::default, |said| said.span);
        self.fill(
            thing,
            Said {
                value: change,
                span,
            },
        );
    }

    /// The tokens up to and with `cores`, where that is what a number counts; and whether it says more or less.
    fn counts_cores(&self, length: usize) -> Option<(usize, Option<bool>)> {
        let mut taken = length;
        let mut more = None;
        if let Some((word @ (Word::More | Word::Less), also)) = self.next(taken) {
            more = Some(word == Word::More);
            taken += also;
        }
        match self.next(taken) {
            Some((Word::Thing(Thing::Cores), also)) => Some((taken + also, more)),
            _ => None,
        }
    }

    /// The thing whose number is still to come.
    fn open_thing(&self) -> Option<Thing> {
        let slots = &self.clause.slots;
        let thing = self.clause.things.last()?.value;
        let filled = match thing {
            Thing::Memory => slots.memory.is_some(),
            Thing::Cores => slots.cores.is_some(),
            Thing::Disk => slots.disk_size.is_some(),
            _ => true,
        };
        (!filled).then_some(thing)
    }

    /// Takes a number of `taken` tokens after `before` others, and what it is of where that follows.
    fn bring(&mut self, amount: Amount, relation: Relation, taken: usize, before: usize) {
        let number = match amount {
            Amount::Size(number) | Amount::Bare(number) => number,
        };
        let start = self.at;
        self.at += before;
        let mut relation = relation;
        if let (Amount::Bare(_), Some((with_cores, more))) = (amount, self.counts_cores(taken)) {
            if let Some(more) = more {
                relation = if more { Relation::More } else { Relation::Less };
            }
            let span = self.span(with_cores);
            self.at += with_cores;
            self.clause.things.push(Said {
                value: Thing::Cores,
                span,
            });
            let value = self.change(number, relation);
            self.close();
            self.fill(Thing::Cores, Said { value, span });
            return;
        }
        let open = self.open_thing();
        let span = self.span(taken);
        self.at += taken;
        let value = match (amount, open) {
            (Amount::Size(_), Some(Thing::Cores)) => {
                self.at = start;
                self.leave(before + taken);
                return;
            }
            (Amount::Bare(_), Some(Thing::Memory | Thing::Disk)) => Change::NoUnit(number),
            _ => self.change(number, relation),
        };
        self.close();
        match open {
            Some(thing) => self.fill(thing, Said { value, span }),
            None if self.clause.slots.loose.is_none() => {
                self.clause.slots.loose = Some(Said { value, span });
            }
            None => {
                self.at = start;
                self.leave(before + taken);
            }
        }
    }

    fn close(&mut self) {
        self.clause.closed |= !self.clause.groups.is_empty();
    }

    fn change(&self, number: u64, relation: Relation) -> Change {
        let doing = self.doing();
        let shrinks = matches!(doing, Some(Verb::Shrink | Verb::Remove));
        match relation {
            Relation::To => Change::To(number),
            Relation::Less => Change::Less(number),
            Relation::By if shrinks => Change::Less(number),
            Relation::More | Relation::By => Change::More(number),
            Relation::Plain => match doing {
                Some(Verb::Set) => Change::To(number),
                Some(Verb::Add) => Change::More(number),
                Some(Verb::Remove) => Change::Less(number),
                Some(Verb::Give) if !self.says_more() => Change::To(number),
                _ => Change::Open(number),
            },
        }
    }

    /// Whether `more` stands right behind.
    fn says_more(&self) -> bool {
        self.next_is(0, Word::More) || self.next_is(0, Word::Less)
    }

    /// Keeps a number; a second one for the same is left over.
    fn fill(&mut self, thing: Thing, said: Said<Change>) {
        let slots = &mut self.clause.slots;
        let slot = match thing {
            Thing::Memory => &mut slots.memory,
            Thing::Cores => &mut slots.cores,
            _ => &mut slots.disk_size,
        };
        if slot.is_some() {
            self.parsed.leftovers.push("a second number".to_owned());
        } else {
            *slot = Some(said);
        }
    }

    /// `scsi0`, where a disk is spoken of.
    pub(super) fn disk_key(&mut self) -> bool {
        let Some(Token::Word { low, .. }) = self.tokens.get(self.at) else {
            return false;
        };
        if !amount::is_disk_key(low) || self.names.is_guest(low) {
            return false;
        }
        let key = low.clone();
        self.drop_noun();
        if self.clause.slots.disk.is_some() {
            self.leave(1);
            return true;
        }
        self.touching = false;
        let said = self.take(key, 1);
        let span = said.span;
        self.clause.slots.disk = Some(said);
        if !self.clause.is_about(Thing::Disk) {
            self.clause.things.push(Said {
                value: Thing::Disk,
                span,
            });
        }
        true
    }

    /// `with id 200`.
    pub(super) fn number(&mut self, length: usize) {
        let taken = self.past(length, &[Word::Number, Word::Filler]);
        let number = match self.tokens.get(self.at + taken) {
            Some(Token::Word { low, .. }) => low.parse::<u32>().ok(),
            _ => None,
        };
        match number {
            Some(number) if self.clause.slots.number.is_none() => {
                let said = self.take(number, taken + 1);
                self.clause.slots.number = Some(said);
            }
            _ => self.leave(length),
        }
    }
}
