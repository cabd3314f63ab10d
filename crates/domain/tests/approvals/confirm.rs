//! Who may confirm, with which approvals.

use argus_domain::approval::{Account, Refusal};
use argus_types::person::Role;

use crate::fixture::{account, admin, approved, case, human, made_by, of_human, operator};

/// Author, approver and confirmer of every role and in every identity of each other: B3's whole table.
#[test]
fn of_all_casts_only_three_roles_by_at_least_two_and_an_independent_admin_pass() {
    let mut passed = 0;
    for author_role in Role::ALL {
        for approver_role in Role::ALL {
            for confirmer_role in Role::ALL {
                // Who is the same human as whom: numbers of the humans behind the three accounts.
                for [author_human, approver_human, confirmer_human] in
                    [[1, 2, 3], [1, 1, 3], [1, 2, 1], [1, 2, 2], [1, 1, 1]]
                {
                    let author = of_human(account(1, author_role), Some(human(author_human)));
                    let approver = of_human(account(2, approver_role), Some(human(approver_human)));
                    let confirmer =
                        of_human(account(3, confirmer_role), Some(human(confirmer_human)));
                    let given = [approved(&approver)];
                    let result = case(1, &author, &given).may_confirm(&confirmer);
                    let right = approver_role == Role::Admin
                        && confirmer_role >= Role::Operator
                        && approver_human != author_human
                        && approver_human != confirmer_human;
                    assert_eq!(
                        result.is_ok(),
                        right,
                        "{author_role:?} {approver_role:?} {confirmer_role:?} \
                         {author_human} {approver_human} {confirmer_human}: {result:?}"
                    );
                    passed += u32::from(right);
                }
            }
        }
    }
    assert_eq!(passed, 12, "two casts for each of six pairs of roles");
}

#[test]
fn where_no_approval_is_needed_an_operator_confirms_their_own_plan() {
    let author = operator(1);
    assert_eq!(case(0, &author, &[]).may_confirm(&author), Ok(()));
    let unknown = of_human(operator(1), None);
    assert_eq!(case(0, &unknown, &[]).may_confirm(&unknown), Ok(()));
    let viewer = account(2, Role::Viewer);
    let refused = case(0, &author, &[]).may_confirm(&viewer);
    assert_eq!(refused.unwrap_err().class(), "role_lacks");
}

#[test]
fn the_author_may_confirm_what_others_approved() {
    let author = operator(1);
    let given = [approved(&admin(2)), approved(&admin(3))];
    assert_eq!(case(2, &author, &given).may_confirm(&author), Ok(()));
}

#[test]
fn fewer_approvals_than_needed_are_counted_out() {
    let author = operator(1);
    let given = [approved(&admin(2))];
    for (required, counting) in [(2, 1), (3, 1)] {
        assert_eq!(
            case(required, &author, &given).may_confirm(&author),
            Err(Refusal::ApprovalsMissing { counting, required })
        );
    }
}

#[test]
fn whoever_approved_does_not_confirm_even_where_others_would_be_enough() {
    let author = operator(1);
    let given = [approved(&admin(2)), approved(&admin(3))];
    assert_eq!(
        case(1, &author, &given).may_confirm(&admin(2)),
        Err(Refusal::Approver)
    );
    let second_account = of_human(admin(4), Some(human(2)));
    assert_eq!(
        case(2, &author, &given).may_confirm(&second_account),
        Err(Refusal::Approver)
    );
}

#[test]
fn a_confirmer_whom_nobody_knows_may_be_an_approver() {
    let author = operator(1);
    let given = [approved(&admin(2))];
    let stranger = of_human(operator(3), None);
    assert_eq!(
        case(1, &author, &given).may_confirm(&stranger),
        Err(Refusal::UnknownHuman)
    );
}

#[test]
fn nobody_confirms_with_an_approver_of_their_own_making() {
    let author = operator(1);
    let confirmer = admin(2);
    let puppet = made_by(admin(3), &confirmer, 1);
    let given = [approved(&puppet), approved(&admin(4))];
    let refused = case(2, &author, &given).may_confirm(&confirmer);
    assert_eq!(refused.unwrap_err().class(), "fresh_role");
    // One independent approval is enough where one is needed.
    assert_eq!(case(1, &author, &given).may_confirm(&confirmer), Ok(()));
    // Nor does the puppet confirm what its maker approved.
    let given = [approved(&confirmer)];
    let refused = case(1, &author, &given).may_confirm(&puppet);
    assert_eq!(refused.unwrap_err().class(), "fresh_role");
}

#[test]
fn a_disabled_account_and_one_out_of_scope_do_not_confirm() {
    let author = operator(1);
    for required in [0, 1] {
        let given = [approved(&admin(2))];
        let disabled = Account {
            enabled: false,
            ..operator(3)
        };
        let elsewhere = Account {
            covers: false,
            ..operator(3)
        };
        let case = case(required, &author, &given);
        assert_eq!(case.may_confirm(&disabled), Err(Refusal::Disabled));
        assert_eq!(case.may_confirm(&elsewhere), Err(Refusal::OutOfScope));
    }
}
