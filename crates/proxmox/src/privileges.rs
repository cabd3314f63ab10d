//! The privileges that Argus needs, by release, and how to grant one.
//!
//! Pure data for the start-up check: what is needed, why, what of it is missing, and the `pveum` commands that mend
//! it. A token with privilege separation has the intersection of its user's rights and its own, so both get the grant.

use crate::{permission::Permissions, release::Release};

/// What stands before a privilege in the name of the role that has it and nothing else.
const ROLE_PREFIX: &str = "Argus-";

/// What a privilege is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Seeing; the API's token needs it.
    Read,
    /// Changing; the executor's token needs it on top.
    Change,
    /// A part of the catalogue that not every place wants; the executor's token needs it for those actions only.
    Part,
    /// Making tokens for plans; the token that manages tokens needs it and nothing else.
    Manage,
}

/// One privilege that Argus needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Name, such as `Sys.Audit`.
    pub privilege: &'static str,
    /// Where it is needed, for everything below as well.
    pub path: &'static str,
    /// What does not work without it.
    pub why: &'static str,
    /// Seeing or changing.
    pub purpose: Purpose,
    /// Where a grant takes effect; differs from `path` only where an entry further down replaces it.
    granted_at: &'static str,
}

/// Everything that Argus needs with this release of Proxmox.
pub fn needed(release: Release) -> Vec<Need> {
    // 9 removed VM.Monitor, and refuses roles that still name it.
    let (agent, in_the_guest) = if release.major >= 9 {
        ("VM.GuestAgent.Audit", "VM.GuestAgent.FileSystemMgmt")
    } else {
        ("VM.Monitor", "VM.Monitor")
    };
    let read = [
        (
            "Sys.Audit",
            "/",
            "cluster status, quorum, high availability, everybody's tasks and node figures",
        ),
        (
            "Sys.Syslog",
            "/",
            "the cluster's log and the nodes' system logs",
        ),
        (
            "VM.Audit",
            "/vms",
            "guests, their state, configuration and snapshots",
        ),
        (agent, "/vms", "asking whether a guest's agent answers"),
        (
            "Datastore.Audit",
            "/storage",
            "storages and their free space",
        ),
        ("Pool.Audit", "/pool", "pools and their members"),
    ];
    let change = [
        (
            "VM.PowerMgmt",
            "/vms",
            "starting, shutting down, stopping and rebooting guests",
        ),
        ("VM.Snapshot", "/vms", "taking snapshots"),
        (
            "VM.Migrate",
            "/vms",
            "migrating guests and checking beforehand whether that works",
        ),
    ];
    let need = |purpose| {
        move |(privilege, path, why)| Need {
            privilege,
            path,
            why,
            purpose,
            granted_at: "/",
        }
    };
    // The other half, the right to manage the user's tokens, is one over groups of users: whether it is there shows only
    // when tokens are listed.
    let manage = [(
        "Permissions.Modify",
        "/",
        "giving a plan's token the rights that the plan names",
    )];
    read.map(need(Purpose::Read))
        .into_iter()
        .chain(change.map(need(Purpose::Change)))
        .chain(part(in_the_guest).into_iter().map(need(Purpose::Part)))
        .chain(manage.map(need(Purpose::Manage)))
        .collect()
}

/// Privilege, path and what it is for.
type Line = (&'static str, &'static str, &'static str);

/// What parts of the catalogue need that not every place wants.
fn part(in_the_guest: &'static str) -> Vec<Line> {
    vec![
        (
            "VM.Snapshot.Rollback",
            "/vms",
            "going back to a snapshot, and no more about snapshots",
        ),
        (
            "VM.Config.Options",
            "/vms",
            "a guest's name, tags, notes, protection and boot order",
        ),
        ("VM.Config.CPU", "/vms", "a guest's cores and their limit"),
        ("VM.Config.Memory", "/vms", "a guest's memory"),
        ("VM.Config.Disk", "/vms", "enlarging and moving disks"),
        ("VM.Clone", "/vms", "cloning guests"),
        (
            "VM.Allocate",
            "/vms",
            "new guests (clones, restores), templates and destroying guests",
        ),
        ("VM.Backup", "/vms", "backups and restores"),
        ("VM.Replicate", "/vms", "replication runs"),
        (
            in_the_guest,
            "/vms",
            "trimming the disks of a running guest",
        ),
        (
            "Datastore.AllocateSpace",
            "/storage",
            "new disks and backups on a storage",
        ),
        (
            "Datastore.Allocate",
            "/storage",
            "deleting and protecting backups, and deleting volumes",
        ),
        (
            "SDN.Use",
            "/sdn/zones",
            "plugging clones and restored guests into their bridges",
        ),
        ("Pool.Allocate", "/pool", "membership in pools"),
        (
            "Permissions.Modify",
            "/vms",
            "membership in pools, which passes rights on",
        ),
        (
            "Sys.PowerMgmt",
            "/nodes",
            "rebooting, shutting down and waking nodes",
        ),
        (
            "Sys.Modify",
            "/nodes",
            "services and package lists of nodes",
        ),
        ("Sys.Console", "/", "high availability"),
    ]
}

/// Every privilege that a step of a plan can need, once.
pub fn of_plans(release: Release) -> Vec<&'static str> {
    let steps = needed(release)
        .into_iter()
        .filter(|need| matches!(need.purpose, Purpose::Change | Purpose::Part));
    let mut names: Vec<_> = steps.map(|need| need.privilege).collect();
    // Asking a guest's agent is a step of the catalogue as well.
    names.push(if release.major >= 9 {
        "VM.GuestAgent.Audit"
    } else {
        "VM.Monitor"
    });
    names.sort_unstable();
    names.dedup();
    names
}

