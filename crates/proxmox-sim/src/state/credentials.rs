//! Tokens that come and go, and changes of the access control list (`PVE::API2::User`, `PVE::API2::ACL`).

use sha2::{Digest, Sha256};

use super::access::{Access, Caller, Privileges};
use super::roles::builtin_role;
use crate::scenario::{Acl, Token};

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken<'a> {
    /// Its user.
    pub user: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Whether it has rights of its own, cut by its user's.
    pub privsep: bool,
    /// When it ends, seconds since the epoch; 0 is never.
    pub expire: u64,
    /// What stands beside it.
    pub comment: Option<&'a str>,
}

/// A change of what the list says of one path.
#[derive(Debug, Clone)]
pub struct AclChange<'a> {
    /// The path, as [`normal_path`] writes it.
    pub path: &'a str,
    /// Whose entries: `name@realm`, `name@realm!token` or `@group`.
    pub who: Vec<String>,
    /// Which roles.
    pub roles: Vec<&'a str>,
    /// Whether they hold below the path.
    pub propagate: bool,
    /// Whether they are taken away.
    pub delete: bool,
}

/// Why the list was not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AclError {
    /// Something named is not there; in Proxmox's words.
    Missing(String),
    /// The caller would hand out what they have not.
    NotTheirs(String),
}

impl Access {
    /// The groups of a user; none of somebody who is not there.
    pub fn groups_of(&self, user: &str) -> Option<&[String]> {
        let found = self.users.iter().find(|known| known.id == user)?;
        Some(&found.groups)
    }

    /// A user's tokens.
    pub fn tokens_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = (&'a str, &'a Token)> {
        self.tokens.iter().filter_map(move |token| {
            let name = token.id.strip_prefix(user)?.strip_prefix('!')?;
            Some((name, token))
        })
    }

    /// A token's secret.
    pub fn secret_of(&self, id: &str) -> Option<String> {
        let token = self.tokens.iter().find(|token| token.id == id)?;
        Some(token.secret.clone())
    }

    /// Every token's id.
    pub fn token_ids(&self) -> Vec<String> {
        self.tokens.iter().map(|token| token.id.clone()).collect()
    }

    /// Makes a token and gives its secret, which nobody can ask for afterwards. `None` where there is one of that name.
    pub fn make_token(&mut self, new: &NewToken<'_>) -> Option<String> {
        let id = format!("{}!{}", new.user, new.name);
        if self.tokens.iter().any(|token| token.id == id) {
            return None;
        }
        self.made += 1;
        let secret = self.new_secret(&id);
        self.tokens.push(Token {
            id,
            secret: secret.clone(),
            privsep: new.privsep,
            expire: new.expire,
            comment: new.comment.map(str::to_owned),
        });
        Some(secret)
    }

    /// Removes a token with what the list says of it. `false` where there is none.
    pub fn remove_token(&mut self, user: &str, name: &str) -> bool {
        let id = format!("{user}!{name}");
        let before = self.tokens.len();
        self.tokens.retain(|token| token.id != id);
        // Proxmox drops the entries of tokens that are not there whenever it reads its file.
        self.acl.retain(|entry| entry.who != id);
        self.tokens.len() < before
    }

    fn new_secret(&self, id: &str) -> String {
        let digest = hex::encode(Sha256::digest(format!(
            "{}:{id}:{}",
            self.signing, self.made
        )));
        let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
        format!(
            "{}-{}-4{}-8{}-{}",
            part(0, 8),
            part(8, 12),
            part(12, 15),
            part(15, 18),
            part(18, 30)
        )
    }

    /// Every entry of the list.
    pub fn acl(&self) -> &[Acl] {
        &self.acl
    }

    /// Every role with its privileges, and whether it comes with Proxmox.
    pub fn roles(&self) -> impl Iterator<Item = (&str, Vec<&str>, bool)> {
        let builtin = [
            "Administrator",
            "NoAccess",
            "PVEAdmin",
            "PVEAuditor",
            "PVEDatastoreUser",
            "PVEPoolUser",
            "PVESysAdmin",
            "PVEVMAdmin",
            "PVEVMUser",
        ];
        let own = self.roles.keys().map(|name| (name.as_str(), false));
        let names = own.chain(builtin.into_iter().map(|name| (name, true)));
        names.map(|(name, special)| (name, self.role(name), special))
    }

    /// Says what a role holds.
    pub fn set_role(&mut self, name: &str, privileges: &[&str]) {
        let privileges = privileges.iter().map(|one| (*one).to_owned()).collect();
        self.roles.insert(name.to_owned(), privileges);
    }

    /// Whether there is a role of this name.
    pub fn has_role(&self, name: &str) -> bool {
        self.roles.contains_key(name) || builtin_role(name).is_some()
    }

