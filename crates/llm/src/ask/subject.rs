//! What a request is about, and who answers it.

use std::collections::BTreeSet;

use crate::builtin::{BuiltIn, Entailed};
use crate::drafted::{DraftAction, DraftTarget, Drafted};
use crate::scene::Scene;

/// Most guests that a model is told of. More at once are the rules' business: `all guests on pve1`.
const MOST_GUESTS: usize = 20;

/// Who answers a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// The rules: they understand it, refuse it, or ask what no model can know better. What they say.
    Rules(Drafted),
    /// A model may: words were left over, and it is clear what they are about. What the rules say where none can.
    Model(Drafted),
}

/// Who answers. The rules come first, and whatever they understand is theirs.
pub fn turn(request: &str, scene: &Scene) -> Turn {
    let drafted = BuiltIn.draft_now(request, scene);
    let is_open = match &drafted {
        Drafted::Draft(_) | Drafted::Refuse { .. } => false,
        Drafted::Clarify(questions) => questions.iter().all(|one| one.choices.is_empty()),
    };
    let entailed = Entailed::of(request, scene);
    // With an `if` or a `not` in it, the linter takes nobody's word but the rules'.
    let is_clear = !entailed.twisted && !entailed.names_unknown;
    if is_open && is_clear && Subject::in_words(&entailed, scene).is_some() {
        Turn::Model(drafted)
    } else {
        Turn::Rules(drafted)
    }
}

/// The guests whose details a prompt about this request tells. A round is begun on a scene that has them, as far as the
/// person may see them.
pub fn details(request: &str, scene: &Scene) -> Vec<DraftTarget> {
    Subject::of(request, scene)
        .map_or_else(Vec::new, |subject| subject.guests.into_iter().collect())
}

/// What the rules found a request to be about: nothing else is told to a model, and no step of its is about anything
/// else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// Guests that are named exactly, or of a set that is.
    pub guests: BTreeSet<DraftTarget>,
    /// Nodes, storages and pools that are named.
    pub names: BTreeSet<String>,
}

impl Subject {
    /// Reads a request. `None` where it is about nothing, or about more than a model is told of.
    pub fn of(request: &str, scene: &Scene) -> Option<Self> {
        Self::in_words(&Entailed::of(request, scene), scene)
    }

    fn in_words(entailed: &Entailed, scene: &Scene) -> Option<Self> {
        let subject = Self {
            guests: entailed.targets.clone(),
            names: entailed.names.iter().cloned().collect(),
        };
        let is_any = !subject.guests.is_empty()
            || subject.names.iter().any(|name| scene.nodes.contains(name));
        (is_any && subject.guests.len() <= MOST_GUESTS).then_some(subject)
    }

    /// Whether an action is about what the request is about.
    pub fn allows(&self, action: &DraftAction, scene: &Scene) -> bool {
        match action {
            DraftAction::Drain { node } => scene.nodes.contains(node) && self.names.contains(node),
            DraftAction::Restore { volume, .. } => self.guests.iter().any(|guest| {
                let backups = scene
                    .details
                    .get(guest)
                    .and_then(|one| one.backups.as_ref());
                backups.is_some_and(|all| all.iter().any(|backup| backup.volume == *volume))
            }),
            other => other
                .target()
                .is_some_and(|target| self.guests.contains(&target)),
        }
    }
}
