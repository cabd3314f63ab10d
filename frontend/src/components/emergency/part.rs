//! Which part in releasing the emergency stop is left for somebody. Pure; Argus is what refuses.

use argus_types::id::PersonId;
use argus_types::person::{Permission, Person, Role};

/// What is left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The first: to ask.
    Ask,
    /// The second: to agree.
    Agree,
    /// Nothing, and why.
    None(&'static str),
}

/// The part of whoever is `own`, after what was asked.
pub fn part(own: (PersonId, Role), asked_by: Option<&Person>) -> Part {
    let (id, role) = own;
    if !role.may(Permission::ReleaseEmergencyStop) {
        return Part::None("Two people release it, one of them an admin.");
    }
    match asked_by {
        None => Part::Ask,
        Some(first) if first.id == id => Part::None(if role < Role::Admin {
            "You asked to release it. A second person must agree, who has to be an admin."
        } else {
            "You asked to release it. A second person must agree."
        }),
        Some(first) if first.role < Role::Admin && role < Role::Admin => {
            Part::None("An admin must agree: one of the two has to be one.")
        }
        Some(_) => Part::Agree,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> PersonId {
        format!("00000000-0000-0000-0000-0000000000{number:02}")
            .parse()
            .unwrap()
    }

    fn person(number: u8, role: Role) -> Person {
        Person {
            id: id(number),
            name: String::new(),
            role,
        }
    }

    #[test]
    fn it_takes_two_people_one_of_them_an_admin() {
        use Role::{Admin, Operator};
        for (first, second, agrees) in [
            (Operator, Operator, false),
            (Operator, Admin, true),
            (Admin, Operator, true),
            (Admin, Admin, true),
        ] {
            let part = part((id(2), second), Some(&person(1, first)));
            assert_eq!(part == Part::Agree, agrees, "{first:?} {second:?}");
        }
    }

    #[test]
    fn nobody_is_asked_to_agree_with_themselves() {
        for role in [Role::Operator, Role::Admin] {
            let part = part((id(1), role), Some(&person(1, role)));
            assert!(matches!(part, Part::None(_)), "{role:?}");
        }
    }

    #[test]
    fn an_operator_may_ask_and_a_viewer_may_not() {
        assert_eq!(part((id(1), Role::Operator), None), Part::Ask);
        assert!(matches!(part((id(1), Role::Viewer), None), Part::None(_)));
    }
}
