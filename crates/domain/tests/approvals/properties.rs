//! What holds for every cast of accounts, told without the code under test.

use std::collections::BTreeSet;

use argus_domain::approval::{Account, Given, Granter};
use argus_types::id::{HumanId, PersonId};
use argus_types::person::Role;
use proptest::prelude::*;

use crate::fixture::{HOUR, account, approved, at, case, human};

/// Few humans and few accounts, so that they meet.
fn any_account() -> impl Strategy<Value = Account> {
    (
        1..=6_u128,
        proptest::option::weighted(0.85, 1..=5_u128),
        prop_oneof![1 => Just(Role::Viewer), 1 => Just(Role::Operator), 3 => Just(Role::Admin)],
        proptest::bool::weighted(0.9),
        proptest::bool::weighted(0.9),
        0..48_i64,
        proptest::option::weighted(
            0.3,
            (1..=6_u128, proptest::option::weighted(0.8, 1..=5_u128)),
        ),
    )
        .prop_map(
            |(number, who, role, enabled, covers, hours, granter)| Account {
                human: who.map(human),
                enabled,
                covers,
                role_since: at(-hours * HOUR),
                granted_by: match granter {
                    None => Granter::ThirdParty,
                    Some((person, who)) => Granter::Admin {
                        person: PersonId(uuid::Uuid::from_u128(person)),
                        human: who.map(human),
                    },
                },
                ..account(number, role)
            },
        )
}

fn any_given() -> impl Strategy<Value = Given> {
    (any_account(), 1..=2_u32, -1..=1_i64).prop_map(|(by, revision, hours)| Given {
        revision,
        expires_at: at(hours * HOUR),
        ..approved(&by)
    })
}

/// Whether `a` got a role from `b` within a day, or from somebody unknown.
fn fresh_from(a: &Account, b: &Account) -> bool {
    let Granter::Admin { person, human } = a.granted_by else {
        return false;
    };
    a.role_since > at(-24 * HOUR) && (person == b.person || human.is_none() || human == b.human)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn whatever_is_confirmed_was_approved_by_so_many_other_humans(
        required in 1..=3_u8,
        author in any_account(),
        given in proptest::collection::vec(any_given(), 0..6),
        confirmer in any_account(),
    ) {
        let case = case(required, &author, &given);
        if case.may_confirm(&confirmer).is_ok() {
            let author_human = author.human.expect("an author who is known");
            let confirmer_human = confirmer.human.expect("a confirmer who is known");
            let humans: BTreeSet<HumanId> = given
                .iter()
                .filter(|given| given.revision == 1 && given.expires_at > at(0))
                .map(|given| &given.by)
                .filter(|by| by.enabled && by.covers && by.role == Role::Admin)
                .filter(|by| !fresh_from(by, &author) && !fresh_from(&author, by))
                .filter(|by| !fresh_from(by, &confirmer) && !fresh_from(&confirmer, by))
                .filter_map(|by| by.human)
                .filter(|human| *human != author_human && *human != confirmer_human)
                .collect();
            prop_assert!(humans.len() >= usize::from(required), "{humans:?}");
            prop_assert!(confirmer.enabled && confirmer.covers && confirmer.role >= Role::Operator);
        }
    }

    #[test]
    fn who_may_approve_then_counts_and_nobody_else_s_approval_is_lost(
        required in 1..=3_u8,
        author in any_account(),
        given in proptest::collection::vec(any_given(), 0..4),
        who in any_account(),
    ) {
        // An account is the same wherever it stands; this one stands nowhere else.
        let who = Account { person: PersonId(uuid::Uuid::from_u128(99)), ..who };
        let before = case(required, &author, &given).counting().len();
        let allowed = case(required, &author, &given).may_approve(&who).is_ok();
        let mut more = given.clone();
        more.push(approved(&who));
        let after = case(required, &author, &more).counting();
        let counts = after.iter().any(|one| one.by.person == who.person);
        prop_assert!(!allowed || counts);
        if allowed && given.iter().all(|one| !fresh_from(&one.by, &who)) {
            prop_assert_eq!(after.len(), before + 1);
        }
    }
}
