//! Why somebody may not: a class that stays, and a sentence for them.

use argus_types::Timestamp;
use argus_types::person::{Permission, Role};
use argus_types::problem::ProblemCode;

use super::Account;

/// Why somebody may not approve, confirm, break glass, release or resolve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The account lets nobody in any more.
    Disabled,
    /// The role does not allow it.
    RoleLacks {
        /// What it would have to.
        permission: Permission,
        /// What it is.
        role: Role,
    },
    /// The plan changes guests that the account's scope does not cover.
    OutOfScope,
    /// They asked for the change, from this or another account.
    Author,
    /// They approved it, from this or another account.
    Approver,
    /// Nobody knows who is behind their account.
    UnknownHuman,
    /// Nobody knows who is behind the author's account.
    UnknownAuthor,
    /// They have decided on this plan already.
    Decided,
    /// A role was given so lately that giver and receiver cannot stand for two people.
    FreshRole {
        /// From then on they can.
        until: Timestamp,
    },
    /// Fewer approvals count than are needed.
    ApprovalsMissing {
        /// Approvals that count.
        counting: u8,
        /// Approvals that are needed.
        required: u8,
    },
    /// Nothing is missing that breaking glass would leave out.
    NothingMissing,
    /// The account was not named for breaking glass.
    NotNamed,
    /// Their part was taken already, by them.
    SecondPart,
    /// Neither of the two is an admin.
    NoAdmin,
    /// They broke the glass that is to be looked at.
    BrokeIt,
}

impl Refusal {
    /// That `who` and `other` cannot stand for two people yet.
    pub(super) fn fresh(who: &Account, other: &Account, now: Timestamp) -> Self {
        let until = if other.was_just_made_by(who, now) {
            other.fresh_until()
        } else {
            who.fresh_until()
        };
        Self::FreshRole { until }
    }

    /// What became of somebody who could do this before: a clause about them, for journal and ledger.
    pub fn clause(&self) -> String {
        match self {
            Self::Disabled => "the account is disabled".to_owned(),
            Self::RoleLacks { role, .. } => format!("the role is {} now", role.as_str()),
            Self::OutOfScope => {
                "the role does not reach every guest of the plan any more".to_owned()
            }
            Self::NotNamed => "not named for breaking glass any more".to_owned(),
            Self::ApprovalsMissing { counting, required } => {
                format!("{counting} of {required} approvals count now")
            }
            _ => "two accounts that took part do not stand for two people any more".to_owned(),
        }
    }

    /// A word for logs and metrics.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::RoleLacks { .. } => "role_lacks",
            Self::OutOfScope => "out_of_scope",
            Self::Author => "author",
            Self::Approver => "approver",
            Self::UnknownHuman => "unknown_human",
            Self::UnknownAuthor => "unknown_author",
            Self::Decided => "decided",
            Self::FreshRole { .. } => "fresh_role",
            Self::ApprovalsMissing { .. } => "approvals_missing",
            Self::NothingMissing => "nothing_missing",
            Self::NotNamed => "not_named",
            Self::SecondPart => "second_part",
            Self::NoAdmin => "no_admin",
            Self::BrokeIt => "broke_it",
        }
    }

    /// The problem that it is.
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Disabled | Self::RoleLacks { .. } | Self::NotNamed => ProblemCode::Forbidden,
            Self::OutOfScope => ProblemCode::OutOfScope,
            Self::ApprovalsMissing { .. } => ProblemCode::ApprovalsMissing,
            Self::NothingMissing => ProblemCode::WrongState,
            Self::Author
            | Self::Approver
            | Self::UnknownHuman
            | Self::UnknownAuthor
            | Self::Decided
            | Self::FreshRole { .. }
            | Self::SecondPart
            | Self::NoAdmin
            | Self::BrokeIt => ProblemCode::SecondPersonNeeded,
        }
    }

    /// The reason in a sentence, with what to do.
    pub fn sentence(&self) -> String {
        let text = match self {
            Self::Disabled => "Your account is disabled.",
            Self::RoleLacks { permission, role } => {
                return role
                    .why_not(*permission)
                    .unwrap_or_else(|| "Your role does not allow this.".to_owned());
            }
            Self::OutOfScope => "It concerns guests that your role does not reach.",
            Self::Author => {
                "You asked for this change, from this or another account; somebody else has to decide on it."
            }
            Self::Approver => {
                "You approved this plan, from this or another account; somebody else has to confirm it."
            }
            Self::UnknownHuman => {
                "Argus does not know who is behind your account, so it cannot tell you from the others who take \
                 part. An admin can link it to a person."
            }
            Self::UnknownAuthor => {
                "Argus does not know who is behind the account that asked for this change, so nobody can be shown \
                 to be somebody else. An admin can link it to a person."
            }
            Self::Decided => {
                "You have decided on this plan already, from this or another account; another person has to."
            }
            Self::FreshRole { until } => {
                return format!(
                    "A role was given within the last {} hours by one of you to the other, so you cannot stand for \
                     two people before {until}.",
                    super::FRESH_ROLE_HOURS
                );
            }
            Self::ApprovalsMissing { counting, required } => {
                return format!(
                    "{counting} of {required} approvals are there. Ask {} to approve the plan.",
                    if required - counting.min(required) == 1 {
                        "another admin"
                    } else {
                        "more admins"
                    }
                );
            }
            Self::NothingMissing => "No approval is missing; confirm it.",
            Self::NotNamed => {
                "You are not named for breaking glass. `argus-api people break-glass` on the server's shell names \
                 somebody."
            }
            Self::SecondPart => {
                "You have asked for the release already, from this or another account; another person has to join."
            }
            Self::NoAdmin => "One of the two people must be an admin.",
            Self::BrokeIt => "You broke this glass yourself; somebody else has to look at it.",
        };
        text.to_owned()
    }
}
