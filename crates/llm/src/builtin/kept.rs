//! Which snapshots, backups and disks are meant, as far as the guest's details tell.

use crate::builtin::clause::Clause;
use crate::builtin::slots::Pick;
use crate::scene::{Details, Scene, SceneGuest, SceneSnapshot};

const DAY_S: i64 = 86_400;

/// Why no snapshot is meant for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unclear {
    /// Nobody said which.
    Unsaid,
    /// What there is, is not known.
    Unknown,
    /// There is none like that.
    None,
}

pub(super) fn is_named(pick: &Pick) -> bool {
    matches!(pick, Pick::Named(_))
}

/// The snapshots of this guest that the clause means, the oldest first.
pub(super) fn snapshots(
    clause: &Clause,
    guest: &SceneGuest,
    scene: &Scene,
) -> Result<Vec<String>, Unclear> {
    let details = scene.details.get(&guest.target());
    let known = details.and_then(|details| details.snapshots.as_ref());
    let pick = clause.slots.pick.as_ref().ok_or(Unclear::Unsaid)?;
    let mut known: Vec<&SceneSnapshot> = known.ok_or(Unclear::Unknown)?.iter().collect();
    let dated = known.iter().all(|one| one.taken_s.is_some());
    known.sort_by_key(|one| one.taken_s);
    let ordered = |found: Option<&&SceneSnapshot>| {
        // One alone is the oldest and the newest, whenever it was taken.
        if !dated && known.len() > 1 {
            return Err(Unclear::Unknown);
        }
        Ok(found.map(|one| one.name.clone()).into_iter().collect())
    };
    let found: Vec<String> = match &pick.value {
        Pick::Named(name) => {
            let same = known.iter().filter(|one| one.name == *name);
            same.map(|one| one.name.clone()).collect()
        }
        Pick::Oldest => ordered(known.first())?,
        Pick::Newest => ordered(known.last())?,
        Pick::OlderThan(_) if !dated => return Err(Unclear::Unknown),
        Pick::OlderThan(days) => {
            let before = scene.now_s - i64::from(*days) * DAY_S;
            let old = known
                .iter()
                .filter(|one| one.taken_s.is_some_and(|taken| taken < before));
            old.map(|one| one.name.clone()).collect()
        }
        Pick::All => known.iter().map(|one| one.name.clone()).collect(),
    };
    if found.is_empty() {
        Err(Unclear::None)
    } else {
        Ok(found)
    }
}

/// The backup of this guest that the clause means.
pub(super) fn backup(clause: &Clause, guest: &SceneGuest, scene: &Scene) -> Option<String> {
    let known = scene.details.get(&guest.target())?.backups.as_ref()?;
    let dated = known.iter().filter(|one| one.taken_s.is_some());
    let found = match &clause.slots.pick.as_ref()?.value {
        Pick::Named(volume) => known.iter().find(|one| one.volume == *volume),
        Pick::Oldest => dated.min_by_key(|one| one.taken_s),
        Pick::Newest => dated.max_by_key(|one| one.taken_s),
        Pick::OlderThan(_) | Pick::All => None,
    };
    found.map(|one| one.volume.clone())
}

/// The size of a disk in MiB.
pub(crate) fn disk_mib(details: &Details, key: &str) -> Option<u64> {
    let mut disks = details.disks.as_ref()?.iter();
    let disk = disks.find(|disk| disk.key == key)?;
    Some(disk.bytes? >> 20)
}
