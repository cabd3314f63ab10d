//! Releasing the emergency stop: two people, one of them an admin.

use argus_types::Timestamp;
use argus_types::person::{Permission, Role};

use super::{Account, Refusal};

/// Minutes for which the first part of a release waits for the second.
pub const RELEASE_WAITS_MIN: i64 = 10;

/// The first part of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who took it, as they are now.
    pub by: Account,
    /// When.
    pub at: Timestamp,
}

/// Which part somebody takes in a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The first: somebody else has to join.
    First,
    /// The second: executions may run again.
    Second,
}

/// Which part `who` takes, after what was `asked`. An admin's part needs a step-up besides, which is the caller's to
/// demand.
pub fn release(asked: Option<&Asked>, who: &Account, now: Timestamp) -> Result<Part, Refusal> {
    who.may(Permission::ReleaseEmergencyStop)?;
    if who.human.is_none() {
        return Err(Refusal::UnknownHuman);
    }
    let Some(first) = asked.filter(|asked| still_stands(asked, now)) else {
        return Ok(Part::First);
    };
    if first.by.is_same_human(who) {
        return Err(Refusal::SecondPart);
    }
    if first.by.role < Role::Admin && who.role < Role::Admin {
        return Err(Refusal::NoAdmin);
    }
    if first.by.depends_on(who, now) {
        return Err(Refusal::fresh(who, &first.by, now));
    }
    Ok(Part::Second)
}

/// Whether a first part still waits: not for ever, and not for somebody who may not any more.
pub fn still_stands(asked: &Asked, now: Timestamp) -> bool {
    now < asked.at.plus_seconds(RELEASE_WAITS_MIN * 60)
        && asked.by.human.is_some()
        && asked.by.may(Permission::ReleaseEmergencyStop).is_ok()
}
