//! One clause of a request: what is wanted, of which guests.

use crate::builtin::lexicon::{Stem, Verb};
use crate::scene::{GuestKind, Scene};

/// A clause as far as its words were understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clause {
    /// More than one where they share their guests: `snapshot and reboot web-01`.
    pub verbs: Vec<Verb>,
    /// A verb that waits for its second half.
    pub stem: Option<Stem>,
    /// `take`, `make`: wants `snapshot`.
    pub light: Option<String>,
    pub groups: Vec<Group>,
    /// The node to move to.
    pub to: Option<Destination>,
    /// The node that the guests to come are said to be on.
    pub on: Option<String>,
    /// A snapshot's name.
    pub name: Option<String>,
    pub memory: bool,
    pub gently: bool,
    pub hard: bool,
    pub live: bool,
    /// The verb came last: guests that follow belong to the next clause.
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
    },
    /// `all guests …`
    Set {
        kind: Option<GuestKind>,
        members: Vec<usize>,
        /// Whether anything narrows it down.
        narrowed: bool,
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
                members, narrowed, ..
            } => {
                members.retain(|at| keep(*at));
                *narrowed = true;
            }
        }
    }
}

impl Clause {
    pub fn has_verb(&self) -> bool {
        !self.verbs.is_empty() || self.stem.is_some()
    }

    /// Whether a person would take the clause as said.
    pub fn is_complete(&self) -> bool {
        self.has_verb() && !self.groups.is_empty()
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
            group.narrow(is_there);
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
        let mut all = Vec::new();
        for at in self.groups.iter().filter_map(Group::certain).flatten() {
            if !all.contains(at) {
                all.push(*at);
            }
        }
        all
    }
}

/// The clauses in the rules' own plain words: what a choice posts, and what always drafts again.
pub(super) fn render(clauses: &[Clause], scene: &Scene) -> String {
    let mut parts = Vec::new();
    for clause in clauses {
        for verb in &clause.verbs {
            parts.push(render_one(clause, *verb, scene));
        }
    }
    parts.join("; ")
}

fn render_one(clause: &Clause, verb: Verb, scene: &Scene) -> String {
    let mut text = match verb {
        Verb::Start => "start",
        Verb::Shutdown => "shut down",
        Verb::Stop => "hard stop",
        Verb::SwitchOff => "power off",
        Verb::Reboot => "reboot",
        Verb::Snapshot => "snapshot",
        Verb::Migrate => "migrate",
    }
    .to_owned();
    let guests: Vec<String> = clause
        .groups
        .iter()
        .map(|group| {
            let text = render_group(group, scene);
            match group {
                Group::Named {
                    place: Some(node), ..
                } => {
                    let from = if verb == Verb::Migrate { "from" } else { "on" };
                    format!("{text} {from} {node}")
                }
                _ => text,
            }
        })
        .collect();
    if !guests.is_empty() {
        text = format!("{text} {}", guests.join(", "));
    }
    if let Some(Destination::Node(node) | Destination::Unknown(node)) = &clause.to
        && verb == Verb::Migrate
    {
        text = format!("{text} to {node}");
    }
    if verb == Verb::Snapshot {
        if let Some(name) = &clause.name {
            text = format!("{text} called \"{name}\"");
        }
        if clause.memory {
            text.push_str(" with memory");
        }
    }
    text
}

fn render_group(group: &Group, scene: &Scene) -> String {
    let keys = |members: &[usize]| {
        members
            .iter()
            .filter_map(|at| scene.guests.get(*at))
            .map(|guest| format!("{}/{}", guest.kind.as_str(), guest.vmid))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match (group.certain(), group) {
        (Some(members), _) => keys(members),
        (None, Group::Named { text, .. }) => format!("\"{text}\""),
        (None, Group::Set { kind, .. }) => match kind {
            Some(GuestKind::Qemu) => "all VMs".to_owned(),
            Some(GuestKind::Lxc) => "all containers".to_owned(),
            None => "all guests".to_owned(),
        },
    }
}
