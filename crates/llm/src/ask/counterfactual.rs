//! Whether text of others had a hand in a draft: the same question without it, and what both would do to what.

use std::collections::BTreeSet;
use std::fmt;

use crate::drafted::{DraftAction, DraftStep};

/// What a step does to what: values apart, the part of it that text of others must never decide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// The action's name in the catalogue; of settings with their names: `guest.config.set memory_mib`.
    pub class: String,
    /// `qemu/101`, `node/pve1`, or the volume; behind a guest what of it, or where to: `qemu/101 x1`.
    pub target: String,
}

/// What came of asking without the text of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counterfactual {
    /// There was no such text in the prompt, or no draft to compare.
    NotNeeded,
    /// The same would be done to the same.
    Same,
    /// Not so, or there is no telling: two people approve then.
    Differs {
        /// What the draft does.
        with: BTreeSet<Shape>,
        /// What it would do; `None` where there would be no draft.
        without: Option<BTreeSet<Shape>>,
    },
}

impl Counterfactual {
    /// Whether it differs.
    pub fn differs(&self) -> bool {
        matches!(self, Self::Differs { .. })
    }

    /// Compares a draft with the one without the text of others.
    pub fn of(with: &[DraftStep], without: Option<&[DraftStep]>) -> Self {
        let with = shapes(with);
        let without = without.map(shapes);
        if without.as_ref() == Some(&with) {
            Self::Same
        } else {
            Self::Differs { with, without }
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.class, self.target)
    }
}

impl Shape {
    /// The shape of one action.
    pub fn of(action: &DraftAction) -> Self {
        let class = match action {
            DraftAction::SetConfig { set, .. } => {
                let names = [
                    ("cores", set.cores.is_some()),
                    ("memory_mib", set.memory_mib.is_some()),
                    ("onboot", set.onboot.is_some()),
                    ("protection", set.protection.is_some()),
                    ("tags", set.tags.is_some()),
                    ("description", set.description.is_some()),
                ];
                let set = names.into_iter().filter(|(_, is_set)| *is_set);
                std::iter::once(action.name())
                    .chain(set.map(|(name, _)| name))
                    .collect::<Vec<_>>()
                    .join(" ")
            }
            _ => action.name().to_owned(),
        };
        let target = match action {
            DraftAction::Restore { volume, .. } => volume.clone(),
            DraftAction::Drain { node } => format!("node/{node}"),
            other => other.target().map_or_else(String::new, |target| {
                format!("{}/{}", target.kind.as_str(), target.vmid)
            }),
        };
        let object = match action {
            DraftAction::DeleteSnapshot { name, .. } | DraftAction::Rollback { name, .. } => {
                Some(name)
            }
            DraftAction::Migrate { node, .. } => Some(node),
            DraftAction::ResizeDisk { disk, .. } | DraftAction::MoveDisk { disk, .. } => Some(disk),
            DraftAction::Backup { storage, .. } => Some(storage),
            DraftAction::PoolAdd { pool, .. } | DraftAction::PoolRemove { pool, .. } => Some(pool),
            _ => None,
        };
        let target = match object {
            Some(object) => format!("{target} {object}"),
            None => target,
        };
        Self { class, target }
    }
}

fn shapes(steps: &[DraftStep]) -> BTreeSet<Shape> {
    steps.iter().map(|step| Shape::of(&step.action)).collect()
}
