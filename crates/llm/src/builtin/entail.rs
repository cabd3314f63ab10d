//! What a request entails, however much of it is understood: the guests that it names, what it wants done, and the words
//! that a parameter may come from. A draft of whoever else is held against it.

use std::collections::{BTreeSet, HashSet};

use crate::builtin::amount::{self, Amount};
use crate::builtin::answer;
use crate::builtin::clause::{Clause, Destination, Group, Said};
use crate::builtin::intent::Intent;
use crate::builtin::kept;
use crate::builtin::lexicon::{self, Particle, Stem, Thing, Verb, Word};
use crate::builtin::names::Names;
use crate::builtin::parse;
use crate::builtin::slots::Way;
use crate::builtin::text::{self, Mark, Text, Token};
use crate::drafted::{DraftStep, DraftTarget, Drafted, Span};
use crate::scene::{Scene, SceneGuest};

/// What the words of a request allow.
#[derive(Debug, Default)]
pub(crate) struct Entailed {
    /// The rules' own steps, where they understand all of it: then nothing else is right.
    pub steps: Option<Vec<DraftStep>>,
    /// Guests that are named exactly, or of a set that is narrowed down; none that is named behind a negation.
    pub targets: BTreeSet<DraftTarget>,
    /// Whether anything turns the meaning round or ties it to something, or it is a question itself.
    pub twisted: bool,
    /// Whether it names a guest, tag or pool that the cluster does not have.
    pub names_unknown: bool,
    /// Names that stand in the request: nodes, storages, pools, as the cluster spells them.
    pub names: HashSet<String>,
    /// Nodes that something is said to move to.
    pub destinations: BTreeSet<String>,
    /// Every word and quoted text, in lower case.
    pub words: HashSet<String>,
    /// Sizes in MiB.
    pub sizes: BTreeSet<u64>,
    /// Numbers without a unit.
    pub numbers: BTreeSet<u64>,
    /// `double` and `halve`.
    pub doubles: bool,
    pub halves: bool,
    intents: Vec<Intent>,
    clauses: Vec<Clause>,
}

impl Entailed {
    /// Reads a request. Nothing is entailed by one that cannot be read.
    pub fn of(request: &str, scene: &Scene) -> Self {
        let Ok(text) = text::tokens(request) else {
            return Self::default();
        };
        let names = Names::new(scene, &text.tokens);
        let parsed = answer::settled(parse::parse(&text, &names));
        let steps = match answer::to(&parsed, &names) {
            Drafted::Draft(steps) => Some(steps),
            Drafted::Clarify(_) | Drafted::Refuse { .. } => None,
        };
        let mut entailed = Self {
            steps,
            names_unknown: !parsed.unknown_guests.is_empty() || !parsed.unknown_labels.is_empty(),
            clauses: parsed.clauses,
            ..Self::default()
        };
        entailed.look_at_words(&text, &names);
        entailed.look_at_clauses(scene);
        entailed
    }

    /// Whether it wants anything done, and nothing turns that round.
    pub fn is_plain(&self) -> bool {
        !self.twisted && !self.intents.is_empty()
    }

    /// Whether it wants anything done at all, whatever turns that round.
    pub fn wants_anything(&self) -> bool {
        !self.intents.is_empty()
    }

    /// Whether the request wants this done.
    pub fn wants(&self, intent: Intent) -> bool {
        self.intents.contains(&intent)
    }

    /// The snapshots of a guest that the request means, or names.
    pub fn means_snapshot(
        &self,
        intent: Intent,
        guest: &SceneGuest,
        scene: &Scene,
        name: &str,
    ) -> bool {
        let picked = self.clauses.iter().any(|clause| {
            clause.means(intent)
                && kept::snapshots(clause, guest, scene)
                    .is_ok_and(|names| names.iter().any(|one| one == name))
        });
        picked || self.words.contains(&name.to_lowercase())
    }

    /// Where the request names this guest, by itself or as one of a set.
    pub fn mention(&self, target: DraftTarget, scene: &Scene) -> Option<Span> {
        let mut mentioned = self.clauses.iter().flat_map(Clause::mentioned);
        mentioned
            .find(|(at, _)| scene.guests[*at].target() == target)
            .map(|(_, span)| span)
    }

