//! Verbs, their second halves and the light ones.

use super::{Gap, Parser};
use crate::builtin::lexicon::{Particle, Stem, Verb, Word};
use crate::builtin::text::Token;

impl Parser<'_> {
    /// Makes room for a verb, or says that there is none.
    pub(super) fn room_for_verb(&mut self) -> bool {
        if self.clause.is_complete() {
            if self.gap == Gap::Nothing {
                return false;
            }
            self.finish_clause();
        } else if self.clause.has_verb() && self.gap == Gap::Nothing {
            return false;
        }
        self.gap = Gap::Nothing;
        true
    }

    pub(super) fn verb(&mut self, verb: Verb, length: usize) {
        if !self.room_for_verb() {
            self.leave(length);
            return;
        }
        self.clause.closed |= !self.clause.groups.is_empty();
        self.clause.verbs.push(verb);
        self.at += length;
    }

    pub(super) fn stem(&mut self, stem: Stem, length: usize) {
        // Two waiting verbs in one clause could not be told apart by their second halves.
        if !self.room_for_verb() || self.clause.stem.is_some() {
            self.leave(length);
            return;
        }
        self.clause.closed |= !self.clause.groups.is_empty();
        self.clause.stem = Some(stem);
        self.at += length;
    }

    pub(super) fn particle(&mut self, particle: Particle, length: usize) {
        if let Some(verb) = self.clause.stem.and_then(|stem| stem.with(particle)) {
            self.clause.stem = None;
            self.clause.verbs.push(verb);
            self.clause.closed |= !self.clause.groups.is_empty();
            self.at += length;
            return;
        }
        let follows_start = self.clause.verbs.last() == Some(&Verb::Start);
        let follows_light = self.clause.light.is_some();
        if particle == Particle::Up && (follows_start || follows_light) {
            self.at += length;
        } else if particle == Particle::Off && self.next_is(length, Word::Pool) {
            // `aus Pool X`: the pool says the rest.
            self.at += length;
        } else {
            self.leave(length);
        }
    }

    pub(super) fn light(&mut self, length: usize) {
        if self.clause.is_complete() && self.gap != Gap::Nothing {
            self.finish_clause();
        }
        if self.clause.light.is_some() {
            self.leave(length);
            return;
        }
        self.clause.light = self.tokens.get(self.at).map(Token::shown);
        self.at += length;
    }
}
