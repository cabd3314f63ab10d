//! Guests: by name or number, by pronoun, or all that fit.

use super::{Gap, Parser};
use crate::builtin::clause::{Clause, Group};
use crate::builtin::intent::Intent;
use crate::builtin::lexicon::{self, Thing, Verb, Word};
use crate::builtin::names;
use crate::builtin::slots::Pick;
use crate::builtin::text::Token;
use crate::drafted::Span;
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

    /// A word that the rules do not know: a number, a disk, a node to drain, or a guest.
    pub(super) fn name(&mut self) {
        if !self.amount() && !self.disk_key() && !self.node_to_drain() {
            self.guest();
        }
    }

    pub(super) fn guest(&mut self) {
        let Some(text) = self.shown(self.at) else {
            return;
        };
        let exact = self.names.exact(&text);
        let near = exact.is_empty();
        let mut found = if near { self.names.near(&text) } else { exact };
        let is_node = self.names.node(&text).is_some();
        if found.is_empty() && !is_node && names::is_meant_as_guest(&text) {
            self.drop_noun();
            self.parsed.unknown_guests.push(text);
            self.at += 1;
            return;
        }
        if found.is_empty() || (near && is_node) {
            self.leave(1);
            return;
        }
        let span = self.span(1);
        self.at += 1;
        let scene = self.names.scene;
        if let Some((Some(kind), _)) = self.noun.take() {
            found.retain(|at| scene.guests[*at].kind == kind);
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
            span,
        });
        self.touching = true;
    }

    pub(super) fn pronoun(&mut self, length: usize) {
        let text = self.shown(self.at);
        self.at += length;
        if self.clause.is_complete() {
            self.finish_clause();
        }
        self.gap = Gap::Nothing;
        match self.parsed.clauses.last() {
            // After a copy, "it" may well be the copy.
            Some(before) if self.clause.groups.is_empty() && !makes_a_guest(before) => {
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
                Word::Verb(Verb::Snapshot)
                    if running.is_none()
                        && matches!(self.doing(), Some(Verb::Delete | Verb::Remove)) =>
                {
                    self.all_snapshots(at + taken - start);
                    return;
                }
                _ => break,
            }
            at += taken;
        }
        match noun {
            Some(kind) => {
                let span = self.span(at - start);
                self.at = at;
                self.add_set(kind, running, span);
            }
            None => self.leave(length),
        }
    }

    fn all_snapshots(&mut self, length: usize) {
        if self.clause.slots.pick.is_some() || self.clause.is_about(Thing::Snapshot) {
            self.leave(length);
            return;
        }
        let said = self.take(Pick::All, length);
        let span = said.span;
        self.clause.slots.pick = Some(said);
        self.clause.things.push(crate::builtin::clause::Said {
            value: Thing::Snapshot,
            span,
        });
    }

    pub(super) fn add_set(&mut self, kind: Option<GuestKind>, running: Option<bool>, span: Span) {
        self.room_for_guests();
        let guests = &self.names.scene.guests;
        let mut members: Vec<usize> = (0..guests.len())
            .filter(|at| {
                let guest = &guests[*at];
                !guest.template
                    && kind.is_none_or(|kind| guest.kind == kind)
                    && running.is_none_or(|running| guest.running == running)
            })
            .collect();
        members.sort_by_key(|at| (guests[*at].vmid, guests[*at].kind));
        self.clause.groups.push(Group::Set {
            kind,
            members,
            narrowed: false,
            node: None,
            span,
        });
    }

    pub(super) fn noun(&mut self, kind: Option<GuestKind>, length: usize, touched: bool) {
        self.drop_noun();
        let text = self.tokens[self.at].shown();
        let names_next = matches!(
            self.tokens.get(self.at + length),
            Some(Token::Quoted(_) | Token::Word { .. })
        ) && self.next(length).is_none();
        self.at += length;
        if names_next {
            self.touching = touched;
            self.noun = Some((kind, text));
        } else if touched {
            // `web-01 VM`
            if let (Some(kind), Some(group)) = (kind, self.clause.groups.last_mut()) {
                let guests = &self.names.scene.guests;
                group.narrow(|at| guests[at].kind == kind);
            }
            self.touching = false;
        } else {
            self.parsed.leftovers.push(text);
        }
    }

    pub(super) fn state(&mut self, length: usize, running: bool) {
        let guests = &self.names.scene.guests;
        match self.clause.groups.last_mut() {
            Some(Group::Set { members, .. }) if self.gap == Gap::Nothing => {
                members.retain(|at| guests[*at].running == running);
                self.at += length;
            }
            _ => self.leave(length),
        }
    }
}

fn makes_a_guest(clause: &Clause) -> bool {
    let mut verbs = clause.verbs.iter();
    verbs.any(|said| Intent::of(said.value, clause).is_some_and(Intent::makes_a_guest))
}
