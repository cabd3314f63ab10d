//! People, their roles and what a role may do.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::PersonId;

/// What somebody is trusted with; each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Role {
    /// Reads.
    Viewer,
    /// Drafts and submits proposals, cancels, stops.
    Operator,
    /// Confirms and manages.
    Admin,
}

/// One thing that a role allows or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Permission {
    /// See the cluster, proposals, executions and the ledger.
    Read,
    /// Ask for a change.
    Propose,
    /// Take a proposal back before it is confirmed.
    Withdraw,
    /// Start exactly this plan, now.
    Confirm,
    /// Stop one execution before its next step.
    Cancel,
    /// Stop every execution before its next step.
    EmergencyStop,
    /// Let executions run again after an emergency stop.
    ReleaseEmergencyStop,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::Propose,
        Self::Withdraw,
        Self::Confirm,
        Self::Cancel,
        Self::EmergencyStop,
        Self::ReleaseEmergencyStop,
    ];

    /// The least role that has it. This table is the one source for API, page and documents.
    pub fn least_role(self) -> Role {
        match self {
            Self::Read => Role::Viewer,
            Self::Propose | Self::Withdraw | Self::Cancel | Self::EmergencyStop => Role::Operator,
            Self::Confirm | Self::ReleaseEmergencyStop => Role::Admin,
        }
    }
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    /// Whether the role has `permission`.
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
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
    /// Goes into the `X-CSRF-Token` header of every unsafe request.
    pub csrf_token: String,
    /// When the session ends whatever happens.
    pub expires_at: Timestamp,
    /// What this person may do.
    pub permissions: Vec<Permission>,
}

/// How somebody can sign in here: `GET /api/auth/ways`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignInWays {
    /// The seeded people of the demo profile; empty in every other profile.
    pub demo_people: Vec<Person>,
    /// Whether a one-time link from the server's own shell opens a session.
    pub one_time_link: bool,
    /// Set while Proxmox's certificate is not verified (lab profile only): the page shows it on every screen.
    pub insecure_tls: bool,
}

/// `POST /api/auth/demo`: sign in as a seeded person. Exists in the demo profile only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct DemoSignIn {
    /// One of [`SignInWays::demo_people`].
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub person: PersonId,
}

/// `POST /api/auth/link`: use a one-time sign-in link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct LinkSignIn {
    /// The secret part of the link.
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    pub token: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_all_that_the_role_below_may() {
        for pair in Role::ALL.windows(2) {
            for permission in Permission::ALL {
                assert!(!pair[0].may(permission) || pair[1].may(permission));
            }
        }
    }

    #[test]
    fn a_viewer_reads_and_nothing_else() {
        for permission in Permission::ALL {
            assert_eq!(Role::Viewer.may(permission), permission == Permission::Read);
        }
    }

    #[test]
    fn only_an_admin_confirms() {
        assert!(!Role::Operator.may(Permission::Confirm));
        assert!(Role::Admin.may(Permission::Confirm));
    }
}
