//! From tokens to clauses: one pass from left to right. A token that finds no place in the grammar is kept
//! as a leftover; nothing is dropped because it is not understood.

mod guests;
mod places;
mod verbs;

use self::places::Label;
use crate::builtin::clause::Clause;
use crate::builtin::lexicon::{self, Word};
use crate::builtin::resolve;
use crate::builtin::text::{Mark, Token};
use crate::scene::{GuestKind, Scene};

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

pub(in crate::builtin) fn parse(tokens: &[Token], scene: &Scene) -> Parsed {
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
}
