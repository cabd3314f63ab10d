//! People, their roles and what a role may do.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::PersonId;
use crate::scope::Scope;

/// What somebody is trusted with; each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Role {
    /// Reads.
    Viewer,
    /// Drafts, submits and confirms proposals, cancels, stops.
    Operator,
    /// Approves and manages.
    Admin,
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident: $role:ident, $token:ident;)*) => {
        /// One thing that a role allows or does not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
        pub enum Permission {
            $($(#[doc = $doc])* $name,)*
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The least role that has it.
            pub fn least_role(self) -> Role {
                match self { $(Self::$name => Role::$role,)* }
            }

            /// Whether a script may have it through an API token, and which of the two kinds of token it takes.
            pub fn token(self) -> Option<TokenMay> {
                match self { $(Self::$name => permissions!(@token $token),)* }
            }

            /// What it allows, in a sentence.
            pub fn describe(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*).trim_ascii(),)* }
            }
        }
    };
    (@token never) => { None };
    (@token read) => { Some(TokenMay::Read) };
    (@token propose) => { Some(TokenMay::Propose) };
}

// The table of rights: the one source for API, page and documents. A line: what it is, the least role that has it,
// the least API token that has it.
permissions! {
    /// See the cluster, proposals, executions and the ledger.
    Read: Viewer, read;
    /// Ask for a change.
    Propose: Operator, propose;
    /// Take a proposal back before it is confirmed.
    Withdraw: Operator, never;
    /// Start exactly this plan, now.
    Confirm: Operator, never;
    /// Approve or reject a plan of somebody else.
    Approve: Admin, never;
    /// Confirm without the approvals that are missing, in an emergency; needs the person to be named for it as well.
    BreakGlass: Admin, never;
    /// Stop one execution before its next step.
    Cancel: Operator, never;
    /// Say what became of a step that Argus could not decide, so that what it keeps is given back.
    Resolve: Operator, never;
    /// Say so of a destructive step.
    ResolveDestructive: Admin, never;
    /// Stop every execution before its next step.
    EmergencyStop: Operator, never;
    /// Take part in releasing the emergency stop: two people, one of them an admin.
    ReleaseEmergencyStop: Operator, never;
    /// Manage one's own sessions, passkeys and API tokens.
    ManageOwn: Viewer, never;
    /// Manage people, roles, invitations and other people's sessions.
    ManagePeople: Admin, never;
    /// Propose changes of the policy, decide on those of others, and put them into force.
    ManagePolicy: Admin, never;
    /// See how language models are set up and how they do, and test them.
    ManageModels: Admin, never;
}

/// What an API token is good for; each kind includes the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum TokenMay {
    /// Reads.
    Read,
    /// Asks for changes, which people then decide on.
    Propose,
}

impl TokenMay {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Propose => "propose",
        }
    }
}

impl std::str::FromStr for TokenMay {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Read, Self::Propose]
            .into_iter()
            .find(|may| may.as_str() == text)
            .ok_or(())
    }
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    /// Whether the role has `permission`.
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }

    /// Why the role does not have `permission`; `None` where it has it.
    pub fn why_not(self, permission: Permission) -> Option<String> {
        (!self.may(permission)).then(|| {
            format!(
                "This needs the role {}; yours is {}.",
                permission.least_role().as_str(),
                self.as_str()
            )
        })
    }

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(())
    }
}

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The name that the page shows.
    pub name: String,
    /// What they are trusted with.
    pub role: Role,
}

/// The caller's session: `GET /api/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Session {
    /// Who is signed in.
    pub person: Person,
    /// How far their role reaches.
    pub scope: Scope,
    /// Goes into the `X-CSRF-Token` header of every unsafe request.
    pub csrf_token: String,
    /// Seconds until the access token ends; post to [`crate::paths::REFRESH`] before.
    pub access_expires_in_s: u32,
    /// When the session ends whatever happens.
    pub expires_at: Timestamp,
    /// What this person may do.
    pub permissions: Vec<Permission>,
    /// Whether they have a passkey, without which nothing can be approved.
    pub has_passkey: bool,
    /// Whether they may break glass.
    pub may_break_glass: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_all_that_the_role_below_may() {
        for pair in Role::ALL.windows(2) {
            for &permission in Permission::ALL {
                assert!(!pair[0].may(permission) || pair[1].may(permission));
            }
        }
    }

    #[test]
    fn a_viewer_reads_and_looks_after_their_own_account() {
        for &permission in Permission::ALL {
            assert_eq!(
                Role::Viewer.may(permission),
                matches!(permission, Permission::Read | Permission::ManageOwn)
            );
        }
    }

    #[test]
    fn only_an_admin_approves_and_manages() {
        for permission in [
            Permission::Approve,
            Permission::ManagePeople,
            Permission::ManagePolicy,
            Permission::ManageModels,
            Permission::BreakGlass,
            Permission::ResolveDestructive,
        ] {
            assert!(!Role::Operator.may(permission));
            assert!(Role::Admin.may(permission));
            assert!(Role::Operator.why_not(permission).is_some());
        }
    }

    #[test]
    fn a_token_reads_and_proposes_and_nothing_else() {
        for &permission in Permission::ALL {
            let expected = match permission {
                Permission::Read => Some(TokenMay::Read),
                Permission::Propose => Some(TokenMay::Propose),
                _ => None,
            };
            assert_eq!(permission.token(), expected, "{permission:?}");
        }
    }

    #[test]
    fn each_permission_says_what_it_allows() {
        assert_eq!(Permission::Propose.describe(), "Ask for a change.");
        for permission in Permission::ALL {
            assert!(permission.describe().ends_with('.'), "{permission:?}");
        }
    }
}
