//! Users, tokens, roles and the access control list, and what a caller may do on a path.
//!
//! The rules are those of `PVE::AccessControl` and `PVE::RPCEnvironment`: a deeper path replaces what was inherited,
//! an entry of the user beats entries of the user's groups on the same path, `NoAccess` takes everything away, members
//! of a pool get the pool's rights too, and a token with privilege separation has the intersection of both sets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::roles::{builtin_role, every_privilege, in_release};
use crate::scenario::{Acl, Scenario, Token, User};

/// Privileges with whether they hold below the path as well.
pub type Privileges = BTreeMap<String, bool>;

/// Seconds for which a ticket is good.
const TICKET_LIFETIME_S: u64 = 2 * 3600;
/// The one user whom nothing is denied.
const SUPERUSER: &str = "root@pam";

/// Who calls, after authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// `name@realm` or `name@realm!token`.
    pub id: String,
}

impl Caller {
    /// The HA stack and the daemons themselves.
    pub fn system() -> Self {
        Self {
            id: SUPERUSER.into(),
        }
    }

    /// The user behind a token, or the user.
    pub fn user(&self) -> &str {
        self.id.split('!').next().unwrap_or_default()
    }

    /// Whether the caller is an API token.
    pub fn is_token(&self) -> bool {
        self.id.contains('!')
    }
}

/// Everybody and everything that decides about rights.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Access {
    pub(super) users: Vec<User>,
    pub(super) tokens: Vec<Token>,
    pub(super) roles: BTreeMap<String, Vec<String>>,
    pub(super) acl: Vec<Acl>,
    pub(super) signing: String,
    pub(super) major: u32,
    /// Tokens that were ever made, so that no secret comes twice.
    #[serde(default)]
    pub(super) made: u64,
}

impl Access {
    /// Takes over a scenario's people.
    pub fn new(scenario: &Scenario) -> Self {
        let seed = format!("{:?}{:?}", scenario.cluster, scenario.user);
        Self {
            users: scenario.user.clone(),
            tokens: scenario.token.clone(),
            roles: scenario.role.clone(),
            acl: scenario.acl.clone(),
            signing: hex::encode(Sha256::digest(seed)),
            major: scenario.release.major(),
            made: 0,
        }
    }

    /// Checks a token's secret.
    pub fn token_caller(&self, id: &str, secret: &str, now_s: u64) -> Option<Caller> {
        let token = self.tokens.iter().find(|t| t.id == id)?;
        let alive = token.expire == 0 || token.expire >= now_s;
        (alive && token.secret == secret).then(|| Caller { id: id.into() })
    }

    /// Checks a password, or an earlier ticket in its place.
    pub fn password_holds(&self, user: &str, password: &str, now_s: u64) -> bool {
        let Some(entry) = self.users.iter().find(|u| u.id == user) else {
            return false;
        };
        let renewed = self
            .ticket_caller(password, now_s)
            .is_some_and(|c| c.id == user);
        renewed || entry.password.as_deref() == Some(password)
    }

    /// A ticket that is good for two hours.
    pub fn ticket(&self, user: &str, now_s: u64) -> String {
        format!(
            "PVE:{user}:{now_s:08X}::{}",
            self.signature("ticket", user, now_s)
        )
    }

    /// The token that goes with a user's unsafe requests.
    pub fn csrf(&self, user: &str, now_s: u64) -> String {
        format!("{now_s:08X}:{}", self.signature("csrf", user, now_s))
    }

    /// Who a ticket speaks for.
    pub fn ticket_caller(&self, ticket: &str, now_s: u64) -> Option<Caller> {
        let (user, rest) = ticket.strip_prefix("PVE:")?.split_once(':')?;
        let (stamp, signature) = rest.split_once("::")?;
        let issued = u64::from_str_radix(stamp, 16).ok()?;
        let fresh = issued <= now_s + 300 && now_s < issued.checked_add(TICKET_LIFETIME_S)?;
        let genuine = signature == self.signature("ticket", user, issued);
        let known = self.users.iter().any(|u| u.id == user);
        (fresh && genuine && known).then(|| Caller { id: user.into() })
    }

    /// Whether a CSRF token was made for this user.
    pub fn csrf_holds(&self, user: &str, token: &str, now_s: u64) -> bool {
        let Some((stamp, signature)) = token.split_once(':') else {
            return false;
        };
        u64::from_str_radix(stamp, 16).is_ok_and(|issued| {
            issued
                .checked_add(TICKET_LIFETIME_S)
                .is_some_and(|end| now_s < end)
                && signature == self.signature("csrf", user, issued)
        })
    }

