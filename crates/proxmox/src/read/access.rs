//! Reading tokens and roles.

use serde::Deserialize;

use super::{Read, plain};
use crate::{call::CallBuilder, lenient};

/// A token as Proxmox lists it; never with its secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenInfo {
    /// What stands behind the user's name and the `!`.
    pub tokenid: String,
    /// When it ends, epoch seconds; 0 or absent is never.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub expire: Option<u64>,
}

/// `GET /access/users/{userid}/token`: a user's tokens. Needs `User.Modify` on the groups of users, or on one that the
/// user is in; a token is never taken for its user here.
pub fn user_tokens(userid: &str) -> Read<Vec<TokenInfo>> {
    plain(
        CallBuilder::get()
            .path("access/users")
            .segment(userid)
            .path("token"),
    )
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Role {
    /// Its name.
    pub roleid: String,
    /// Its privileges, with commas between them.
    #[serde(default)]
    pub privs: Option<String>,
}

impl Role {
    /// Whether this privilege is all that it holds.
    pub fn has_only(&self, privilege: &str) -> bool {
        self.privs.as_deref() == Some(privilege)
    }
}

/// `GET /access/roles`: every role. Any token.
pub fn roles() -> Read<Vec<Role>> {
    plain(CallBuilder::get().path("access/roles"))
}
