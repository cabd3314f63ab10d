use proptest::prelude::*;
use time::{Duration, macros::datetime};

use super::*;

const NOON: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
const MINUTE: Duration = Duration::MINUTE;

fn budget() -> Budget {
    Budget {
        tokens: Some(1_000),
        money: Some(500),
    }
}

fn spent(tokens: u64, money: u64) -> Spent {
    Spent { tokens, money }
}

fn held(account: Account, worst: Spent, now: OffsetDateTime) -> (Account, Hold) {
    budget().hold(account, worst, now, now + MINUTE).unwrap()
}

#[test]
fn what_was_not_used_comes_back_and_the_rest_is_spent() {
    let (account, hold) = held(Account::new(NOON), spent(800, 100), NOON);
    assert_eq!(account.spent, spent(800, 100));
    let account = account.settle(&hold, Some(spent(300, 40)));
    assert_eq!((account.spent, account.hold), (spent(300, 40), None));
    let refused = budget().hold(account, spent(701, 1), NOON, NOON + MINUTE);
    assert_eq!(
        refused,
        Err(Exhausted::Tokens {
            wanted: 701,
            left: 700
        })
    );
    assert!(
        budget()
            .hold(account, spent(700, 1), NOON, NOON + MINUTE)
            .is_ok()
    );
}

#[test]
fn money_stops_as_tokens_do() {
    let refused = budget().hold(Account::new(NOON), spent(1, 501), NOON, NOON + MINUTE);
    assert_eq!(
        refused,
        Err(Exhausted::Money {
            wanted: 501,
            left: 500
        })
    );
}

#[test]
fn without_limits_nothing_stops_and_by_default_everything_does() {
    let open = Budget {
        tokens: None,
        money: None,
    };
    let much = spent(u64::MAX, u64::MAX);
    assert!(
        open.hold(Account::new(NOON), much, NOON, NOON + MINUTE)
            .is_ok()
    );
    let refused = Budget::default().hold(Account::new(NOON), spent(1, 0), NOON, NOON + MINUTE);
    assert!(matches!(refused, Err(Exhausted::Tokens { left: 0, .. })));
}

#[test]
fn one_person_has_one_request_under_way_until_it_ends_or_its_time_is_over() {
    let (account, hold) = held(Account::new(NOON), spent(10, 1), NOON);
    let second = budget().hold(account, spent(10, 1), NOON, NOON + MINUTE);
    assert_eq!(second, Err(Exhausted::UnderWay { until: hold.until }));
    let (account, second) = held(account, spent(10, 1), NOON + MINUTE);
    assert_eq!(account.spent, spent(20, 2));
    // The first comes back late: its reservation stays spent, the second's is not touched.
    assert_eq!(account.settle(&hold, Some(spent(1, 1))), account);
    assert_eq!(
        account.settle(&second, Some(spent(0, 0))).spent,
        spent(10, 1)
    );
}

#[test]
fn what_nobody_knows_the_cost_of_counts_in_full_and_more_than_was_held_counts_too() {
    let (account, hold) = held(Account::new(NOON), spent(400, 40), NOON);
    assert_eq!(account.settle(&hold, None).spent, spent(400, 40));
    assert_eq!(
        account.settle(&hold, Some(spent(600, 60))).spent,
        spent(600, 60)
    );
    let settled = account.settle(&hold, Some(spent(5, 5)));
    assert_eq!(
        settled.settle(&hold, Some(spent(0, 0))),
        settled,
        "settled twice"
    );
}

#[test]
fn a_new_day_begins_at_midnight_utc_and_a_clock_that_goes_back_gives_nothing_back() {
    let late = datetime!(2026-03-01 23:59:50 UTC);
    let (account, hold) = held(Account::new(late), spent(900, 90), late);
    let next = datetime!(2026-03-02 02:00 +2);
    let over = account.at(next);
    assert_eq!(
        over.spent,
        spent(900, 90),
        "under way over midnight counts on the new day"
    );
    assert_eq!(over.settle(&hold, Some(spent(50, 5))).spent, spent(50, 5));
    assert_eq!(account.settle(&hold, None).at(next).spent, Spent::default());
    assert_eq!(over.at(late), over);
}

proptest! {
    #[test]
    fn no_order_of_requests_ever_spends_more_than_a_day_s_budget(
        requests in prop::collection::vec((1u64..600, 0u64..300, 0u64..=100, any::<bool>()), 1..40)
    ) {
        let mut account = Account::new(NOON);
        let (mut now, mut used_tokens, mut used_money) = (NOON, 0, 0);
        for (tokens, money, percent, lost) in requests {
            now += Duration::SECOND;
            let Ok((next, hold)) = budget().hold(account, spent(tokens, money), now, now + MINUTE) else {
                continue;
            };
            let used = spent(tokens * percent / 100, money * percent / 100);
            used_tokens += used.tokens;
            used_money += used.money;
            account = next.settle(&hold, (!lost).then_some(used));
            prop_assert!(account.spent.tokens >= used_tokens && account.spent.tokens <= 1_000);
            prop_assert!(account.spent.money >= used_money && account.spent.money <= 500);
        }
    }
}
