//! A place with one admin: who asked may approve and confirm, where the policy's verdict says so.

use argus_domain::approval::{Case, Refusal};
use argus_types::person::Role;

use crate::fixture::{account, admin, approved, case, made_by, of_human, operator};

#[test]
fn a_lone_admin_approves_and_confirms_what_they_asked_for() {
    let ada = admin(1);
    let given = [approved(&ada)];
    let lone = |given| Case {
        own_approval: true,
        ..case(1, &ada, given)
    };
    assert_eq!(lone(&[]).may_approve(&ada), Ok(()));
    assert_eq!(lone(&given).counting().len(), 1);
    assert_eq!(lone(&given).may_confirm(&ada), Ok(()));
    assert_eq!(lone(&given).may_go_on(&ada, false), Ok(()));
    let again = lone(&given).may_approve(&ada);
    assert_eq!(again, Err(Refusal::Decided));
}

#[test]
fn without_the_policy_s_word_nobody_approves_what_they_asked_for() {
    let ada = admin(1);
    let given = [approved(&ada)];
    assert_eq!(case(1, &ada, &[]).may_approve(&ada), Err(Refusal::Author));
    assert_eq!(case(1, &ada, &given).counting(), Vec::<&_>::new());
}

#[test]
fn their_word_is_one_of_two_and_another_account_of_theirs_adds_nothing() {
    let (ada, alan) = (admin(1), admin(2));
    let second = of_human(admin(3), ada.human);
    let given = [approved(&ada), approved(&second)];
    let lone = Case {
        own_approval: true,
        ..case(2, &ada, &given)
    };
    assert_eq!(lone.counting().len(), 1);
    assert!(matches!(
        lone.may_confirm(&ada),
        Err(Refusal::ApprovalsMissing {
            counting: 1,
            required: 2
        })
    ));
    let given = [approved(&ada), approved(&alan)];
    let lone = Case {
        given: &given,
        ..lone
    };
    assert_eq!(lone.may_confirm(&ada), Ok(()));
    assert_eq!(lone.may_confirm(&alan), Err(Refusal::Approver));
}

#[test]
fn a_lone_admin_is_an_admin_who_is_known() {
    let otto = operator(1);
    let lone = |author, given| Case {
        own_approval: true,
        ..case(1, author, given)
    };
    assert!(matches!(
        lone(&otto, &[]).may_approve(&otto),
        Err(Refusal::RoleLacks { .. })
    ));
    let nobody = of_human(admin(1), None);
    let refused = lone(&nobody, &[]).may_approve(&nobody);
    assert_eq!(refused, Err(Refusal::UnknownAuthor));
    let demoted = [approved(&account(1, Role::Operator))];
    assert_eq!(lone(&otto, &demoted).counting().len(), 0);
}

#[test]
fn who_did_not_ask_still_does_not_confirm_what_they_approved() {
    let (otto, ada) = (operator(1), admin(2));
    let given = [approved(&ada)];
    let lone = Case {
        own_approval: true,
        ..case(1, &otto, &given)
    };
    assert_eq!(lone.may_confirm(&ada), Err(Refusal::Approver));
    assert_eq!(lone.may_confirm(&otto), Ok(()));
}

#[test]
fn a_puppet_made_today_still_counts_for_nobody() {
    let ada = admin(1);
    let puppet = made_by(admin(2), &ada, 1);
    let given = [approved(&puppet)];
    let lone = Case {
        own_approval: true,
        ..case(1, &ada, &given)
    };
    assert!(matches!(
        lone.may_confirm(&ada),
        Err(Refusal::ApprovalsMissing { .. })
    ));
}
