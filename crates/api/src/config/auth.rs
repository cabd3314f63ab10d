//! `[auth]` of the file: who else may say who somebody is. What is checked of it is in [`super::oidc`].

use std::path::PathBuf;

use argus_types::id::ClusterId;
use argus_types::person::Role;
use serde::{Deserialize, Serialize};

/// `[auth]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSection {
    /// OpenID providers, in the order of their buttons. Without any, people sign in with passkeys.
    pub oidc: Vec<OidcSection>,
}

/// `[[auth.oidc]]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcSection {
    /// Part of addresses: 1 to 32 of `a-z`, `0-9` and `-`.
    pub id: String,
    /// What people call it; on the button.
    pub name: String,
    /// What the provider calls itself, to the letter.
    pub issuer: String,
    /// Argus' name there.
    pub client_id: String,
    /// A file that holds Argus' secret there; or `ARGUS_OIDC_<ID>_SECRET`. Neither: a public client.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// The only certificate authorities that count for it; the machine's own where absent.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Scopes to ask for beside `openid`, `profile` and `email`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The claim of the ID token that lists a person's groups.
    #[serde(default = "groups")]
    pub groups_claim: String,
    /// The claim that names a human whatever their account is, such as `employee_id`.
    #[serde(default)]
    pub person_claim: Option<String>,
    /// The claim with a person's name for people.
    #[serde(default = "name")]
    pub name_claim: String,
    /// Which group gives what. Whoever is in none of them is not let in.
    #[serde(default)]
    pub roles: Vec<RoleSection>,
}

/// `[[auth.oidc.roles]]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleSection {
    /// The group as the provider spells it; compared exactly.
    pub group: String,
    /// `viewer`, `operator` or `admin`.
    pub role: Role,
    /// Clusters that the role reaches; all where empty.
    #[serde(default)]
    pub clusters: Vec<ClusterId>,
    /// Proxmox pools that it reaches.
    #[serde(default)]
    pub pools: Vec<String>,
    /// Proxmox tags that it reaches.
    #[serde(default)]
    pub tags: Vec<String>,
}

fn groups() -> String {
    "groups".to_owned()
}

fn name() -> String {
    "name".to_owned()
}
