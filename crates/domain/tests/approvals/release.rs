//! Releasing the emergency stop takes two people, one of them an admin.

use argus_domain::approval::{Account, Asked, Part, Refusal, release};
use argus_types::person::Role;

use crate::fixture::{account, admin, at, human, made_by, of_human, operator};

fn asked(by: &Account, seconds_ago: i64) -> Asked {
    Asked {
        by: *by,
        at: at(-seconds_ago),
    }
}

#[test]
fn of_all_pairs_two_people_with_one_admin_release() {
    for first in Role::ALL {
        for second in Role::ALL {
            let (a, b) = (account(1, first), account(2, second));
            let begun = release(None, &a, at(0));
            assert_eq!(begun.is_ok(), first >= Role::Operator, "{first:?}");
            let ended = release(Some(&asked(&a, 1)), &b, at(0));
            let expected = match (first, second) {
                (_, Role::Viewer) => Err("role_lacks"),
                // What a viewer asked was never taken, or does not stand any more.
                (Role::Viewer, _) => Ok(Part::First),
                (Role::Operator, Role::Operator) => Err("no_admin"),
                _ => Ok(Part::Second),
            };
            let ended = ended.map_err(|refusal| refusal.class());
            assert_eq!(ended, expected, "{first:?} {second:?}");
        }
    }
}

#[test]
fn the_same_human_is_not_two_people() {
    let first = admin(1);
    let asked = asked(&first, 1);
    assert_eq!(
        release(Some(&asked), &first, at(0)),
        Err(Refusal::SecondPart)
    );
    let second_account = of_human(operator(2), Some(human(1)));
    assert_eq!(
        release(Some(&asked), &second_account, at(0)),
        Err(Refusal::SecondPart)
    );
    let stranger = of_human(operator(2), None);
    assert_eq!(
        release(Some(&asked), &stranger, at(0)),
        Err(Refusal::UnknownHuman)
    );
}

#[test]
fn a_first_part_waits_ten_minutes_and_not_for_somebody_who_may_not_any_more() {
    let (first, second) = (admin(1), operator(2));
    for (ago, part) in [(599, Part::Second), (600, Part::First)] {
        assert_eq!(release(Some(&asked(&first, ago)), &second, at(0)), Ok(part));
    }
    let gone = Account {
        enabled: false,
        ..first
    };
    assert_eq!(
        release(Some(&asked(&gone, 1)), &second, at(0)),
        Ok(Part::First)
    );
}

#[test]
fn an_admin_does_not_release_with_somebody_of_their_own_making() {
    let first = admin(1);
    let puppet = made_by(operator(2), &first, 1);
    let refused = release(Some(&asked(&first, 1)), &puppet, at(0));
    assert_eq!(refused.unwrap_err().class(), "fresh_role");
    let refused = release(Some(&asked(&puppet, 1)), &first, at(0));
    assert_eq!(refused.unwrap_err().class(), "fresh_role");
}
