//! What is done, against what the request wants done.

use crate::builtin::Intent;
use crate::drafted::{DraftAction, DraftConfig};
use crate::lint::{Found, Linter, Rule};

impl Linter<'_> {
    pub(super) fn class(self, action: &DraftAction) -> Found {
        let entailed = self.entailed;
        let wanted = intents(action);
        let understood = entailed.steps.is_some();
        let clear = understood
            || match harm(action) {
                // With a `not`, an `if` or an `or` in it, words alone do not tell what is wanted.
                Harm::None => !entailed.twisted,
                // With several guests, they do not tell what of which.
                Harm::Outage => !entailed.twisted && entailed.targets.len() == 1,
                // `delete the cron job of web-01` is no word for deleting web-01.
                Harm::Loss => false,
            };
        let right = !wanted.is_empty() && wanted.iter().all(|one| self.wants(*one));
        if right && clear {
            return Ok(());
        }
        if self.is_beside(action) {
            return Ok(());
        }
        let why = if right {
            format!(
                "the request does not say clearly enough of what {} is",
                action.name()
            )
        } else {
            format!("the request does not ask for {}", action.name())
        };
        Err((Rule::Class, why))
    }

    /// Tags are looked at as parameters: whether one is added, taken away or set makes no class of its own.
    fn wants(self, intent: Intent) -> bool {
        let any: &[Intent] = match intent {
            Intent::SetTags => &[Intent::SetTags, Intent::AddTags, Intent::RemoveTags],
            ref one => std::slice::from_ref(one),
        };
        any.iter().any(|one| self.entailed.wants(*one))
    }

    /// A snapshot of a guest that something is done with, or a shutdown of one that is removed.
    fn is_beside(self, action: &DraftAction) -> bool {
        match action {
            DraftAction::Snapshot { .. } => {
                self.entailed.steps.is_some() || self.entailed.is_plain()
            }
            DraftAction::Shutdown { .. } => {
                self.entailed.steps.is_some() && self.entailed.wants(Intent::Destroy)
            }
            _ => false,
        }
    }
}

/// Whether `action` goes with `wanted` though nobody asked for it.
pub(super) fn is_companion(action: &DraftAction, wanted: &DraftAction) -> bool {
    let same = action.target().is_some() && action.target() == wanted.target();
    match (action, wanted) {
        (DraftAction::Snapshot { include_memory, .. }, _) => same && !include_memory,
        (DraftAction::Shutdown { .. }, DraftAction::Destroy { .. }) => same,
        _ => false,
    }
}

/// What goes wrong where an action is a misunderstanding.
enum Harm {
    /// Nothing that cannot be undone at once.
    None,
    /// Something does not run, or is not protected.
    Outage,
    /// Something is gone for good.
    Loss,
}

fn harm(action: &DraftAction) -> Harm {
    match action {
        DraftAction::DeleteSnapshot { .. }
        | DraftAction::Rollback { .. }
        | DraftAction::Destroy { .. } => Harm::Loss,
        DraftAction::Stop { .. }
        | DraftAction::Reset { .. }
        | DraftAction::HaRemove { .. }
        | DraftAction::Drain { .. } => Harm::Outage,
        DraftAction::SetConfig { set, .. } if set.protection == Some(false) => Harm::Outage,
        _ => Harm::None,
    }
}

/// What a request must want for an action to be right; all of it.
fn intents(action: &DraftAction) -> Vec<Intent> {
    match action {
        DraftAction::Start { .. } => vec![Intent::Start],
        DraftAction::Shutdown { .. } => vec![Intent::Shutdown],
        DraftAction::Stop { .. } => vec![Intent::Stop],
        DraftAction::Reboot { .. } => vec![Intent::Reboot],
        DraftAction::Reset { .. } => vec![Intent::Reset],
        DraftAction::Suspend { .. } => vec![Intent::Suspend],
        DraftAction::Resume { .. } => vec![Intent::Resume],
        DraftAction::Hibernate { .. } => vec![Intent::Hibernate],
        DraftAction::Snapshot { .. } => vec![Intent::Snapshot],
        DraftAction::DeleteSnapshot { .. } => vec![Intent::DeleteSnapshot],
        DraftAction::Rollback { .. } => vec![Intent::Rollback],
        DraftAction::SetConfig { set, .. } => settings(set),
        DraftAction::Migrate { .. } => vec![Intent::Migrate],
        DraftAction::Clone { .. } => vec![Intent::Clone],
        DraftAction::ResizeDisk { .. } => vec![Intent::GrowDisk],
        DraftAction::MoveDisk { .. } => vec![Intent::MoveDisk],
        DraftAction::Destroy { .. } => vec![Intent::Destroy],
        DraftAction::Backup { .. } => vec![Intent::Backup],
        DraftAction::Restore { .. } => vec![Intent::Restore],
        DraftAction::HaAdd { .. } => vec![Intent::HaAdd],
        DraftAction::HaRemove { .. } => vec![Intent::HaRemove],
        DraftAction::PoolAdd { .. } => vec![Intent::PoolAdd],
        DraftAction::PoolRemove { .. } => vec![Intent::PoolRemove],
        DraftAction::Drain { .. } => vec![Intent::Drain],
    }
}

fn settings(set: &DraftConfig) -> Vec<Intent> {
    let mut wanted = Vec::new();
    if set.memory_mib.is_some() || set.cores.is_some() {
        wanted.push(Intent::Configure);
    }
    wanted.extend(set.onboot.map(Intent::Autostart));
    wanted.extend(set.protection.map(Intent::Protection));
    if set.tags.is_some() {
        wanted.push(Intent::SetTags);
    }
    if set.description.is_some() {
        wanted.push(Intent::SetNotes);
    }
    wanted
}
