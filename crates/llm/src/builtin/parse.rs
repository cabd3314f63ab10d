//! From tokens to clauses: one pass from left to right. A token that finds no place in the grammar is kept
//! as a leftover; nothing is dropped because it is not understood.

use crate::builtin::clause::{Clause, Destination, Group};
use crate::builtin::lexicon::{self, Particle, Stem, Verb, Word};
use crate::builtin::resolve;
use crate::builtin::text::{Mark, Token};
use crate::scene::{GuestKind, Scene};

/// What the pass found.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub clauses: Vec<Clause>,
    /// Words without a place, as written.
    pub leftovers: Vec<String>,
    /// Words for something that the catalogue does not have.
    pub unsupported: Vec<String>,
    /// Numbers of guests that are not in the cluster.
    pub unknown_guests: Vec<String>,
    /// Tags and pools that are not in the cluster.
    pub unknown_labels: Vec<String>,
    /// `it`, with nothing before it.
    pub dangling_pronoun: Option<String>,
}

/// What separates the last word from the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    /// A list or a sequence may go on: `,` `and`.
    List,
    /// The next thing is a step of its own: `then`.
    Sequence,
}

pub(super) fn parse(tokens: &[Token], scene: &Scene) -> Parsed {
    let mut parser = Parser {
        tokens,
        at: 0,
        scene,
        clause: Clause::default(),
        gap: Gap::Nothing,
        touching: false,
        noun: None,
        parsed: Parsed::default(),
    };
    while parser.at < tokens.len() {
        parser.step();
    }
    parser.drop_noun();
    parser.finish_clause();
    parser.parsed
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    scene: &'a Scene,
    clause: Clause,
    gap: Gap,
    /// The last word named guests: another name now says more about the same one.
    touching: bool,
    /// `VM`, waiting for its name.
    noun: Option<(Option<GuestKind>, String)>,
    parsed: Parsed,
}

