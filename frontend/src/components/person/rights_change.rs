//! What a form changes about somebody's rights. Pure.

use argus_types::account::{PersonChange, PersonView, RoleSource};
use argus_types::id::PersonId;
use argus_types::person::Role;
use argus_types::problem::FieldError;
use argus_types::scope::Scope;

use crate::context::faults::fault;

/// Why nobody can change the person's role and scope here.
pub fn obstacle(person: &PersonView, own: Option<PersonId>) -> Option<&'static str> {
    if own == Some(person.person.id) {
        Some("Nobody changes their own rights: another admin does.")
    } else if person.role_source == RoleSource::Groups {
        Some(
            "The role comes from the sign-in provider's groups. Change the groups there, or which group gives which role in Argus' configuration (auth.oidc.roles).",
        )
    } else {
        None
    }
}

/// Only what differs from what the person has.
pub fn difference(
    person: &PersonView,
    role: Role,
    scope: Scope,
) -> Result<PersonChange, Vec<FieldError>> {
    let change = PersonChange {
        role: (role != person.person.role).then_some(role),
        scope: (scope != person.scope).then_some(scope),
        ..PersonChange::default()
    };
    if change == PersonChange::default() {
        return Err(vec![fault("/role", "This is what they have already.")]);
    }
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::person::filter::tests::somebody;

    #[test]
    fn only_what_differs_is_sent() {
        let vera = somebody("Vera", "viewer", false);
        let change = difference(&vera, Role::Operator, Scope::default()).unwrap();
        assert_eq!((change.role, change.scope), (Some(Role::Operator), None));
        assert!(difference(&vera, Role::Viewer, Scope::default()).is_err());
    }

    #[test]
    fn own_rights_and_those_from_groups_are_not_changed_here() {
        let mut vera = somebody("Vera", "viewer", false);
        assert_eq!(obstacle(&vera, None), None);
        assert!(obstacle(&vera, Some(vera.person.id)).is_some());
        vera.role_source = RoleSource::Groups;
        assert!(obstacle(&vera, None).unwrap().contains("auth.oidc.roles"));
    }
}
