//! One clause of a request: what is wanted, of which guests.

use crate::builtin::intent::Intent;
use crate::builtin::lexicon::{Stem, Thing, Verb};
use crate::builtin::slots::Slots;
use crate::drafted::Span;
use crate::scene::{GuestKind, Scene};

/// Something with the place where it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said<T> {
    pub value: T,
    pub span: Span,
}

/// A clause as far as its words were understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clause {
    /// More than one where they share their guests: `snapshot and reboot web-01`.
    pub verbs: Vec<Said<Verb>>,
    /// A verb that waits for its second half.
    pub stem: Option<Said<Stem>>,
    /// `take`, `make`: wants `snapshot` or `backup`.
    pub light: Option<Said<String>>,
    /// What the verbs are about, beside guests.
    pub things: Vec<Said<Thing>>,
    /// What verbs and things come to; filled in once the clause is over.
    pub intents: Vec<Said<Intent>>,
    pub groups: Vec<Group>,
    /// The node to move to.
    pub to: Option<Said<Destination>>,
    /// The node that the guests to come are said to be on.
    pub on: Option<String>,
    /// A name for what is made.
    pub name: Option<Said<String>>,
    /// `with memory`.
    pub memory: Option<Said<bool>>,
    pub slots: Slots,
    pub gently: bool,
    pub hard: bool,
    pub live: bool,
    /// The verb or a value came last: guests that follow belong to the next clause.
    pub closed: bool,
}

/// Where guests move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    Node(String),
    Unknown(String),
}

/// Guests named together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Group {
    /// One guest by name or number; right where exactly one is found and it is no mere look-alike.
    Named {
        text: String,
        found: Vec<usize>,
        near: bool,
        /// The node that it is said to be on.
        place: Option<String>,
        span: Span,
    },
    /// `all guests …`
    Set {
        kind: Option<GuestKind>,
        members: Vec<usize>,
        /// Whether anything narrows it down.
        narrowed: bool,
        /// The node that alone narrows it down.
        node: Option<String>,
        span: Span,
    },
}

impl Group {
    /// The guests, where that is certain.
    pub fn certain(&self) -> Option<&[usize]> {
        match self {
            Self::Named {
                found, near: false, ..
            } if found.len() == 1 => Some(found),
            Self::Set {
                members,
                narrowed: true,
                ..
            } if !members.is_empty() => Some(members),
            _ => None,
        }
    }

    /// Keeps the guests that pass.
    pub fn narrow(&mut self, keep: impl Fn(usize) -> bool) {
        match self {
            Self::Named { found, .. } => found.retain(|at| keep(*at)),
            Self::Set {
                members,
                narrowed,
                node,
                ..
            } => {
                members.retain(|at| keep(*at));
                *narrowed = true;
                *node = None;
            }
        }
    }

    /// Where it is said.
    pub fn span(&self) -> Span {
        match self {
            Self::Named { span, .. } | Self::Set { span, .. } => *span,
        }
    }
}

impl Clause {
    pub fn has_verb(&self) -> bool {
        !self.verbs.is_empty() || self.stem.is_some()
    }

    /// Whether this is among what is wanted.
    pub fn means(&self, intent: Intent) -> bool {
        self.intents.iter().any(|said| said.value == intent)
    }

    /// Whether the clause is about this thing.
    pub fn is_about(&self, thing: Thing) -> bool {
        self.things.iter().any(|said| said.value == thing)
    }

    /// Whether a person would take the clause as said.
    pub fn is_complete(&self) -> bool {
        self.has_verb() && (!self.groups.is_empty() || self.slots.node.is_some())
    }

    /// Whether a further guest cannot belong to it any more.
    pub fn is_full(&self) -> bool {
        self.is_complete() && (self.closed || self.to.is_some() || self.name.is_some())
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The guests named so far, and not yet placed, are said to be on `node`. That chooses among `all`, tells
    /// two guests of one name apart, and is checked for the others. `false` where it places nobody, which
    /// means that the place contradicts an earlier one.
    pub fn locate(&mut self, node: &str, scene: &Scene) -> bool {
        let is_there = |at: usize| scene.guests[at].node == node;
        if let Some(group @ Group::Set { .. }) = self.groups.last_mut() {
            let first = matches!(
                group,
                Group::Set {
                    narrowed: false,
                    ..
                }
            );
            group.narrow(is_there);
            if let Group::Set { node: only, .. } = group {
                *only = first.then(|| node.to_owned());
            }
            return true;
        }
        if self.groups.is_empty() {
            return self.on.replace(node.to_owned()).is_none();
        }
        let mut placed = false;
        for group in &mut self.groups {
            let Group::Named { found, place, .. } = group else {
                continue;
            };
            if place.is_none() {
                if found.iter().any(|at| is_there(*at)) {
                    found.retain(|at| is_there(*at));
                }
                *place = Some(node.to_owned());
            }
            placed |= place.as_deref() == Some(node);
        }
        placed
    }

    /// The guests of the clause in the order of mention, each once.
    pub fn guests(&self) -> Vec<usize> {
        self.mentioned().into_iter().map(|(at, _)| at).collect()
    }

    /// The same, with where each is said.
    pub fn mentioned(&self) -> Vec<(usize, Span)> {
        let mut seen = std::collections::HashSet::new();
        let certain = self.groups.iter().filter_map(|group| {
            let span = group.span();
            Some(group.certain()?.iter().map(move |at| (*at, span)))
        });
        certain
            .flatten()
            .filter(|(at, _)| seen.insert(*at))
            .collect()
    }
}
