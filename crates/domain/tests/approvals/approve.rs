//! Who may approve or reject.

use argus_domain::approval::{Account, Case, Granter, Refusal};
use argus_types::approval::Verdict;
use argus_types::person::Role;
use argus_types::problem::ProblemCode;

use crate::fixture::{
    HOUR, account, admin, approved, at, case, human, made_by, of_human, operator,
};

fn refusal(required: u8, author: &Account, who: &Account) -> Option<&'static str> {
    let refused = case(required, author, &[]).may_approve(who);
    refused.err().map(|refusal| refusal.class())
}

#[test]
fn an_admin_who_is_somebody_else_approves_and_nobody_below() {
    let author = operator(1);
    for role in Role::ALL {
        let expected = (role != Role::Admin).then_some("role_lacks");
        assert_eq!(refusal(1, &author, &account(2, role)), expected, "{role:?}");
    }
}

#[test]
fn nobody_approves_what_they_asked_for_whatever_their_role() {
    for role in Role::ALL {
        let who = account(1, role);
        assert!(refusal(1, &who, &who).is_some(), "{role:?}");
        assert!(
            refusal(0, &who, &who).is_some(),
            "even where nothing is needed"
        );
    }
    assert_eq!(refusal(1, &admin(1), &admin(1)), Some("author"));
}

#[test]
fn two_accounts_of_one_human_are_one_person() {
    let author = operator(1);
    let other_account = of_human(admin(2), author.human);
    assert_eq!(refusal(1, &author, &other_account), Some("author"));

    let given = [approved(&admin(3))];
    let other_account = of_human(admin(4), Some(human(3)));
    let refused = case(2, &author, &given).may_approve(&other_account);
    assert_eq!(refused, Err(Refusal::Decided));
}

#[test]
fn without_knowing_who_somebody_is_no_approval_that_is_needed_counts() {
    let (known, unknown) = (operator(1), of_human(operator(1), None));
    let stranger = of_human(admin(2), None);
    for required in 1..=3 {
        assert_eq!(refusal(required, &known, &stranger), Some("unknown_human"));
        assert_eq!(
            refusal(required, &unknown, &admin(2)),
            Some("unknown_author")
        );
    }
    assert_eq!(refusal(0, &known, &stranger), None, "nothing hangs on it");
}

#[test]
fn a_disabled_account_and_one_out_of_scope_do_not_approve() {
    let author = operator(1);
    let disabled = Account {
        enabled: false,
        ..admin(2)
    };
    assert_eq!(refusal(1, &author, &disabled), Some("disabled"));
    let elsewhere = Account {
        covers: false,
        ..admin(2)
    };
    assert_eq!(refusal(1, &author, &elsewhere), Some("out_of_scope"));
}

#[test]
fn an_approver_made_by_the_author_waits_a_day() {
    let author = admin(1);
    for (hours, expected) in [
        (0, Some("fresh_role")),
        (23, Some("fresh_role")),
        (24, None),
    ] {
        let puppet = made_by(admin(2), &author, hours);
        assert_eq!(refusal(1, &author, &puppet), expected, "{hours}");
    }
    let refused = case(1, &author, &[]).may_approve(&made_by(admin(2), &author, 1));
    assert_eq!(
        refused,
        Err(Refusal::FreshRole {
            until: at(23 * HOUR)
        })
    );
}

#[test]
fn an_author_made_by_the_approver_waits_a_day_as_well() {
    let maker = admin(1);
    let puppet = made_by(operator(2), &maker, 1);
    assert_eq!(refusal(1, &puppet, &maker), Some("fresh_role"));
    assert_eq!(refusal(1, &puppet, &admin(3)), None);
}

#[test]
fn another_account_of_the_author_as_the_granter_does_not_help() {
    let author = operator(1);
    let second_account = of_human(admin(2), author.human);
    let puppet = made_by(admin(3), &second_account, 1);
    assert_eq!(refusal(1, &author, &puppet), Some("fresh_role"));
}

#[test]
fn a_granter_that_nobody_knows_may_be_anybody() {
    let stranger = of_human(admin(9), None);
    let puppet = made_by(admin(3), &stranger, 1);
    assert_eq!(refusal(1, &operator(1), &puppet), Some("fresh_role"));
}

#[test]
fn an_approver_made_by_another_approver_or_by_themself_waits_a_day() {
    let author = operator(1);
    let first = admin(2);
    let puppet = made_by(admin(3), &first, 1);
    let given = [approved(&first)];
    let refused = case(2, &author, &given).may_approve(&puppet);
    assert_eq!(refused.unwrap_err().class(), "fresh_role");
    let own = made_by(admin(2), &admin(2), 1);
    assert_eq!(refusal(1, &author, &own), Some("fresh_role"));
}

#[test]
fn a_role_from_a_third_person_the_shell_or_groups_counts_at_once() {
    let author = operator(1);
    assert_eq!(refusal(1, &author, &made_by(admin(2), &admin(9), 0)), None);
    let fresh = Account {
        role_since: at(0),
        granted_by: Granter::ThirdParty,
        ..admin(2)
    };
    assert_eq!(refusal(1, &author, &fresh), None);
}

