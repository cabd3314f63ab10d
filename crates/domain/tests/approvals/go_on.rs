//! Whether what was confirmed may still go on: asked before each step.

use argus_domain::approval::{Account, Case, Refusal};
use argus_types::person::Role;

use crate::fixture::{HOUR, admin, approved, at, case, of_human, operator};

#[test]
fn it_goes_on_while_everybody_who_stood_for_it_may() {
    let author = operator(1);
    let given = [approved(&admin(2))];
    assert_eq!(case(1, &author, &given).may_go_on(&author, false), Ok(()));
    assert_eq!(case(0, &author, &[]).may_go_on(&author, false), Ok(()));
}

#[test]
fn an_approval_that_was_good_when_it_was_confirmed_does_not_run_out_later() {
    let author = operator(1);
    let given = [approved(&admin(2))];
    let later = Case {
        now: at(5 * HOUR),
        ..case(1, &author, &given)
    };
    assert_eq!(later.may_go_on(&author, false), Ok(()));
}

#[test]
fn a_confirmer_who_is_disabled_demoted_or_limited_stops_it() {
    let author = operator(1);
    let given = [approved(&admin(2))];
    for (confirmer, clause) in [
        (
            Account {
                enabled: false,
                ..operator(3)
            },
            "the account is disabled",
        ),
        (
            Account {
                role: Role::Viewer,
                ..operator(3)
            },
            "the role is viewer now",
        ),
        (
            Account {
                covers: false,
                ..operator(3)
            },
            "the role does not reach every guest of the plan any more",
        ),
    ] {
        for required in [0, 1] {
            let (person, why) = case(required, &author, &given)
                .may_go_on(&confirmer, false)
                .unwrap_err();
            assert_eq!(person, confirmer.person);
            assert_eq!(why.clause(), clause);
        }
    }
}

#[test]
fn an_approver_who_is_needed_and_may_not_any_more_stops_it_and_is_named() {
    let author = operator(1);
    for lost in [
        Account {
            enabled: false,
            ..admin(2)
        },
        Account {
            role: Role::Operator,
            ..admin(2)
        },
        of_human(admin(2), author.human),
    ] {
        let given = [approved(&lost), approved(&admin(3))];
        let (person, why) = case(2, &author, &given)
            .may_go_on(&author, false)
            .unwrap_err();
        assert_eq!(person, lost.person, "{why:?}");
        // One more than needed approved it.
        assert_eq!(case(1, &author, &given).may_go_on(&author, false), Ok(()));
    }
}

#[test]
fn broken_glass_stands_on_its_breaker_alone() {
    let author = operator(1);
    let breaker = Account {
        break_glass: true,
        ..admin(2)
    };
    let case = case(2, &author, &[]);
    assert_eq!(case.may_go_on(&breaker, true), Ok(()));
    assert_eq!(
        case.may_go_on(&admin(2), true),
        Err((breaker.person, Refusal::NotNamed))
    );
    let demoted = Account {
        role: Role::Operator,
        ..breaker
    };
    assert!(case.may_go_on(&demoted, true).is_err());
}