    fn signature(&self, purpose: &str, user: &str, at: u64) -> String {
        hex::encode(Sha256::digest(format!(
            "{}:{purpose}:{user}:{at}",
            self.signing
        )))
    }

    /// Whether a token exists and is privilege-separated.
    fn privsep(&self, id: &str) -> bool {
        self.tokens.iter().any(|t| t.id == id && t.privsep)
    }

    /// What the caller may do on a path; `pool` is the path of the pool the object belongs to.
    pub fn privileges(&self, caller: &Caller, path: &str, pool: Option<&str>) -> Privileges {
        let of = |who: &str| {
            let mut found = self.granted(who, path);
            if let Some(pool) = pool {
                for (privilege, propagate) in self.granted(who, pool) {
                    *found.entry(privilege).or_default() |= propagate;
                }
            }
            found
        };
        let user = of(caller.user());
        if !caller.is_token() || !self.privsep(&caller.id) {
            return user;
        }
        let own = of(&caller.id);
        user.into_iter()
            .filter_map(|(privilege, propagate)| {
                own.get(&privilege)
                    .map(|p| (privilege.clone(), propagate && *p))
            })
            .collect()
    }

    /// Removes what the list says of a path.
    pub(super) fn forget(&mut self, path: &str) {
        self.acl.retain(|entry| entry.path != path);
    }

    /// The paths that the access control list names.
    pub fn acl_paths(&self) -> impl Iterator<Item = &str> {
        self.acl.iter().map(|entry| entry.path.as_str())
    }

    /// Whether the caller may do one thing on a path.
    pub fn allows(&self, caller: &Caller, path: &str, pool: Option<&str>, privilege: &str) -> bool {
        let may = |who: &str| {
            let mut places = std::iter::once(path).chain(pool);
            places.any(|place| self.grants(who, place, privilege))
        };
        may(caller.user()) && (!caller.is_token() || !self.privsep(&caller.id) || may(&caller.id))
    }

    fn grants(&self, who: &str, path: &str, privilege: &str) -> bool {
        if who == SUPERUSER {
            return in_release(every_privilege().collect(), self.major).contains(&privilege);
        }
        let held = self.roles_on(who, path);
        held.keys().any(|role| self.role(role).contains(&privilege))
    }

    fn granted(&self, who: &str, path: &str) -> Privileges {
        if who == SUPERUSER {
            return in_release(every_privilege().collect(), self.major)
                .into_iter()
                .map(|p| (p.to_owned(), true))
                .collect();
        }
        let mut found = Privileges::new();
        for (role, propagate) in self.roles_on(who, path) {
            for privilege in self.role(role) {
                *found.entry(privilege.to_owned()).or_default() |= propagate;
            }
        }
        found
    }

    /// The roles that somebody has on a path, and whether they go on below it.
    fn roles_on(&self, who: &str, path: &str) -> BTreeMap<&str, bool> {
        let groups: Vec<String> = self
            .users
            .iter()
            .filter(|u| u.id == who)
            .flat_map(|u| u.groups.iter().map(|g| format!("@{g}")))
            .collect();
        let mut held: BTreeMap<&str, bool> = BTreeMap::new();
        for step in steps(path) {
            let is_end = step == path;
            let mut here: BTreeMap<&str, bool> = BTreeMap::new();
            let mut of_groups: BTreeMap<&str, bool> = BTreeMap::new();
            for entry in &self.acl {
                if entry.path != step || !(is_end || entry.propagate) {
                    continue;
                }
                if entry.who == who {
                    here.insert(&entry.role, entry.propagate);
                } else if groups.contains(&entry.who) {
                    of_groups.insert(&entry.role, entry.propagate);
                }
            }
            if here.is_empty() {
                here = of_groups;
            }
            if !here.is_empty() {
                held = here;
            }
        }
        if held.contains_key("NoAccess") {
            held.clear();
        }
        held
    }

    /// The privileges of a role; none of one that there is not.
    pub(super) fn role(&self, name: &str) -> Vec<&str> {
        if let Some(own) = self.roles.get(name) {
            return own.iter().map(String::as_str).collect();
        }
        builtin_role(name)
            .map(|list| in_release(list, self.major))
            .unwrap_or_default()
    }
}