#[test]
fn whoever_approved_may_still_reject_and_the_author_takes_back_instead() {
    let (author, approver) = (operator(1), admin(2));
    let given = [approved(&approver)];
    let case = case(2, &author, &given);
    assert_eq!(case.may_reject(&approver), Ok(()));
    assert_eq!(case.may_reject(&of_human(admin(3), None)), Ok(()));
    assert_eq!(
        case.may_reject(&of_human(admin(3), author.human)),
        Err(Refusal::Author)
    );
    assert_eq!(
        case.may_reject(&operator(4)).unwrap_err().class(),
        "role_lacks"
    );
}

#[test]
fn only_living_approvals_of_this_very_plan_by_people_who_still_may_count() {
    let author = operator(1);
    let right = approved(&admin(2));
    let counting = |given: argus_domain::approval::Given| {
        let given = [given];
        case(1, &author, &given).counting().len()
    };
    assert_eq!(counting(right.clone()), 1);
    let mut wrong = Vec::new();
    let mut change = |change: &dyn Fn(&mut argus_domain::approval::Given)| {
        let mut given = right.clone();
        change(&mut given);
        wrong.push(given);
    };
    change(&|given| given.verdict = Verdict::Reject);
    change(&|given| given.revision = 2);
    change(&|given| given.digest = argus_types::id::PlanDigest::new([8; 32]));
    change(&|given| given.expires_at = at(0));
    change(&|given| given.by.enabled = false);
    change(&|given| given.by.role = Role::Operator);
    change(&|given| given.by.covers = false);
    change(&|given| given.by.human = None);
    change(&|given| given.by.human = author.human);
    change(&|given| given.by = made_by(admin(2), &author, 1));
    assert_eq!(wrong.len(), 10);
    for given in wrong {
        assert_eq!(counting(given.clone()), 0, "{given:?}");
    }
}

#[test]
fn accounts_that_turn_out_to_be_one_human_s_count_once() {
    let author = operator(1);
    let given = [
        approved(&admin(2)),
        approved(&of_human(admin(3), Some(human(2)))),
        approved(&admin(4)),
    ];
    let counting = case(3, &author, &given).counting();
    let accounts: Vec<_> = counting
        .iter()
        .map(|one| one.by.person.0.as_u128())
        .collect();
    assert_eq!(accounts, [2, 4]);
}

#[test]
fn each_refusal_is_a_sentence_with_a_code_of_its_kind() {
    use argus_types::person::Permission;
    for (refusal, code) in [
        (Refusal::Disabled, ProblemCode::Forbidden),
        (
            Refusal::RoleLacks {
                permission: Permission::Approve,
                role: Role::Viewer,
            },
            ProblemCode::Forbidden,
        ),
        (Refusal::NotNamed, ProblemCode::Forbidden),
        (Refusal::OutOfScope, ProblemCode::OutOfScope),
        (Refusal::Author, ProblemCode::SecondPersonNeeded),
        (Refusal::Approver, ProblemCode::SecondPersonNeeded),
        (Refusal::UnknownHuman, ProblemCode::SecondPersonNeeded),
        (Refusal::UnknownAuthor, ProblemCode::SecondPersonNeeded),
        (Refusal::Decided, ProblemCode::SecondPersonNeeded),
        (
            Refusal::FreshRole { until: at(5) },
            ProblemCode::SecondPersonNeeded,
        ),
        (Refusal::SecondPart, ProblemCode::SecondPersonNeeded),
        (Refusal::NoAdmin, ProblemCode::SecondPersonNeeded),
        (Refusal::BrokeIt, ProblemCode::SecondPersonNeeded),
        (
            Refusal::ApprovalsMissing {
                counting: 0,
                required: 2,
            },
            ProblemCode::ApprovalsMissing,
        ),
        (Refusal::NothingMissing, ProblemCode::WrongState),
    ] {
        assert_eq!(refusal.code(), code, "{refusal:?}");
        let sentence = refusal.sentence();
        assert!(sentence.ends_with('.'), "{sentence}");
        assert!(sentence.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()));
        assert!(!refusal.clause().ends_with('.'));
    }
}

#[test]
fn whoever_had_the_plan_made_anew_does_not_approve_it_either() {
    let (author, editor) = (operator(1), admin(2));
    let given = [approved(&editor), approved(&admin(3))];
    let revised = Case {
        editor: Some(&editor),
        ..case(2, &author, &given)
    };
    assert_eq!(revised.may_approve(&editor), Err(Refusal::Author));
    assert_eq!(
        revised.may_approve(&of_human(admin(4), editor.human)),
        Err(Refusal::Author)
    );
    assert_eq!(revised.may_approve(&author), revised.may_reject(&author));
    assert_eq!(revised.counting().len(), 1);
    let puppet = made_by(admin(5), &editor, 1);
    let refused = revised.may_approve(&puppet).unwrap_err();
    assert_eq!(refused.class(), "fresh_role");
    let stranger = of_human(editor, None);
    let unknown = Case {
        editor: Some(&stranger),
        ..revised
    };
    assert_eq!(unknown.may_approve(&admin(6)), Err(Refusal::UnknownAuthor));
}