    /// Changes the list as `caller`, who has `held` on the path. Proxmox writes once all of it is good.
    pub fn change_acl(
        &mut self,
        change: &AclChange<'_>,
        held: &Privileges,
    ) -> Result<(), AclError> {
        for role in &change.roles {
            if !self.has_role(role) {
                return Err(AclError::Missing(format!("role '{role}' does not exist")));
            }
            if !held.contains_key("Permissions.Modify") {
                self.check_handing_out(role, change, held)?;
            }
            for who in &change.who {
                self.check_exists(who)?;
            }
        }
        for role in &change.roles {
            for who in &change.who {
                let same = |entry: &Acl| {
                    entry.path == change.path && entry.who == *who && entry.role == **role
                };
                self.acl.retain(|entry| !same(entry));
                if !change.delete {
                    self.acl.push(Acl {
                        path: change.path.to_owned(),
                        who: who.clone(),
                        role: (*role).to_owned(),
                        propagate: change.propagate,
                    });
                }
            }
        }
        Ok(())
    }

    /// Who may make and remove a guest, but not change rights at large, hands out only what they have themself.
    fn check_handing_out(
        &self,
        role: &str,
        change: &AclChange<'_>,
        held: &Privileges,
    ) -> Result<(), AclError> {
        let verb = if change.delete { "remove" } else { "add" };
        for privilege in self.role(role) {
            match held.get(privilege) {
                None => {
                    return Err(AclError::NotTheirs(format!(
                        "Cannot {verb} role '{role}' - requires 'Permissions.Modify' or superset of privileges."
                    )));
                }
                Some(false) if change.propagate && !change.delete => {
                    return Err(AclError::NotTheirs(format!(
                        "Cannot {verb} role '{role}' with propagation - requires 'Permissions.Modify' or propagated \
                         superset of privileges."
                    )));
                }
                Some(_) => {}
            }
        }
        if role == "NoAccess" {
            return Err(AclError::NotTheirs(format!(
                "Cannot {verb} role '{role}' - requires 'Permissions.Modify'"
            )));
        }
        Ok(())
    }

    fn check_exists(&self, who: &str) -> Result<(), AclError> {
        if let Some(group) = who.strip_prefix('@') {
            let known = self
                .users
                .iter()
                .any(|user| user.groups.iter().any(|g| g == group));
            return known
                .then_some(())
                .ok_or_else(|| AclError::Missing(format!("group '{group}' does not exist")));
        }
        let user = Caller { id: who.into() }.user().to_owned();
        if self.groups_of(&user).is_none() {
            return Err(AclError::Missing(if who.contains('!') {
                format!("no such user ('{user}')")
            } else {
                format!("user '{user}' does not exist")
            }));
        }
        match who.split_once('!') {
            Some((user, name)) if !self.tokens.iter().any(|token| token.id == who) => {
                Err(AclError::Missing(missing_token(user, name)))
            }
            _ => Ok(()),
        }
    }
}

/// What Proxmox says of a token that is not there.
pub fn missing_token(user: &str, name: &str) -> String {
    format!("no such token '{name}' for user '{user}'")
}

/// What lets somebody change who has which rights on a path: for a guest, a storage or a pool the right to make and
/// remove it does as well.
pub fn rights_over(path: &str) -> Vec<&'static str> {
    let own = [
        ("/storage/", "Datastore.Allocate"),
        ("/vms/", "VM.Allocate"),
        ("/pool/", "Pool.Allocate"),
    ];
    let own = own.into_iter().filter(|(root, _)| path.starts_with(root));
    std::iter::once("Permissions.Modify")
        .chain(own.map(|(_, privilege)| privilege))
        .collect()
}

/// A path of the list as Proxmox keeps it; none where it cannot be one.
pub fn normal_path(path: &str) -> Option<String> {
    if path.is_empty() {
        return None;
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let fits = |part: &&str| {
        part.chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
    };
    parts
        .iter()
        .all(fits)
        .then(|| format!("/{}", parts.join("/")))
}

/// Whether an entry of the list can be about this path at all.
pub fn is_acl_path(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts.as_slice() {
        ["" | "access" | "nodes" | "pool" | "sdn" | "storage" | "vms" | "mapping"]
        | ["access", "groups" | "realm"]
        | ["access", "groups" | "realm", _]
        | ["nodes" | "storage", _]
        | ["sdn", "zones" | "vnets", _]
        | ["sdn", "zones", _, _] => true,
        ["sdn", "zones", _, _, vlan] => {
            !vlan.starts_with('0') && vlan.parse::<u16>().is_ok_and(|n| n < 10_000)
        }
        ["pool", pools @ ..] => pools.len() <= 3,
        ["vms", vmid] => !vmid.starts_with('0') && vmid.parse::<u32>().is_ok_and(|n| n >= 100),
        _ => false,
    }
}
