//! Nodes, tags, pools, names of snapshots, purposes.

use super::{Gap, Parser};
use crate::builtin::clause::{Destination, Group};
use crate::builtin::lexicon::{self, Particle, Stem, Verb, Word};
use crate::builtin::resolve;
use crate::builtin::text::Token;

impl Parser<'_> {
    /// Whether the word after the present one means this.
    pub(super) fn next_is(&self, length: usize, word: Word) -> bool {
        self.tokens
            .get(self.at + length..)
            .and_then(lexicon::read)
            .is_some_and(|(next, _)| next == word)
    }

    /// The word after the present one, past articles and nouns like `node`; with the tokens it takes.
    pub(super) fn name_after(&self, length: usize, past: &[Word]) -> Option<(String, usize)> {
        let mut at = self.at + length;
        while let Some((word, taken)) = self.tokens.get(at..).and_then(lexicon::read) {
            if !past.contains(&word) {
                break;
            }
            at += taken;
        }
        match self.tokens.get(at)? {
            Token::Word { text, .. } | Token::Quoted(text) => {
                Some((text.clone(), at + 1 - self.at))
            }
            Token::Mark(_) | Token::Symbol(_) => None,
        }
    }

    pub(super) fn node_after(&self, length: usize) -> Option<(String, usize)> {
        let (text, taken) = self.name_after(length, &[Word::NodeNoun, Word::Filler])?;
        let node = resolve::node(&text, self.scene)?;
        Some((node.clone(), taken))
    }

    pub(super) fn to(&mut self, length: usize) {
        if self.clause.to.is_some() {
            self.leave(length);
            return;
        }
        if let Some((node, taken)) = self.node_after(length) {
            self.clause.to = Some(Destination::Node(node));
            self.at += taken;
        } else if let Some((text, taken)) = self.name_after(length, &[Word::NodeNoun, Word::Filler])
            && self
                .tokens
                .get(self.at + taken - 1..)
                .is_some_and(|rest| lexicon::read(rest).is_none())
        {
            self.clause.to = Some(Destination::Unknown(text));
            self.at += taken;
        } else {
            self.leave(length);
        }
    }

    pub(super) fn on(&mut self, length: usize) {
        let Some((node, taken)) = self.node_after(length) else {
            if self.clause.stem == Some(Stem::Power) {
                self.particle(Particle::Up, length);
            } else {
                self.leave(length);
            }
            return;
        };
        let german =
            matches!(self.tokens.get(self.at), Some(Token::Word { low, .. }) if low == "auf");
        let moves = self.clause.verbs.last() == Some(&Verb::Migrate) && self.clause.to.is_none();
        let named = matches!(self.clause.groups.last(), Some(Group::Named { .. }));
        self.at += taken;
        if german && moves && named {
            // `verschiebe web-01 auf pve2`
            self.clause.to = Some(Destination::Node(node));
        } else {
            self.locate(&node);
        }
    }

    pub(super) fn from(&mut self, length: usize) {
        if let Some((node, taken)) = self.node_after(length) {
            self.at += taken;
            self.locate(&node);
        } else if self.clause.stem == Some(Stem::Power) {
            self.particle(Particle::Off, length);
        } else {
            self.leave(length);
        }
    }

    pub(super) fn of(&mut self, length: usize) {
        let node = self.node_after(length).filter(|(name, _)| {
            // A guest may be called like a node; then the guest is meant: a node has no snapshot.
            resolve::exact(name, self.scene).is_empty()
        });
        match node {
            Some((node, taken)) => {
                self.at += taken;
                self.locate(&node);
            }
            None => self.at += length,
        }
    }

    pub(super) fn locate(&mut self, node: &str) {
        if !self.clause.locate(node, self.scene) {
            self.parsed.leftovers.push(node.to_owned());
        }
    }

    pub(super) fn with(&mut self, length: usize) {
        if self.next_is(length, Word::Tag) {
            self.at += length;
        } else {
            self.memory(length, true);
        }
    }

    pub(super) fn without(&mut self, length: usize) {
        self.memory(length, false);
    }

    pub(super) fn memory(&mut self, length: usize, kept: bool) {
        match self.tokens.get(self.at + length..).and_then(lexicon::read) {
            Some((Word::Memory, taken)) => {
                self.clause.memory = kept;
                self.at += length + taken;
            }
            _ => self.leave(length),
        }
    }

    pub(super) fn inside(&mut self, length: usize) {
        if self.next_is(length, Word::Pool) {
            self.at += length;
        } else {
            self.leave(length);
        }
    }

    pub(super) fn label(&mut self, length: usize, label: Label) {
        let Some((text, taken)) = self.name_after(length, &[]) else {
            self.leave(length);
            return;
        };
        let guests = &self.scene.guests;
        let known = match label {
            Label::Tag => &self.scene.tags,
            Label::Pool => &self.scene.pools,
        };
        let matches = |guest: &crate::scene::SceneGuest| match label {
            Label::Tag => guest.tags.iter().any(|tag| same(tag, &text)),
            Label::Pool => guest.pool.as_ref().is_some_and(|pool| same(pool, &text)),
        };
        if !known.iter().any(|one| same(one, &text)) && !guests.iter().any(matches) {
            self.parsed.unknown_labels.push(text);
            self.at += taken;
            return;
        }
        match self.clause.groups.last_mut() {
            Some(group) if self.gap == Gap::Nothing => {
                group.narrow(|at| matches(&guests[at]));
                self.at += taken;
            }
            _ => self.leave(taken),
        }
    }

    pub(super) fn called(&mut self, length: usize) {
        match self.name_after(length, &[]) {
            Some((text, taken)) if self.clause.name.is_none() => {
                self.clause.name = Some(text);
                self.at += taken;
            }
            _ => self.leave(length),
        }
    }

    /// `for maintenance` says why and changes nothing. Only words that can mean nothing else are skipped.
    pub(super) fn purpose(&mut self, length: usize) {
        let mut at = self.at + length;
        let mut said = false;
        while let Some((word @ (Word::Purpose | Word::Filler), taken)) =
            self.tokens.get(at..).and_then(lexicon::read)
        {
            said |= word == Word::Purpose;
            at += taken;
        }
        let aims = matches!(
            self.tokens.get(self.at),
            Some(Token::Word { low, .. }) if low == "for" || low == "für"
        );
        if said {
            self.at = at;
        } else if aims && self.names_guests_after(length) {
            // `take a snapshot for web-01`
            self.at += length;
        } else {
            self.leave(length);
        }
    }

    pub(super) fn names_guests_after(&self, length: usize) -> bool {
        self.next_is(length, Word::All)
            || self.next_is(length, Word::Pronoun)
            || self
                .name_after(length, &[Word::Filler])
                .is_some_and(|(text, _)| !resolve::exact(&text, self.scene).is_empty())
    }
}

/// What guests are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Tag,
    Pool,
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
