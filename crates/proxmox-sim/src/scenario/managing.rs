//! A world in which one token may make, give rights to, and remove other tokens of its user.

use super::{Acl, Scenario, Token};
use crate::state::privileges_of_release;

/// The service user of the scenarios that come with the simulator.
const USER: &str = "argus@pve";
/// Its token that manages tokens.
const TOKEN: &str = "argus@pve!manage";
/// The group that this user alone is in: the right to manage tokens is one over a group of users.
const GROUP: &str = "argus";

impl Scenario {
    /// The same with a token `manage`, and with a role `Argus-…` for each privilege, as an administrator would set it up.
    #[must_use]
    pub fn managing_tokens(mut self) -> Self {
        for user in self.user.iter_mut().filter(|user| user.id == USER) {
            user.groups.push(GROUP.to_owned());
        }
        for privilege in privileges_of_release(self.release.major()) {
            let role = format!("Argus-{privilege}");
            self.role.insert(role, vec![privilege.to_owned()]);
        }
        self.token.push(Token {
            id: TOKEN.to_owned(),
            secret: "55555555-5555-4555-8555-555555555555".to_owned(),
            privsep: true,
            expire: 0,
            comment: None,
        });
        let over_group = format!("/access/groups/{GROUP}");
        for who in [USER, TOKEN] {
            for (path, privilege) in [
                (over_group.as_str(), "User.Modify"),
                ("/", "Permissions.Modify"),
            ] {
                self.acl.push(Acl {
                    path: path.to_owned(),
                    who: who.to_owned(),
                    role: format!("Argus-{privilege}"),
                    propagate: true,
                });
            }
        }
        self
    }
}
