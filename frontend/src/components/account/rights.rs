//! What somebody may do, and why not the rest. Pure.

use argus_types::person::{Permission, Session};

/// One permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// What it allows.
    pub what: &'static str,
    /// Why the person does not have it; `None` where they have.
    pub why_not: Option<String>,
}

/// Every permission, for who is signed in. What Argus says counts, the role explains it.
pub fn rights(session: &Session) -> Vec<Right> {
    Permission::ALL
        .iter()
        .map(|&permission| Right {
            what: permission.describe(),
            why_not: why_not(session, permission),
        })
        .collect()
}

fn why_not(session: &Session, permission: Permission) -> Option<String> {
    let by_role = session.person.role.why_not(permission);
    if by_role.is_some() {
        return by_role;
    }
    if permission == Permission::BreakGlass && !session.may_break_glass {
        return Some("Nobody has named you for it: that takes the server's own shell.".to_owned());
    }
    (!session.permissions.contains(&permission))
        .then(|| "Argus does not allow it to you now.".to_owned())
}

#[cfg(test)]
mod tests {
    use argus_types::person::Role;
    use serde_json::json;

    use super::*;

    fn session(role: Role, permissions: &[Permission], may_break_glass: bool) -> Session {
        serde_json::from_value(json!({
            "person": {
                "id": "00000000-0000-0000-0000-000000000001", "name": "Ada", "role": role
            },
            "scope": {}, "csrf_token": "", "access_expires_in_s": 900,
            "expires_at": "2026-11-22T10:00:00Z", "permissions": permissions,
            "has_passkey": true, "may_break_glass": may_break_glass
        }))
        .expect("a session as the contract has it")
    }

    fn of(session: &Session, permission: Permission) -> Option<String> {
        why_not(session, permission)
    }

    #[test]
    fn a_viewer_reads_which_role_each_right_takes() {
        let viewer = session(
            Role::Viewer,
            &[Permission::Read, Permission::ManageOwn],
            false,
        );
        assert_eq!(of(&viewer, Permission::Read), None);
        assert_eq!(
            of(&viewer, Permission::Approve).unwrap(),
            "This needs the role admin; yours is viewer."
        );
        assert_eq!(rights(&viewer).len(), Permission::ALL.len());
    }

    #[test]
    fn breaking_glass_takes_being_named_besides_the_role() {
        let admin = session(Role::Admin, Permission::ALL, false);
        assert!(
            of(&admin, Permission::BreakGlass)
                .unwrap()
                .contains("shell")
        );
        let named = session(Role::Admin, Permission::ALL, true);
        assert_eq!(of(&named, Permission::BreakGlass), None);
    }

    #[test]
    fn what_argus_does_not_list_is_not_promised() {
        let admin = session(Role::Admin, &[Permission::Read], true);
        assert!(of(&admin, Permission::Approve).is_some());
    }
}