impl Parser<'_> {
    fn step(&mut self) {
        let start = self.at;
        let rest = &self.tokens[start..];
        match rest.first() {
            None => {}
            Some(Token::Mark(Mark::Stop)) => {
                self.at += 1;
                self.drop_noun();
                self.finish_clause();
            }
            Some(Token::Mark(Mark::Comma)) => self.separate(1, Gap::List),
            Some(Token::Symbol(_)) => self.leave(1),
            Some(Token::Quoted(_)) => self.guest(),
            Some(Token::Word { .. }) => match lexicon::read(rest) {
                Some((word, length)) if !self.is_also_a_guest(word, length) => {
                    self.word(word, length);
                }
                Some((_, length)) => self.leave(length),
                None => self.guest(),
            },
        }
    }

    fn word(&mut self, word: Word, length: usize) {
        let touched = self.touching;
        if !matches!(word, Word::Noun(_)) {
            self.drop_noun();
            self.touching = false;
        }
        match word {
            Word::Verb(verb) => self.verb(verb, length),
            Word::Stem(stem) => self.stem(stem, length),
            Word::Particle(particle) => self.particle(particle, length),
            Word::Light => self.light(length),
            Word::And => self.separate(length, Gap::List),
            Word::Then => self.separate(length, Gap::Sequence),
            Word::Pronoun => self.pronoun(length),
            Word::All => self.all(length),
            Word::Everything => {
                self.at += length;
                self.add_set(None, None);
            }
            Word::Running => self.state(length, true),
            Word::Stopped => self.state(length, false),
            Word::Noun(kind) => self.noun(kind, length, touched),
            Word::To => self.to(length),
            Word::On => self.on(length),
            Word::From => self.from(length),
            Word::Of => self.of(length),
            Word::With => self.with(length),
            Word::Without => self.without(length),
            Word::In => self.inside(length),
            Word::Tag => self.label(length, Label::Tag),
            Word::Pool => self.label(length, Label::Pool),
            Word::Called => self.called(length),
            Word::For => self.purpose(length),
            Word::First if self.parsed.clauses.is_empty() && self.clause.is_empty() => {
                self.at += length;
            }
            Word::Gracefully => self.flag(length, |clause| &mut clause.gently),
            Word::Hard => self.flag(length, |clause| &mut clause.hard),
            Word::Live => self.flag(length, |clause| &mut clause.live),
            Word::Filler => self.at += length,
            Word::Unsupported => self.unsupported(length),
            Word::Purpose if self.is_verb_here(length) => self.unsupported(length),
            Word::Purpose | Word::First | Word::NodeNoun | Word::Memory | Word::Twist => {
                self.leave(length);
            }
        }
    }

    // --- Bookkeeping

    fn leave(&mut self, length: usize) {
        self.drop_noun();
        self.touching = false;
        let words = &self.tokens[self.at..(self.at + length).min(self.tokens.len())];
        let shown: Vec<String> = words.iter().map(Token::shown).collect();
        self.parsed.leftovers.push(shown.join(" "));
        self.at += length;
    }

    fn unsupported(&mut self, length: usize) {
        let words = &self.tokens[self.at..self.at + length];
        let shown: Vec<String> = words.iter().map(Token::shown).collect();
        self.parsed.unsupported.push(shown.join(" "));
        self.at += length;
    }

    fn drop_noun(&mut self) {
        if let Some((_, text)) = self.noun.take() {
            self.parsed.leftovers.push(text);
        }
    }

    fn finish_clause(&mut self) {
        let mut clause = std::mem::take(&mut self.clause);
        if let Some(node) = clause.on.clone().filter(|_| !clause.groups.is_empty()) {
            // `on pve1 start web-01`
            clause.on = None;
            if !clause.locate(&node, self.scene) {
                self.parsed.leftovers.push(node);
            }
        }
        if !clause.is_empty() {
            self.parsed.clauses.push(clause);
        }
        self.gap = Gap::Nothing;
        self.touching = false;
    }

    fn separate(&mut self, length: usize, gap: Gap) {
        self.at += length;
        self.drop_noun();
        self.touching = false;
        // `, then` is a sequence whichever of the two comes last.
        if self.gap != Gap::Sequence {
            self.gap = gap;
        }
    }

    fn flag(&mut self, length: usize, which: impl Fn(&mut Clause) -> &mut bool) {
        self.at += length;
        *which(&mut self.clause) = true;
    }

    /// A guest that is called like a word of the rules makes the word ambiguous.
    fn is_also_a_guest(&self, word: Word, length: usize) -> bool {
        let structural = matches!(
            word,
            Word::Verb(_) | Word::Stem(_) | Word::And | Word::Then | Word::Pronoun | Word::All
        );
        length == 1
            && !structural
            && self
                .tokens
                .get(self.at)
                .is_some_and(|token| !resolve::exact(&token.shown(), self.scene).is_empty())
    }

    /// Whether `update`, `backup` and the like stand where a verb stands.
    fn is_verb_here(&self, length: usize) -> bool {
        let verb_like = matches!(
            self.tokens.get(self.at),
            Some(Token::Word { low, .. })
                if matches!(low.as_str(), "update" | "upgrade" | "backup")
        );
        verb_like && length == 1 && !self.clause.has_verb()
    }

    // --- Verbs

    /// Makes room for a verb, or says that there is none.
    fn room_for_verb(&mut self) -> bool {
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

    fn verb(&mut self, verb: Verb, length: usize) {
        if !self.room_for_verb() {
            self.leave(length);
            return;
        }
        self.clause.closed |= !self.clause.groups.is_empty();
        self.clause.verbs.push(verb);
        self.at += length;
    }

    fn stem(&mut self, stem: Stem, length: usize) {
        // Two waiting verbs in one clause could not be told apart by their second halves.
        if !self.room_for_verb() || self.clause.stem.is_some() {
            self.leave(length);
            return;
        }
        self.clause.closed |= !self.clause.groups.is_empty();
        self.clause.stem = Some(stem);
        self.at += length;
    }

    fn particle(&mut self, particle: Particle, length: usize) {
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

    fn light(&mut self, length: usize) {
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

    // --- Guests

    /// Room for guests: those after a finished clause belong to the next one.
    fn room_for_guests(&mut self) {
        let over = self.gap == Gap::Sequence && self.clause.is_complete();
        let next = self.gap == Gap::List && self.clause.is_full();
        if over || next {
            self.finish_clause();
        }
        self.gap = Gap::Nothing;
    }

    fn guest(&mut self) {
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

    fn pronoun(&mut self, length: usize) {
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

    fn all(&mut self, length: usize) {
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

    fn add_set(&mut self, kind: Option<GuestKind>, running: Option<bool>) {
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

    fn noun(&mut self, kind: Option<GuestKind>, length: usize, touched: bool) {
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

    fn state(&mut self, length: usize, running: bool) {
        let guests = &self.scene.guests;
        match self.clause.groups.last_mut() {
            Some(Group::Set { members, .. }) if self.gap == Gap::Nothing => {
                members.retain(|at| guests[*at].running == running);
                self.at += length;
            }
            _ => self.leave(length),
        }
    }

    // --- Places and labels

    /// Whether the word after the present one means this.
    fn next_is(&self, length: usize, word: Word) -> bool {
        self.tokens
            .get(self.at + length..)
            .and_then(lexicon::read)
            .is_some_and(|(next, _)| next == word)
    }

    /// The word after the present one, past articles and nouns like `node`; with the tokens it takes.
    fn name_after(&self, length: usize, past: &[Word]) -> Option<(String, usize)> {
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

    fn node_after(&self, length: usize) -> Option<(String, usize)> {
        let (text, taken) = self.name_after(length, &[Word::NodeNoun, Word::Filler])?;
        let node = resolve::node(&text, self.scene)?;
        Some((node.clone(), taken))
    }

    fn to(&mut self, length: usize) {
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

    fn on(&mut self, length: usize) {
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

    fn from(&mut self, length: usize) {
        if let Some((node, taken)) = self.node_after(length) {
            self.at += taken;
            self.locate(&node);
        } else if self.clause.stem == Some(Stem::Power) {
            self.particle(Particle::Off, length);
        } else {
            self.leave(length);
        }
    }

    fn of(&mut self, length: usize) {
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

    fn locate(&mut self, node: &str) {
        if !self.clause.locate(node, self.scene) {
            self.parsed.leftovers.push(node.to_owned());
        }
    }

    fn with(&mut self, length: usize) {
        if self.next_is(length, Word::Tag) {
            self.at += length;
        } else {
            self.memory(length, true);
        }
    }

    fn without(&mut self, length: usize) {
        self.memory(length, false);
    }

    fn memory(&mut self, length: usize, kept: bool) {
        match self.tokens.get(self.at + length..).and_then(lexicon::read) {
            Some((Word::Memory, taken)) => {
                self.clause.memory = kept;
                self.at += length + taken;
            }
            _ => self.leave(length),
        }
    }

    fn inside(&mut self, length: usize) {
        if self.next_is(length, Word::Pool) {
            self.at += length;
        } else {
            self.leave(length);
        }
    }

    fn label(&mut self, length: usize, label: Label) {
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

    fn called(&mut self, length: usize) {
        match self.name_after(length, &[]) {
            Some((text, taken)) if self.clause.name.is_none() => {
                self.clause.name = Some(text);
                self.at += taken;
            }
            _ => self.leave(length),
        }
    }

    /// `for maintenance` says why and changes nothing. Only words that can mean nothing else are skipped.
    fn purpose(&mut self, length: usize) {
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

    fn names_guests_after(&self, length: usize) -> bool {
        self.next_is(length, Word::All)
            || self.next_is(length, Word::Pronoun)
            || self
                .name_after(length, &[Word::Filler])
                .is_some_and(|(text, _)| !resolve::exact(&text, self.scene).is_empty())
    }
}

/// What guests are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Tag,
    Pool,
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