/// `/`, `/vms`, `/vms/101` for `/vms/101`.
fn steps(path: &str) -> impl Iterator<Item = &str> {
    let inner = path
        .char_indices()
        .skip(1)
        .filter(|(_, c)| *c == '/')
        .map(move |(at, _)| &path[..at]);
    let end = (path != "/").then_some(path);
    std::iter::once("/").chain(inner).chain(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(acl: &[(&str, &str, &str, bool)]) -> Access {
        let mut scenario = Scenario::lab();
        scenario.user.push(User {
            id: "eve@pve".into(),
            password: None,
            groups: vec!["night".into()],
        });
        scenario.acl = acl
            .iter()
            .map(|(path, who, role, propagate)| Acl {
                path: (*path).into(),
                who: (*who).into(),
                role: (*role).into(),
                propagate: *propagate,
            })
            .collect();
        Access::new(&scenario)
    }

    fn caller(id: &str) -> Caller {
        Caller { id: id.into() }
    }

    #[test]
    fn a_deeper_entry_replaces_what_was_inherited() {
        let access = access(&[
            ("/", "eve@pve", "PVEAdmin", true),
            ("/vms/101", "eve@pve", "PVEAuditor", true),
        ]);
        let eve = caller("eve@pve");
        assert!(
            access
                .privileges(&eve, "/vms/102", None)
                .contains_key("VM.PowerMgmt")
        );
        assert!(
            !access
                .privileges(&eve, "/vms/101", None)
                .contains_key("VM.PowerMgmt")
        );
    }

    #[test]
    fn an_entry_without_propagation_holds_only_where_it_is() {
        let access = access(&[("/vms", "eve@pve", "PVEAuditor", false)]);
        let eve = caller("eve@pve");
        assert_eq!(
            access.privileges(&eve, "/vms", None).get("VM.Audit"),
            Some(&false)
        );
        assert!(access.privileges(&eve, "/vms/101", None).is_empty());
    }

    #[test]
    fn the_users_own_entry_beats_the_groups() {
        let access = access(&[
            ("/", "@night", "PVEAdmin", true),
            ("/", "eve@pve", "PVEAuditor", true),
        ]);
        let held = access.privileges(&caller("eve@pve"), "/vms/101", None);
        assert!(held.contains_key("VM.Audit") && !held.contains_key("VM.PowerMgmt"));
    }

    #[test]
    fn no_access_takes_everything_away() {
        let access = access(&[
            ("/", "eve@pve", "PVEAdmin", true),
            ("/vms/103", "eve@pve", "NoAccess", true),
        ]);
        assert!(
            access
                .privileges(&caller("eve@pve"), "/vms/103", None)
                .is_empty()
        );
    }

    #[test]
    fn a_member_of_a_pool_gets_the_rights_of_the_pool() {
        let access = access(&[("/pool/lab", "eve@pve", "PVEVMUser", true)]);
        let eve = caller("eve@pve");
        assert!(
            access
                .privileges(&eve, "/vms/109", Some("/pool/lab"))
                .contains_key("VM.PowerMgmt")
        );
        assert!(access.privileges(&eve, "/vms/109", None).is_empty());
    }

    #[test]
    fn a_separated_token_has_what_both_it_and_its_user_have() {
        let access = access(&[
            ("/", "argus@pve", "PVEAuditor", true),
            ("/", "argus@pve!ops", "PVEVMAdmin", true),
        ]);
        let held = access.privileges(&caller("argus@pve!ops"), "/vms/101", None);
        let names: Vec<_> = held.keys().map(String::as_str).collect();
        assert_eq!(names, ["VM.Audit", "VM.GuestAgent.Audit"]);
    }

    #[test]
    fn a_ticket_ends_after_two_hours_and_cannot_be_forged() {
        let access = access(&[]);
        let ticket = access.ticket(SUPERUSER, 1_000_000);
        assert!(access.ticket_caller(&ticket, 1_007_199).is_some());
        assert!(access.ticket_caller(&ticket, 1_007_200).is_none());
        let other = ticket.replace("root@pam", "argus@pve");
        assert!(access.ticket_caller(&other, 1_000_001).is_none());
    }

    #[test]
    fn a_living_ticket_renews_itself_in_place_of_the_password() {
        let access = access(&[]);
        let ticket = access.ticket(SUPERUSER, 1_000_000);
        assert!(access.password_holds(SUPERUSER, &ticket, 1_003_600));
        assert!(!access.password_holds("argus@pve", &ticket, 1_003_600));
    }

    #[test]
    fn an_expired_token_is_nobody() {
        let mut access = access(&[]);
        access.tokens[0].expire = 500;
        let (id, secret) = (access.tokens[0].id.clone(), access.tokens[0].secret.clone());
        assert!(access.token_caller(&id, &secret, 500).is_some());
        assert!(access.token_caller(&id, &secret, 501).is_none());
    }
}
