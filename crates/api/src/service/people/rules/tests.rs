use argus_types::id::{HumanId, PersonId};
use argus_types::person::Person;
use uuid::Uuid;

use super::*;

fn account(number: u128, role: Role, human: Option<u128>) -> StoredRights {
    StoredRights {
        person: Person {
            id: PersonId(Uuid::from_u128(number)),
            name: format!("person {number}"),
            role,
        },
        scope: Scope::default(),
        human: human.map(|human| HumanId(Uuid::from_u128(human))),
        role_source: RoleSource::Admin,
        disabled: None,
        demo: false,
    }
}

fn web() -> Scope {
    Scope {
        pools: vec!["web".to_owned()],
        ..Scope::default()
    }
}

fn wishes(target: &StoredRights) -> Vec<Wish> {
    let other = account(9, Role::Viewer, Some(9));
    let on = target.disabled.is_some();
    vec![
        Wish {
            role: Some(Role::Operator),
            ..Wish::default()
        },
        Wish {
            scope: Some(web()),
            ..Wish::default()
        },
        Wish {
            enabled: Some(on),
            ..Wish::default()
        },
        Wish {
            same_human_as: Some(other),
            ..Wish::default()
        },
    ]
}

fn code(caller: &StoredRights, target: &StoredRights, wish: Wish) -> Option<ProblemCode> {
    check(caller, target, wish)
        .err()
        .map(|problem| problem.code())
}

#[test]
fn nobody_changes_what_they_themselves_are_trusted_with() {
    let me = account(1, Role::Admin, Some(1));
    for wish in wishes(&me) {
        let shown = format!("{wish:?}");
        let refusal = code(&me, &me, wish);
        assert_eq!(refusal, Some(ProblemCode::SecondPersonNeeded), "{shown}");
    }
}

#[test]
fn another_account_of_the_same_human_is_oneself_but_may_be_shut() {
    let me = account(1, Role::Admin, Some(1));
    let also_me = account(2, Role::Viewer, Some(1));
    for wish in wishes(&also_me) {
        let expected = (wish.enabled != Some(false)).then_some(ProblemCode::SecondPersonNeeded);
        assert_eq!(code(&me, &also_me, wish), expected);
    }
}

#[test]
fn two_accounts_of_unknown_humans_are_not_the_same() {
    let (me, other) = (
        account(1, Role::Admin, None),
        account(2, Role::Viewer, None),
    );
    for wish in wishes(&other) {
        assert_eq!(code(&me, &other, wish), None);
    }
}

#[test]
fn whom_nobody_vouched_for_cannot_vouch_for_themselves_through_another_account() {
    let (me, other) = (
        account(1, Role::Admin, None),
        account(2, Role::Viewer, None),
    );
    let same_as_me = |me: &StoredRights| Wish {
        same_human_as: Some(me.clone()),
        ..Wish::default()
    };
    let refusal = code(&me, &other, same_as_me(&me));
    assert_eq!(refusal, Some(ProblemCode::SecondPersonNeeded));
    // With a human behind me the other account only becomes mine, which gives it less.
    let me = account(1, Role::Admin, Some(1));
    assert_eq!(code(&me, &other, same_as_me(&me)), None);
    let refusal = code(&me, &other, same_as_me(&other));
    assert_eq!(refusal, Some(ProblemCode::SchemaViolation));
}

#[test]
fn a_role_of_groups_is_changed_by_groups_only_and_can_be_ended() {
    let me = account(1, Role::Admin, Some(1));
    let mut other = account(2, Role::Viewer, Some(2));
    other.role_source = RoleSource::Groups;
    let codes: Vec<_> = wishes(&other)
        .into_iter()
        .map(|wish| code(&me, &other, wish))
        .collect();
    let wrong = Some(ProblemCode::WrongState);
    assert_eq!(codes, [wrong, wrong, None, None]);
    other.disabled = Some(DisabledReason::NoRole);
    let enabled = |on| Wish {
        enabled: Some(on),
        ..Wish::default()
    };
    assert_eq!(code(&me, &other, enabled(true)), wrong);
    let steps = check(&me, &other, enabled(false)).unwrap();
    assert_eq!(steps.enable, Some(false), "shut for good");
}

#[test]
fn what_is_so_already_needs_nothing() {
    let me = account(1, Role::Admin, Some(1));
    let other = account(2, Role::Viewer, Some(2));
    let wish = Wish {
        role: Some(Role::Viewer),
        scope: Some(Scope::default()),
        enabled: Some(true),
        same_human_as: Some(account(3, Role::Viewer, Some(2))),
    };
    let steps = check(&me, &other, wish).unwrap();
    assert_eq!(steps, Steps::default());
    assert!(!steps.need_step_up());
}

#[test]
fn whoever_gets_more_or_becomes_somebody_takes_a_step_up_and_whoever_loses_all_does_not() {
    let me = account(1, Role::Admin, Some(1));
    let mut other = account(2, Role::Viewer, Some(2));
    let needs: Vec<bool> = wishes(&other)
        .into_iter()
        .map(|wish| check(&me, &other, wish).unwrap().need_step_up())
        .collect();
    assert_eq!(needs, [true, true, false, true]);
    other.disabled = Some(DisabledReason::Admin);
    assert!(
        wishes(&other)
            .into_iter()
            .all(|wish| check(&me, &other, wish).unwrap().need_step_up())
    );
}

#[test]
fn only_an_open_admin_without_limits_manages_people() {
    let admin = account(1, Role::Admin, Some(1));
    assert!(check_caller(Some(admin.clone())).is_ok());
    let limited = StoredRights {
        scope: web(),
        ..admin.clone()
    };
    let shut = StoredRights {
        disabled: Some(DisabledReason::Admin),
        ..admin
    };
    for caller in [
        None,
        Some(limited),
        Some(shut),
        Some(account(1, Role::Operator, Some(1))),
    ] {
        let refusal = check_caller(caller).unwrap_err();
        assert_eq!(refusal.code(), ProblemCode::Forbidden);
    }
}