/// The role that holds this privilege and nothing else.
pub fn role(privilege: &str) -> String {
    format!("{ROLE_PREFIX}{privilege}")
}

/// Those of the needs that a token does not have, with the grant placed where it takes effect.
pub fn missing(permissions: &Permissions, needs: &[Need]) -> Vec<Need> {
    needs
        .iter()
        .filter(|need| !permissions.allows(need.privilege, need.path))
        .map(|need| Need {
            // A new entry at the path would replace everything that the path inherits, so it is made only where one
            // already stands and keeps a grant on `/` from arriving.
            granted_at: if permissions.is_overridden(need.path) {
                need.path
            } else {
                "/"
            },
            ..need.clone()
        })
        .collect()
}

impl Need {
    /// The commands that grant this privilege and nothing else to the token `user@realm!id` and to its user. To be run
    /// on a node by root. The first one may say that the role exists already, which is fine.
    pub fn mend(&self, token_id: &str) -> String {
        let user = token_id.rsplit_once('!').map_or(token_id, |(user, _)| user);
        let (privilege, path) = (self.privilege, self.granted_at);
        let role = role(privilege);
        let (user, token) = (quoted(user), quoted(token_id));
        format!(
            "pveum role add {role} --privs {privilege}; \
             pveum acl modify {path} --users {user} --roles {role}; \
             pveum acl modify {path} --tokens {token} --roles {role}"
        )
    }
}

/// The commands that let the token `user@realm!id` manage the tokens of its own user and nobody else's: the right to is one
/// over a group of users, so the user gets a group for itself. To be run on a node by root.
pub fn mend_managing(token_id: &str) -> String {
    let user = token_id.rsplit_once('!').map_or(token_id, |(user, _)| user);
    let role = role("User.Modify");
    let (user, token) = (quoted(user), quoted(token_id));
    format!(
        "pveum group add argus; pveum user modify {user} --groups argus --append 1; \
         pveum role add {role} --privs User.Modify; \
         pveum acl modify /access/groups/argus --users {user} --roles {role}; \
         pveum acl modify /access/groups/argus --tokens {token} --roles {role}"
    )
}

/// A word that a shell takes as it is; `!` would call up an older command.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn release(major: u32) -> Release {
        Release { major, minor: 0 }
    }

    fn names(needs: &[Need]) -> Vec<&str> {
        needs.iter().map(|need| need.privilege).collect()
    }

    #[test]
    fn the_guest_agent_needs_another_privilege_since_9() {
        assert!(names(&needed(release(8))).contains(&"VM.Monitor"));
        assert!(!names(&needed(release(8))).contains(&"VM.GuestAgent.Audit"));
        assert!(names(&needed(release(9))).contains(&"VM.GuestAgent.Audit"));
        assert!(!names(&needed(release(9))).contains(&"VM.Monitor"));
    }

    #[test]
    fn cluster_status_needs_sys_audit_on_the_root() {
        let needs = needed(release(9));
        let need = needs
            .iter()
            .find(|need| need.privilege == "Sys.Audit")
            .unwrap();
        assert_eq!(need.path, "/");
        assert!(need.why.contains("cluster status"));
    }

    #[test]
    fn what_the_token_has_is_not_missing() {
        let all: serde_json::Map<String, serde_json::Value> = needed(release(9))
            .iter()
            .map(|need| (need.privilege.to_owned(), json!(1)))
            .collect();
        let permissions = serde_json::from_value(json!({ "/": all })).unwrap();
        assert_eq!(missing(&permissions, &needed(release(9))), []);
        assert_eq!(
            missing(&Permissions::default(), &needed(release(9))).len(),
            28
        );
    }

    #[test]
    fn mending_grants_to_the_user_and_to_the_token() {
        let missing = missing(&Permissions::default(), &needed(release(9)));
        assert_eq!(
            missing[0].mend("argus@pve!ro"),
            "pveum role add Argus-Sys.Audit --privs Sys.Audit; \
             pveum acl modify / --users 'argus@pve' --roles Argus-Sys.Audit; \
             pveum acl modify / --tokens 'argus@pve!ro' --roles Argus-Sys.Audit"
        );
    }

    #[test]
    fn a_grant_is_placed_below_the_root_only_where_an_entry_there_replaces_it() {
        let grant = |permissions: serde_json::Value| {
            let permissions = serde_json::from_value(permissions).unwrap();
            let missing = missing(&permissions, &needed(release(9)));
            let need = missing
                .into_iter()
                .find(|need| need.privilege == "VM.Migrate")
                .unwrap();
            need.granted_at
        };
        assert_eq!(grant(json!({"/": {"Sys.Audit": 1}})), "/");
        assert_eq!(
            grant(json!({"/": {"Sys.Audit": 1}, "/vms": {"Sys.Audit": 1}})),
            "/"
        );
        assert_eq!(
            grant(json!({"/": {"Sys.Audit": 1}, "/vms": {"VM.Audit": 1}})),
            "/vms"
        );
    }
}
