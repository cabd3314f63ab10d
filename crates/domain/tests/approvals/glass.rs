//! Breaking glass, and looking at it afterwards.

use argus_domain::approval::{Account, Refusal, may_review};
use argus_types::person::Role;

use crate::fixture::{account, admin, approved, case, human, of_human, operator};

fn named(account: Account) -> Account {
    Account {
        break_glass: true,
        ..account
    }
}

#[test]
fn only_an_admin_who_is_named_breaks_glass() {
    let author = operator(1);
    let case = case(2, &author, &[]);
    for role in Role::ALL {
        let refused = case.may_break_glass(&named(account(2, role))).err();
        let expected = (role != Role::Admin).then_some("role_lacks");
        assert_eq!(refused.map(|refusal| refusal.class()), expected, "{role:?}");
    }
    assert_eq!(case.may_break_glass(&admin(2)), Err(Refusal::NotNamed));
}

#[test]
fn the_author_may_break_glass_and_an_approver_too() {
    let author = named(admin(1));
    assert_eq!(case(2, &author, &[]).may_break_glass(&author), Ok(()));
    let approver = named(admin(2));
    let given = [approved(&approver)];
    assert_eq!(case(2, &author, &given).may_break_glass(&approver), Ok(()));
}

#[test]
fn all_but_the_approvals_still_holds() {
    let author = operator(1);
    let case = case(2, &author, &[]);
    for (who, class) in [
        (
            Account {
                enabled: false,
                ..named(admin(2))
            },
            "disabled",
        ),
        (
            Account {
                covers: false,
                ..named(admin(2))
            },
            "out_of_scope",
        ),
        (of_human(named(admin(2)), None), "unknown_human"),
    ] {
        assert_eq!(case.may_break_glass(&who).unwrap_err().class(), class);
    }
}

#[test]
fn glass_is_not_broken_where_nothing_is_missing() {
    let author = operator(1);
    let who = named(admin(2));
    let given = [approved(&admin(3))];
    for case in [case(0, &author, &[]), case(1, &author, &given)] {
        assert_eq!(case.may_break_glass(&who), Err(Refusal::NothingMissing));
    }
}

#[test]
fn somebody_else_who_may_approve_looks_at_it() {
    let breaker = admin(1);
    assert_eq!(may_review(&admin(2), &breaker), Ok(()));
    assert_eq!(may_review(&breaker, &breaker), Err(Refusal::BrokeIt));
    let second_account = of_human(admin(2), Some(human(1)));
    assert_eq!(may_review(&second_account, &breaker), Err(Refusal::BrokeIt));
    let stranger = of_human(admin(2), None);
    assert_eq!(may_review(&stranger, &breaker), Err(Refusal::UnknownHuman));
    let refused = may_review(&operator(3), &breaker).unwrap_err();
    assert_eq!(refused.class(), "role_lacks");
}
