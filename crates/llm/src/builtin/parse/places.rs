//! Where to, where from, where: nodes, storages, and what else stands behind a preposition.

use super::{Gap, Parser};
use crate::builtin::amount::Relation;
use crate::builtin::clause::{Destination, Group, Said};
use crate::builtin::lexicon::{Particle, Stem, Thing, Verb, Word};
use crate::builtin::slots::{Pick, Storage, Way};
use crate::builtin::text::Token;

impl Parser<'_> {
    /// The word after the present one, past articles and nouns like `node`; with the tokens it takes.
    pub(super) fn name_after(&self, length: usize, past: &[Word]) -> Option<(String, usize)> {
        let at = self.at + self.past(length, past);
        match self.tokens.get(at)? {
            Token::Word { text, .. } | Token::Quoted(text) => {
                Some((text.clone(), at + 1 - self.at))
            }
            Token::Mark(_) | Token::Symbol(_) => None,
        }
    }

    /// The same, where the word is none that the rules know.
    pub(super) fn new_name_after(&self, length: usize, past: &[Word]) -> Option<(String, usize)> {
        self.name_after(length, past)
            .filter(|(_, taken)| self.next(taken - 1).is_none())
    }

    pub(super) fn node_after(&self, length: usize) -> Option<(String, usize)> {
        let (text, taken) = self.name_after(length, &[Word::NodeNoun, Word::Filler])?;
        Some((self.names.node(&text)?.clone(), taken))
    }

    pub(super) fn to(&mut self, length: usize) {
        if self.amount_after(length, Relation::To) || self.aim(length) {
            return;
        }
        if self.clause.to.is_some() {
            self.leave(length);
            return;
        }
        if let Some((node, taken)) = self.node_after(length) {
            let said = self.take(Destination::Node(node), taken);
            self.clause.to = Some(said);
        } else if let Some((text, taken)) =
            self.new_name_after(length, &[Word::NodeNoun, Word::Filler])
        {
            let said = self.take(Destination::Unknown(text), taken);
            self.clause.to = Some(said);
        } else {
            self.leave(length);
        }
    }

    pub(super) fn on(&mut self, length: usize) {
        if self.is_second_half(length) {
            self.second_half(length);
            return;
        }
        let german = self.is_word("auf");
        if german && (self.amount_after(length, Relation::To) || self.aim(length)) {
            return;
        }
        if self.storage_after(length) {
            return;
        }
        let Some((node, taken)) = self.node_after(length) else {
            if self.stem_is(Stem::Power) {
                self.particle(Particle::Up, length);
            } else if !self.leads_to_guests(length) {
                self.leave(length);
            }
            return;
        };
        let moves = self.clause.verbs.last().map(|said| said.value) == Some(Verb::Move)
            && self.clause.to.is_none();
        let named = matches!(self.clause.groups.last(), Some(Group::Named { .. }));
        if german && moves && named {
            // `verschiebe web-01 auf pve2`
            let said = self.take(Destination::Node(node), taken);
            self.clause.to = Some(said);
        } else {
            self.at += taken;
            self.locate(&node);
        }
    }

    /// What `to` and `auf` lead to beside nodes and numbers. `false` where it is none of that.
    fn aim(&mut self, length: usize) -> bool {
        let doing = self.doing();
        if matches!(doing, Some(Verb::Rollback | Verb::Back | Verb::Restore)) {
            return self.snapshot_after(length);
        }
        if self.thing_after(length) {
            return true;
        }
        let about = |thing| self.clause.is_about(thing);
        if about(Thing::Notes)
            && self.clause.slots.text.is_none()
            && let Some(Token::Quoted(text)) = self.tokens.get(self.at + length)
        {
            let said = self.take(text.clone(), length + 1);
            self.clause.slots.text = Some(said);
            return true;
        }
        if about(Thing::Tag) && doing == Some(Verb::Set) && self.clause.slots.tags.is_empty() {
            return self.tag_list(length);
        }
        if self.storage_after(length) {
            return true;
        }
        if doing == Some(Verb::Clone) && self.clause.name.is_none() {
            if let Some((text, taken)) = self.new_name_after(length, &[])
                && self.names.node(&text).is_none()
            {
                let said = self.take(text, taken);
                self.clause.name = Some(said);
                return true;
            }
            return false;
        }
        if self.clause.slots.loose.is_some() {
            let past = self.past(length, &[Word::Filler]);
            if let Some((Word::Thing(Thing::Memory | Thing::Disk), _)) = self.next(past) {
                self.at += length;
                return true;
            }
        }
        let attaches = matches!(
            doing,
            Some(Verb::Add | Verb::Give | Verb::Set | Verb::Tag | Verb::Grow)
        );
        attaches && self.leads_to_guests(length)
    }

    /// `to the latest snapshot`, `auf x1`.
    fn snapshot_after(&mut self, length: usize) -> bool {
        let past = self.past(length, &[Word::Filler]);
        match self.next(past) {
            Some((Word::Oldest | Word::Newest | Word::Verb(Verb::Snapshot), _)) => {
                self.at += length;
                true
            }
            Some(_) => false,
            None => {
                let Some((text, taken)) = self.name_after(length, &[Word::Filler]) else {
                    return false;
                };
                if self.clause.slots.pick.is_some() {
                    return false;
                }
                let said = self.take(Pick::Named(text), taken);
                let span = said.span;
                self.clause.slots.pick = Some(said);
                self.clause.things.push(Said {
                    value: Thing::Snapshot,
                    span,
                });
                true
            }
        }
    }

    /// `to HA`, `into maintenance`, `to the pool x`: takes the preposition.
    fn thing_after(&mut self, length: usize) -> bool {
        let takes = self.puts();
        let past = self.past(length, &[Word::Filler]);
        match self.next(past) {
            Some((Word::Thing(Thing::Ha), _)) => {}
            Some((Word::Thing(Thing::Pool | Thing::Maintenance), _)) if takes => {}
            Some((Word::Purpose, 1)) if takes && self.clause.slots.node.is_some() => {
                let Some(Token::Word { low, .. }) = self.tokens.get(self.at + past) else {
                    return false;
                };
                if !matches!(low.as_str(), "maintenance" | "wartung") {
                    return false;
                }
                let span = self.span(past + 1);
                self.goes(Way::In, span);
                self.at += past;
                self.add_thing(Thing::Maintenance, 1);
                return true;
            }
            _ => return false,
        }
        let span = self.span(length);
        self.goes(Way::In, span);
        self.at += length;
        true
    }

    /// Whether something is put somewhere or taken out.
    fn puts(&self) -> bool {
        let doing = self.doing();
        self.clause.light.is_some() && self.clause.verbs.is_empty()
            || matches!(
                doing,
                Some(Verb::Add | Verb::Put | Verb::Remove | Verb::Give)
            )
    }

    /// Where a disk or a backup goes.
    fn storage_after(&mut self, length: usize) -> bool {
        let doing = self.doing();
        let must = match doing {
            Some(Verb::Backup) => true,
            Some(Verb::Move) => self.clause.is_about(Thing::Disk),
            Some(Verb::Clone) => false,
            _ => return false,
        };
        let noun = self.past(length, &[Word::Filler]);
        let noun = self.next_at_is(noun, Word::StorageNoun);
        if self.clause.slots.storage.is_some() {
            return false;
        }
        let Some((text, taken)) = self.new_name_after(length, &[Word::StorageNoun, Word::Filler])
        else {
            return false;
        };
        let storage = match self.names.storage(&text) {
            Some(known) => Storage::Known(known.clone()),
            // `back up all guests on pve1`
            None if self.names.node(&text).is_some() && !noun => return false,
            None if self.names.is_guest(&text) && !noun => return false,
            None if must || noun => Storage::Unknown(text),
            None => return false,
        };
        let said = self.take(storage, taken);
        self.clause.slots.storage = Some(said);
        true
    }

    fn next_at_is(&self, length: usize, word: Word) -> bool {
        self.next(length).is_some_and(|(next, _)| next == word)
    }

    pub(super) fn storage_noun(&mut self, length: usize) {
        if !self.storage_after(0) && !self.storage_after(length) {
            self.leave(length);
        }
    }

    pub(super) fn from(&mut self, length: usize) {
        let past = self.past(length, &[Word::Filler, Word::Oldest, Word::Newest]);
        let puts = self.puts();
        match self.next(past) {
            Some((Word::Thing(Thing::Ha), _)) => {
                let span = self.span(length);
                self.goes(Way::Out, span);
                self.at += length;
                return;
            }
            Some((Word::Thing(Thing::Pool), _)) => {
                if puts {
                    let span = self.span(length);
                    self.goes(Way::Out, span);
                }
                // Otherwise the pool tells which guests.
                self.at += length;
                return;
            }
            Some((Word::Verb(Verb::Backup | Verb::Snapshot), _))
                if matches!(
                    self.doing(),
                    Some(Verb::Restore | Verb::Rollback | Verb::Back)
                ) =>
            {
                self.at += length;
                return;
            }
            _ => {}
        }
        if let Some((node, taken)) = self.node_after(length) {
            self.at += taken;
            self.locate(&node);
        } else if self.stem_is(Stem::Power) {
            self.particle(Particle::Off, length);
        } else if !self.leads_to_guests(length) {
            self.leave(length);
        }
    }

    pub(super) fn of(&mut self, length: usize) {
        let node = self.node_after(length).filter(|(name, _)| {
            // A guest may be called like a node; then the guest is meant: a node has no snapshot.
            !self.names.is_guest(name)
        });
        match node {
            Some((node, taken)) => {
                self.at += taken;
                self.locate(&node);
            }
            // `restore web-02 from the backup of web-01`: the second is not one more to be restored.
            None if !self.clause.groups.is_empty() && self.names_guests_after(length) => {
                self.leave(length);
            }
            None => self.at += length,
        }
    }

    pub(super) fn locate(&mut self, node: &str) {
        if !self.clause.locate(node, self.names.scene) {
            self.parsed.leftovers.push(node.to_owned());
        }
    }

    pub(super) fn inside(&mut self, length: usize) {
        if self.thing_after(length) {
            return;
        }
        if self.next_is(length, Word::Thing(Thing::Pool)) {
            self.at += length;
        } else {
            self.leave(length);
        }
    }

    /// A preposition before the first guests of the clause: takes it.
    pub(super) fn leads_to_guests(&mut self, length: usize) -> bool {
        let leads = self.clause.groups.is_empty()
            && self.gap == Gap::Nothing
            && self.doing().is_some_and(|verb| verb != Verb::Move)
            && self.names_guests_after(length);
        if leads {
            self.at += length;
        }
        leads
    }

    pub(super) fn names_guests_after(&self, length: usize) -> bool {
        let past = self.past(length, &[Word::Filler]);
        if let Some((Word::All | Word::Pronoun | Word::Everything, _)) = self.next(past) {
            return true;
        }
        let noun = match self.next(past) {
            Some((Word::Noun(_), also)) => past + also,
            _ => past,
        };
        self.shown(self.at + noun)
            .is_some_and(|text| self.names.is_guest(&text))
    }

    /// `drain pve2`, `put pve2 into maintenance`: takes the node.
    pub(super) fn node_to_drain(&mut self) -> bool {
        let Some(text) = self.shown(self.at) else {
            return false;
        };
        let waits = matches!(self.doing(), Some(Verb::Drain | Verb::Put))
            || (self.clause.light.is_some() && self.clause.verbs.is_empty());
        let fits = waits
            && self.clause.slots.node.is_none()
            && self.clause.groups.is_empty()
            && !self.names.is_guest(&text);
        match self.names.node(&text) {
            Some(node) if fits => {
                self.drop_noun();
                self.touching = false;
                let said = self.take(node.clone(), 1);
                self.clause.slots.node = Some(said);
                true
            }
            _ => false,
        }
    }

    pub(super) fn node_noun(&mut self, length: usize) {
        self.at += length;
        if !self.node_to_drain() {
            self.at -= length;
            self.leave(length);
        }
    }

    pub(super) fn stem_is(&self, stem: Stem) -> bool {
        self.clause.stem.as_ref().map(|said| said.value) == Some(stem)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Word { low, .. }) if low == word)
    }
}
