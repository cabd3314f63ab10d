//! An account as far as approvals look at it.

use argus_types::Timestamp;
use argus_types::id::{HumanId, PersonId};
use argus_types::person::{Permission, Role};

use super::Refusal;

/// Hours for which a role counts as fresh.
pub const FRESH_ROLE_HOURS: i64 = 24;

/// One account, as it is at the moment of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub person: PersonId,
    /// Who is behind it; unknown where nobody vouched for it.
    pub human: Option<HumanId>,
    /// What it is trusted with.
    pub role: Role,
    /// Whether it lets anybody in.
    pub enabled: bool,
    /// Since when it has the role.
    pub role_since: Timestamp,
    /// Where the role comes from.
    pub granted_by: Granter,
    /// Whether its scope covers every guest of the plan.
    pub covers: bool,
    /// Whether it was named for breaking glass.
    pub break_glass: bool,
}

/// Who gave a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granter {
    /// The server's own shell, or a provider's groups: nobody who takes part here.
    ThirdParty,
    /// An admin.
    Admin {
        /// Their account.
        person: PersonId,
        /// Who is behind it.
        human: Option<HumanId>,
    },
}

impl Account {
    /// Whether the two accounts are known to be one human's.
    pub fn is_same_human(&self, other: &Self) -> bool {
        self.person == other.person || (self.human.is_some() && self.human == other.human)
    }

    /// Whether one of the two got a role from the other so lately that they cannot stand for two people.
    pub fn depends_on(&self, other: &Self, now: Timestamp) -> bool {
        self.was_just_made_by(other, now) || other.was_just_made_by(self, now)
    }

    /// Until when the role counts as fresh.
    pub fn fresh_until(&self) -> Timestamp {
        self.role_since.plus_seconds(FRESH_ROLE_HOURS * 3600)
    }

    pub(super) fn was_just_made_by(&self, other: &Self, now: Timestamp) -> bool {
        let Granter::Admin { person, human } = self.granted_by else {
            return false;
        };
        // A granter that nobody knows may be anybody.
        now < self.fresh_until()
            && (person == other.person || human.is_none() || human == other.human)
    }

    /// Whether it may do this at all: enabled, with the role, and as far as the plan reaches.
    pub(super) fn may(&self, permission: Permission) -> Result<(), Refusal> {
        if !self.enabled {
            return Err(Refusal::Disabled);
        }
        if !self.role.may(permission) {
            return Err(Refusal::RoleLacks {
                permission,
                role: self.role,
            });
        }
        if self.covers {
            Ok(())
        } else {
            Err(Refusal::OutOfScope)
        }
    }
}
