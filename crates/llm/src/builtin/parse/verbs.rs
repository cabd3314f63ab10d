//! Verbs, their second halves and the light ones.

use super::{Gap, Parser};
use crate::builtin::clause::Said;
use crate::builtin::lexicon::{Particle, Stem, Thing, Verb, Word};
use crate::builtin::text::{Mark, Token};

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

    /// `snapshot`, `backup` and `tag` are verbs and things.
    pub(super) fn verb_or_thing(&mut self, verb: Verb, length: usize) {
        let starts_anew = self.gap != Gap::Nothing && self.clause.is_complete();
        let doing = if starts_anew { None } else { self.doing() };
        let belongs = matches!(
            doing,
            Some(Verb::Delete | Verb::Remove | Verb::Rollback | Verb::Back | Verb::Restore)
        );
        // `snapshot roll back web-01` may as well be two orders as one.
        if belongs && self.stands_before_a_verb(length) {
            self.leave(length);
            return;
        }
        match verb {
            Verb::Snapshot if belongs => self.snapshot_named(length),
            Verb::Backup if belongs => self.backup_named(length),
            _ => self.verb(verb, length),
        }
    }

    /// Whether the clause's first verb comes at once, and more behind it: at the end of a sentence it is German.
    fn stands_before_a_verb(&self, length: usize) -> bool {
        let Some((Word::Verb(_) | Word::Stem(_), taken)) = self.next(length) else {
            return false;
        };
        let behind = self.tokens.get(self.at + length + taken);
        !self.clause.has_verb() && !matches!(behind, None | Some(Token::Mark(_)))
    }

    pub(super) fn verb(&mut self, verb: Verb, length: usize) {
        if !self.room_for_verb() {
            self.leave(length);
            return;
        }
        let said = self.take(verb, length);
        self.clause.verbs.push(said);
    }

    pub(super) fn stem(&mut self, stem: Stem, length: usize) {
        // Two waiting verbs in one clause could not be told apart by their second halves.
        if !self.room_for_verb() || self.clause.stem.is_some() {
            self.leave(length);
            return;
        }
        let said = self.take(stem, length);
        self.clause.stem = Some(said);
    }

    pub(super) fn particle(&mut self, particle: Particle, length: usize) {
        let stem = self.clause.stem.as_ref().map(|said| said.value);
        if let Some(verb) = stem.and_then(|stem| stem.with(particle))
            && let Some(Said { span, .. }) = self.clause.stem.take()
        {
            self.at += length;
            self.clause.verbs.push(Said { value: verb, span });
            self.clause.closed |= !self.clause.groups.is_empty();
            return;
        }
        let last = self.clause.verbs.last().map(|said| said.value);
        let follows_light = self.clause.light.is_some();
        if particle == Particle::Up && (last == Some(Verb::Start) || follows_light) {
            self.at += length;
        } else if particle == Particle::Off {
            // `aus Pool X`, `aus HA`, `aus dem Backup`.
            self.from(length);
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
        let text = self.shown(self.at).unwrap_or_default();
        let said = self.take(text, length);
        self.clause.light = Some(said);
    }

    /// `hebe … auf`, `nimm … auf`: the preposition that is the second half of a verb.
    pub(super) fn is_second_half(&self, length: usize) -> bool {
        let waits = matches!(
            self.clause.stem.as_ref().map(|said| said.value),
            Some(Stem::Hebe | Stem::Nimm)
        );
        let ends = match self.tokens.get(self.at + length) {
            None | Some(Token::Mark(Mark::Stop | Mark::Comma)) => true,
            Some(_) => matches!(self.next(length), Some((Word::And | Word::Then, _))),
        };
        waits && ends
    }

    pub(super) fn second_half(&mut self, length: usize) {
        if let Some(Said { value, span }) = self.clause.stem.take() {
            let verb = if value == Stem::Hebe {
                Verb::Disable
            } else {
                Verb::Put
            };
            self.clause.verbs.push(Said { value: verb, span });
        }
        self.at += length;
    }

    pub(super) fn thing(&mut self, thing: Thing, length: usize) {
        match thing {
            Thing::Tag => self.tag(length),
            Thing::Pool => self.pool(length),
            Thing::Memory | Thing::Cores | Thing::Disk => self.measured(thing, length),
            _ => self.add_thing(thing, length),
        }
    }

    pub(super) fn add_thing(&mut self, thing: Thing, length: usize) {
        let said = Said {
            value: thing,
            span: self.span(length),
        };
        self.at += length;
        self.clause.things.push(said);
    }
}
