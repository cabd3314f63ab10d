//! Tags, pools, names, purposes: what guests are told apart by, and what is given to them.

use super::{Gap, Parser};
use crate::builtin::clause::{Group, Said};
use crate::builtin::lexicon::{Thing, Verb, Word};
use crate::builtin::text::{Mark, Token};
use crate::drafted::HaState;

impl Parser<'_> {
    pub(super) fn with(&mut self, length: usize) {
        let doing = self.doing();
        if let Some((Word::Thing(Thing::Tag), also)) = self.next(length) {
            let set = matches!(self.clause.groups.last(), Some(Group::Set { .. }));
            self.at += length;
            if set || !takes_tags(doing) {
                self.label(also, Thing::Tag);
            }
        } else if matches!(doing, Some(Verb::Tag | Verb::Untag)) {
            if !self.tag_list(length) {
                self.leave(length);
            }
        } else if self
            .tokens
            .get(self.at + length..)
            .and_then(crate::builtin::amount::read)
            .is_some()
        {
            // `with 4 cores`: the number says the rest.
            self.at += length;
        } else {
            self.memory(length, true);
        }
    }

    pub(super) fn without(&mut self, length: usize) {
        self.memory(length, false);
    }

    fn memory(&mut self, length: usize, kept: bool) {
        match self.next(length) {
            Some((Word::Thing(Thing::Memory), taken)) => {
                let said = self.take(kept, length + taken);
                self.clause.memory = Some(said);
            }
            _ => self.leave(length),
        }
    }

    /// Keeps the guests with a tag or in a pool.
    pub(super) fn label(&mut self, length: usize, label: Thing) {
        let Some((text, taken)) = self.name_after(length, &[]) else {
            self.leave(length);
            return;
        };
        let scene = self.names.scene;
        let known = match label {
            Thing::Tag => &scene.tags,
            _ => &scene.pools,
        };
        let matches = |guest: &crate::scene::SceneGuest| match label {
            Thing::Tag => guest.tags.iter().any(|tag| same(tag, &text)),
            _ => guest.pool.as_ref().is_some_and(|pool| same(pool, &text)),
        };
        if !known.iter().any(|one| same(one, &text)) && !scene.guests.iter().any(matches) {
            self.parsed.unknown_labels.push(text);
            self.at += taken;
            return;
        }
        match self.clause.groups.last_mut() {
            Some(group) if self.gap == Gap::Nothing => {
                group.narrow(|at| matches(&scene.guests[at]));
                self.at += taken;
            }
            _ => self.leave(taken),
        }
    }

    /// `tag`: a verb, something that is given or taken, or what guests are told apart by.
    pub(super) fn tag(&mut self, length: usize) {
        let doing = self.doing();
        if takes_tags(doing) {
            self.add_thing(Thing::Tag, length);
            self.tag_list(0);
        } else if doing.is_none() && !self.clause.has_verb() && self.names_guests_after(length) {
            self.verb(Verb::Tag, length);
        } else {
            self.label(length, Thing::Tag);
        }
    }

    /// Takes the tags after `skip` tokens; `false` where there is none.
    pub(super) fn tag_list(&mut self, skip: usize) -> bool {
        let mut skip = skip;
        let mut found = false;
        while let Some(tag) = self.tag_at(skip) {
            let said = self.take(tag, skip + 1);
            self.clause.slots.tags.push(said);
            found = true;
            skip = match self.tokens.get(self.at) {
                Some(Token::Mark(Mark::Comma)) => 1,
                Some(Token::Word { .. }) if self.next_is(0, Word::And) => 1,
                _ => break,
            };
        }
        found
    }

    fn tag_at(&self, length: usize) -> Option<String> {
        match self.tokens.get(self.at + length)? {
            Token::Quoted(text) => Some(text.to_lowercase()),
            Token::Word { text, low } => {
                let known = self.next(length).is_some() || self.names.is_guest(text);
                (!known).then(|| low.clone())
            }
            Token::Mark(_) | Token::Symbol(_) => None,
        }
    }

    pub(super) fn pool(&mut self, length: usize) {
        if self.clause.slots.way.is_none() || self.clause.slots.pool.is_some() {
            self.label(length, Thing::Pool);
            return;
        }
        let Some((text, taken)) = self.name_after(length, &[]) else {
            self.leave(length);
            return;
        };
        let span = self.span(length);
        if let Some(pool) = self.names.pool(&text) {
            self.at += length;
            let said = self.take(pool.clone(), taken - length);
            self.clause.slots.pool = Some(said);
            self.clause.things.push(Said {
                value: Thing::Pool,
                span,
            });
        } else {
            self.parsed.unknown_labels.push(text);
            self.at += taken;
        }
    }

    pub(super) fn called(&mut self, length: usize) {
        let doing = self.doing();
        if self.clause.is_about(Thing::Ha) {
            let state = match self.next(length) {
                Some((Word::State(state), taken)) => Some((state, taken)),
                Some((Word::Running, taken)) => Some((HaState::Started, taken)),
                Some((Word::Stopped, taken)) => Some((HaState::Stopped, taken)),
                _ => None,
            };
            if let Some((state, taken)) = state {
                let said = self.take(state, length + taken);
                self.clause.slots.state = Some(said);
                return;
            }
        }
        if matches!(doing, Some(Verb::Tag)) && self.tag_list(length) {
            return;
        }
        let past = match self.next(length) {
            Some((Word::Noun(_) | Word::Number, also)) => length + also,
            _ => length,
        };
        if matches!(doing, Some(Verb::Clone | Verb::Restore))
            && self.clause.slots.number.is_none()
            && let Some(Token::Word { low, .. }) = self.tokens.get(self.at + past)
            && let Ok(number) = low.parse::<u32>()
        {
            let said = self.take(number, past + 1);
            self.clause.slots.number = Some(said);
            return;
        }
        match self.name_after(length, &[]) {
            Some((text, taken)) if self.clause.name.is_none() => {
                let said = self.take(text, taken);
                self.clause.name = Some(said);
            }
            _ => self.leave(length),
        }
    }

    /// `for maintenance` says why and changes nothing. Only words that can mean nothing else are skipped.
    pub(super) fn purpose(&mut self, length: usize) {
        let mut at = length;
        let mut said = false;
        while let Some((word @ (Word::Purpose | Word::Filler | Word::Verb(Verb::Backup)), taken)) =
            self.next(at)
        {
            said |= word != Word::Filler;
            at += taken;
        }
        // `before the update web-02`: another name cannot be part of why.
        let names = matches!(
            self.tokens.get(self.at + at),
            Some(Token::Word { .. } | Token::Quoted(_))
        ) && self.next(at).is_none();
        let aims = self.is_word("for") || self.is_word("für");
        if said && !names {
            self.at += at;
        } else if aims && !said && self.clause.groups.is_empty() && self.names_guests_after(length)
        {
            // `take a snapshot for web-01`
            self.at += length;
        } else {
            self.leave(length);
        }
    }
}

fn takes_tags(doing: Option<Verb>) -> bool {
    matches!(
        doing,
        Some(Verb::Add | Verb::Remove | Verb::Delete | Verb::Set | Verb::Give)
    )
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
