//! Guests: by name or number, by pronoun, or all that fit.

use super::{Gap, Parser};
use crate::builtin::clause::Group;
use crate::builtin::lexicon::{self, Word};
use crate::builtin::resolve;
use crate::builtin::text::Token;
use crate::scene::GuestKind;

impl Parser<'_> {
    /// Room for guests: those after a finished clause belong to the next one.
    pub(super) fn room_for_guests(&mut self) {
        let over = self.gap == Gap::Sequence && self.clause.is_complete();
        let next = self.gap == Gap::List && self.clause.is_full();
        if over || next {
            self.finish_clause();
        }
        self.gap = Gap::Nothing;
    }

    pub(super) fn guest(&mut self) {
        let Some(text) = self.tokens.get(self.at).map(Token::shown) else {
            return;
        };
        let exact = resolve::exact(&text, self.scene);
        let near = exact.is_empty();
        let mut found = if near {
            resolve::near(&text, self.scene)
        } else {
            exact
        };
        let is_node = resolve::node(&text, self.scene).is_some();
        if found.is_empty() && !is_node && resolve::is_meant_as_guest(&text) {
            self.drop_noun();
            self.parsed.unknown_guests.push(text);
            self.at += 1;
            return;
        }
        if found.is_empty() || (near && is_node) {
            self.leave(1);
            return;
        }
        self.at += 1;
        if let Some((Some(kind), _)) = self.noun.take() {
            found.retain(|at| self.scene.guests[*at].kind == kind);
        }
        if self.touching
            && let Some(Group::Named {
                found: before,
                near: was_near,
                text: named,
                ..
            }) = self.clause.groups.last_mut()
        {
            // `web-01 (101)`: both must name the same guest.
            before.retain(|at| found.contains(at));
            *was_near |= near;
            *named = format!("{named} {text}");
            return;
        }
        self.room_for_guests();
        self.clause.groups.push(Group::Named {
            text,
            found,
            near,
            place: None,
        });
        self.touching = true;
    }

    pub(super) fn pronoun(&mut self, length: usize) {
        let text = self.tokens.get(self.at).map(Token::shown);
        self.at += length;
        if self.clause.is_complete() {
            self.finish_clause();
        }
        self.gap = Gap::Nothing;
        match self.parsed.clauses.last() {
            Some(before) if self.clause.groups.is_empty() => {
                self.clause.groups.clone_from(&before.groups);
            }
            _ => self.parsed.dangling_pronoun = text,
        }
    }

    pub(super) fn all(&mut self, length: usize) {
        let start = self.at;
        let mut at = start + length;
        let mut running = None;
        let mut noun = None;
        while let Some((word, taken)) = self.tokens.get(at..).and_then(lexicon::read) {
            match word {
                Word::Running if running.is_none() => running = Some(true),
                Word::Stopped if running.is_none() => running = Some(false),
                Word::Filler => {}
                Word::Noun(kind) => {
                    noun = Some(kind);
                    at += taken;
                    break;
                }
                _ => break,
            }
            at += taken;
        }
        match noun {
            Some(kind) => {
                self.at = at;
                self.add_set(kind, running);
            }
            None => self.leave(length),
        }
    }

    pub(super) fn add_set(&mut self, kind: Option<GuestKind>, running: Option<bool>) {
        self.room_for_guests();
        let mut members: Vec<usize> = (0..self.scene.guests.len())
            .filter(|at| {
                let guest = &self.scene.guests[*at];
                !guest.template
                    && kind.is_none_or(|kind| guest.kind == kind)
                    && running.is_none_or(|running| guest.running == running)
            })
            .collect();
        members.sort_by_key(|at| (self.scene.guests[*at].vmid, self.scene.guests[*at].kind));
        self.clause.groups.push(Group::Set {
            kind,
            members,
            narrowed: false,
        });
    }

    pub(super) fn noun(&mut self, kind: Option<GuestKind>, length: usize, touched: bool) {
        self.drop_noun();
        let text = self.tokens[self.at].shown();
        let names_next = matches!(
            self.tokens.get(self.at + length),
            Some(Token::Quoted(_) | Token::Word { .. })
        ) && self
            .tokens
            .get(self.at + length..)
            .is_some_and(|rest| lexicon::read(rest).is_none());
        self.at += length;
        if names_next {
            self.touching = touched;
            self.noun = Some((kind, text));
        } else if touched {
            // `web-01 VM`
            if let (Some(kind), Some(group)) = (kind, self.clause.groups.last_mut()) {
                let guests = &self.scene.guests;
                group.narrow(|at| guests[at].kind == kind);
            }
            self.touching = false;
        } else {
            self.parsed.leftovers.push(text);
        }
    }

    pub(super) fn state(&mut self, length: usize, running: bool) {
        let guests = &self.scene.guests;
        match self.clause.groups.last_mut() {
            Some(Group::Set { members, .. }) if self.gap == Gap::Nothing => {
                members.retain(|at| guests[*at].running == running);
                self.at += length;
            }
            _ => self.leave(length),
        }
    }
}