    fn look_at_words(&mut self, text: &Text, names: &Names<'_>) {
        let mut all = Clause::default();
        let mut verbs: Vec<Verb> = Vec::new();
        let mut stems: Vec<Stem> = Vec::new();
        let mut particles: Vec<Particle> = Vec::new();
        let mut turned = false;
        let mut begins = true;
        let mut at = 0;
        while let Some(token) = text.tokens.get(at) {
            let read = lexicon::read(&text.tokens[at..]);
            self.twisted |= begins && asks(token);
            begins = matches!(token, Token::Mark(Mark::Stop));
            match (token, read) {
                (Token::Mark(Mark::Stop), _) => turned = false,
                (_, Some((Word::Twist | Word::Without, _))) => {
                    self.twisted = true;
                    turned = true;
                }
                (_, Some((Word::Verb(verb), _))) => {
                    if matches!(verb, Verb::Snapshot | Verb::Backup) {
                        let thing = if verb == Verb::Snapshot {
                            Thing::Snapshot
                        } else {
                            Thing::Backup
                        };
                        all.things.push(nowhere(thing));
                    }
                    verbs.push(verb);
                }
                (_, Some((Word::Stem(stem), _))) => stems.push(stem),
                (_, Some((Word::Particle(particle), _))) => particles.push(particle),
                (_, Some((Word::Thing(thing), _))) => all.things.push(nowhere(thing)),
                (_, Some((Word::From, _))) => all.slots.way = Some(nowhere(Way::Out)),
                _ => {}
            }
            self.look_at_word(token, &text.tokens[at..], turned, names);
            at += 1;
        }
        if all.slots.way.is_none() {
            all.slots.way = Some(nowhere(Way::In));
        }
        for stem in stems {
            let whole = particles.iter().filter_map(|particle| stem.with(*particle));
            verbs.extend(whole);
            verbs.extend(stem.likely());
        }
        self.doubles = verbs.contains(&Verb::Double);
        self.halves = verbs.contains(&Verb::Halve);
        let intents = verbs.into_iter().filter_map(|verb| Intent::of(verb, &all));
        self.intents.extend(intents);
    }

    fn look_at_word(&mut self, token: &Token, rest: &[Token], turned: bool, names: &Names<'_>) {
        let (Token::Word { text, .. } | Token::Quoted(text)) = token else {
            return;
        };
        self.words.insert(text.to_lowercase());
        if turned {
            // `all but web-01`
            for at in names.exact(text) {
                self.targets.remove(&names.scene.guests[at].target());
            }
        } else {
            let exact = names.exact(text);
            if let [only] = exact.as_slice() {
                self.targets.insert(names.scene.guests[*only].target());
            }
        }
        let known = [names.node(text), names.storage(text), names.pool(text)];
        self.names.extend(known.into_iter().flatten().cloned());
        match amount::read(rest) {
            Some((Amount::Size(mib), ..)) => {
                self.sizes.insert(mib);
            }
            Some((Amount::Bare(number), ..)) => {
                self.numbers.insert(number);
            }
            None => {}
        }
    }

    fn look_at_clauses(&mut self, scene: &Scene) {
        for clause in &self.clauses {
            if let Some(Said {
                value: Destination::Node(node),
                ..
            }) = &clause.to
            {
                self.destinations.insert(node.clone());
            }
            for said in &clause.intents {
                if !self.intents.contains(&said.value) {
                    self.intents.push(said.value);
                }
            }
            // Sets, and several of one name that are told apart by their place. A set whose exception was not
            // understood may hold what is to be spared.
            if !self.twisted {
                for at in clause.groups.iter().filter_map(Group::certain).flatten() {
                    self.targets.insert(scene.guests[*at].target());
                }
            }
        }
    }
}

/// Whether a sentence that begins so wants to know something: `why did web-01 stop`.
fn asks(token: &Token) -> bool {
    const ASKING: [&str; 26] = [
        "why", "how", "what", "who", "which", "where", "did", "does", "do", "is", "are", "was",
        "has", "should", "warum", "wieso", "weshalb", "wie", "was", "wer", "wo", "ist", "sind",
        "hat", "läuft", "soll",
    ];
    matches!(token, Token::Word { low, .. } if ASKING.contains(&low.as_str()))
}

fn nowhere<T>(value: T) -> Said<T> {
    Said {
        value,
        span: Span::default(),
    }
}
