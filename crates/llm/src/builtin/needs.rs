//! Which guests a draft needs more of than the inventory tells.

use crate::builtin::amount::Change;
use crate::builtin::clause::{Clause, Said};
use crate::builtin::intent::Intent;
use crate::builtin::names::Names;
use crate::builtin::parse::Parsed;
use crate::drafted::DraftTarget;

/// Guests whose [`crate::Details`] the clauses turn on, each once.
pub(super) fn of(parsed: &Parsed, names: &Names<'_>) -> Vec<DraftTarget> {
    let mut all = Vec::new();
    for clause in &parsed.clauses {
        if clause.intents.iter().any(|said| wants(said.value, clause)) {
            let guests = clause.guests().into_iter();
            all.extend(guests.map(|at| names.scene.guests[at].target()));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn wants(intent: Intent, clause: &Clause) -> bool {
    let relative = |said: &Option<Said<Change>>| {
        said.as_ref()
            .is_some_and(|said| said.value.needs_now() || matches!(said.value, Change::Open(_)))
    };
    match intent {
        Intent::Configure => relative(&clause.slots.memory) || relative(&clause.slots.cores),
        Intent::Backup => clause.slots.storage.is_none(),
        Intent::GrowDisk
        | Intent::MoveDisk
        | Intent::DeleteSnapshot
        | Intent::Rollback
        | Intent::Restore => true,
        _ => false,
    }
}
