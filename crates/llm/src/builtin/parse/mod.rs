//! From tokens to clauses: one pass from left to right. A token that finds no place in the grammar is kept
//! as a leftover; nothing is dropped because it is not understood.

mod guests;
mod kept;
mod labels;
mod places;
mod values;
mod verbs;

use crate::builtin::clause::{Clause, Said};
use crate::builtin::lexicon::{self, Thing, Verb, Word};
use crate::builtin::names::Names;
use crate::builtin::slots::Way;
use crate::builtin::text::{Mark, Text, Token};
use crate::drafted::Span;
use crate::scene::GuestKind;

/// What the pass found.
#[derive(Debug, Default)]
pub(in crate::builtin) struct Parsed {
    pub clauses: Vec<Clause>,
    /// Words without a place, as written.
    pub leftovers: Vec<String>,
    /// Words for something that the catalogue does not have.
    pub unsupported: Vec<String>,
    /// Numbers of guests that are not in the cluster.
    pub unknown_guests: Vec<String>,
    /// Tags and pools that are not in the cluster.
    pub unknown_labels: Vec<String>,
    /// `it`, with nothing before it that it may mean.
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

pub(in crate::builtin) fn parse(text: &Text, names: &Names<'_>) -> Parsed {
    let mut parser = Parser {
        tokens: &text.tokens,
        spans: &text.spans,
        at: 0,
        names,
        clause: Clause::default(),
        gap: Gap::Nothing,
        touching: false,
        more: None,
        noun: None,
        parsed: Parsed::default(),
    };
    while parser.at < parser.tokens.len() {
        parser.step();
    }
    parser.drop_noun();
    parser.finish_clause();
    parser.parsed
}

struct Parser<'a> {
    tokens: &'a [Token],
    spans: &'a [Span],
    at: usize,
    names: &'a Names<'a>,
    clause: Clause,
    gap: Gap,
    /// The last word named guests: another name now says more about the same one.
    touching: bool,
    /// `2 more`, waiting for what; whether it is more.
    more: Option<bool>,
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
            Some(Token::Quoted(_)) => self.quoted(),
            Some(Token::Word { .. }) => match lexicon::read(rest) {
                Some((word, length)) if !self.is_also_a_guest(word, length) => {
                    self.word(word, length);
                }
                Some((_, length)) => self.leave(length),
                None => self.name(),
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
            Word::Verb(verb) => self.verb_or_thing(verb, length),
            Word::Stem(stem) => self.stem(stem, length),
            Word::Particle(particle) => self.particle(particle, length),
            Word::Thing(thing) => self.thing(thing, length),
            Word::Light => self.light(length),
            Word::And => self.separate(length, Gap::List),
            Word::Then => self.separate(length, Gap::Sequence),
            Word::Pronoun => self.pronoun(length),
            Word::All => self.all(length),
            Word::Everything => {
                let span = self.span(length);
                self.at += length;
                self.add_set(None, None, span);
            }
            Word::Running => self.state(length, true),
            Word::Stopped => self.state(length, false),
            Word::State(state) => self.kept_state(length, state),
            Word::Noun(kind) => self.noun(kind, length, touched),
            Word::NodeNoun => self.node_noun(length),
            Word::StorageNoun => self.storage_noun(length),
            Word::To => self.to(length),
            Word::On => self.on(length),
            Word::From => self.from(length),
            Word::Of => self.of(length),
            Word::By => self.by(length),
            Word::With => self.with(length),
            Word::Without => self.without(length),
            Word::In => self.inside(length),
            Word::Tagged => self.label(length, Thing::Tag),
            Word::Called => self.called(length),
            Word::Number => self.number(length),
            Word::New => self.as_new(length),
            Word::Over => self.over(length),
            Word::More => self.more_or_less(length, true),
            Word::Less => self.more_or_less(length, false),
            Word::Oldest | Word::Newest => self.pick_end(length, word == Word::Oldest),
            Word::OlderThan => self.older_than(length),
            Word::For => self.purpose(length),
            Word::First if self.parsed.clauses.is_empty() && self.clause.is_empty() => {
                self.at += length;
            }
            Word::Gracefully => self.flag(length, |clause| &mut clause.gently),
            Word::Hard => self.flag(length, |clause| &mut clause.hard),
            Word::Live => self.flag(length, |clause| &mut clause.live),
            Word::Filler => self.at += length,
            Word::Unsupported => self.unsupported(length),
            Word::Twist if self.is_german_by(length) => self.by(length),
            Word::Purpose if self.is_verb_here(length) => self.unsupported(length),
            Word::Purpose | Word::First | Word::Twist => self.leave(length),
        }
    }

    /// Where the next `length` tokens stand.
    fn span(&self, length: usize) -> Span {
        let last = (self.at + length).min(self.spans.len());
        let spans = &self.spans[self.at.min(last)..last];
        match (spans.first(), spans.last()) {
            (Some(first), Some(last)) => Span {
                start: first.start,
                end: last.end,
            },
            _ => Span::default(),
        }
    }

    /// A value that is said by the next `length` tokens, which are taken.
    fn take<T>(&mut self, value: T, length: usize) -> Said<T> {
        let span = self.span(length);
        self.at += length;
        // Guests that come after a value are the next clause's, where this one has its own.
        self.clause.closed |= !self.clause.groups.is_empty();
        Said { value, span }
    }

    fn shown(&self, at: usize) -> Option<String> {
        self.tokens.get(at).map(Token::shown)
    }

    fn next(&self, length: usize) -> Option<(Word, usize)> {
        self.tokens.get(self.at + length..).and_then(lexicon::read)
    }

    /// Whether the word after the present one means this.
    fn next_is(&self, length: usize, word: Word) -> bool {
        self.next(length).is_some_and(|(next, _)| next == word)
    }

    /// The tokens of `length` and of what follows them and says nothing.
    fn past(&self, length: usize, past: &[Word]) -> usize {
        let mut taken = length;
        while let Some((word, more)) = self.next(taken) {
            if !past.contains(&word) {
                break;
            }
            taken += more;
        }
        taken
    }

    fn leave(&mut self, length: usize) {
        self.drop_noun();
        self.touching = false;
        let end = (self.at + length).min(self.tokens.len());
        let shown: Vec<String> = self.tokens[self.at..end].iter().map(Token::shown).collect();
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
            if !clause.locate(&node, self.names.scene) {
                self.parsed.leftovers.push(node);
            }
        }
        if self.more.take().is_some() {
            self.parsed.leftovers.push("more or less".to_owned());
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
                .shown(self.at)
                .is_some_and(|text| self.names.is_guest(&text))
    }

    /// Whether `update` and the like stand where a verb stands.
    fn is_verb_here(&self, length: usize) -> bool {
        let verb_like = matches!(
            self.tokens.get(self.at),
            Some(Token::Word { low, .. }) if matches!(low.as_str(), "update" | "upgrade")
        );
        verb_like && length == 1 && !self.clause.has_verb()
    }

    /// What the clause is doing, as far as it tells: its last verb, or the one that it ends with.
    fn doing(&self) -> Option<Verb> {
        if let Some(said) = self.clause.verbs.last() {
            return Some(said.value);
        }
        if let Some(stem) = &self.clause.stem {
            let mut rest = self.at;
            while let Some(token) = self.tokens.get(rest) {
                if matches!(token, Token::Mark(Mark::Stop)) {
                    break;
                }
                let read = lexicon::read(&self.tokens[rest..]);
                if let Some((Word::Particle(particle), _)) = read
                    && let Some(verb) = stem.value.with(particle)
                {
                    return Some(verb);
                }
                rest += read.map_or(1, |(_, length)| length);
            }
            return stem.value.likely();
        }
        if self.clause.light.is_some() {
            return None;
        }
        self.verb_ahead()
    }

    /// The verb at the end of the present list of words: `Snapshot x von web-01 löschen`.
    fn verb_ahead(&self) -> Option<Verb> {
        let mut at = self.at;
        // The present word itself is not ahead.
        at += self.next(0).map_or(1, |(_, length)| length);
        let mut last = None;
        while let Some(Token::Word { .. } | Token::Quoted(_)) = self.tokens.get(at) {
            let read = lexicon::read(&self.tokens[at..]);
            match read {
                Some((Word::And | Word::Then, _)) => break,
                Some((Word::Verb(verb), _)) => last = Some(verb),
                _ => {}
            }
            at += read.map_or(1, |(_, length)| length);
        }
        last
    }

    fn goes(&mut self, way: Way, span: Span) {
        self.clause.slots.way = Some(Said { value: way, span });
    }
}
