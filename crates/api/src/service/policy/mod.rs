//! The policy: judging plans by the version in force, and changing it by two people.

mod change;
mod in_force;
mod install;
mod objection;
mod propose;
mod view;

pub use change::ChangePolicy;
pub use in_force::{InForce, judged_again};
pub use install::{Installed, install, seed};
pub use objection::{Objection, record as record_objection};
pub use view::PolicyReader;

/// Hours for which an approval of a version counts: whoever puts it into force may be in another time zone.
const APPROVALS_COUNT_H: i64 = 24;
/// Days of plans that a proposed version is tried on.
const REPLAY_DAYS: i64 = 90;
