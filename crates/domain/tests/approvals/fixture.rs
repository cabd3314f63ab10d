//! Accounts and a plan to decide on.

use argus_domain::approval::{Account, Case, Given, Granter};
use argus_types::Timestamp;
use argus_types::approval::Verdict;
use argus_types::id::{HumanId, PersonId, PlanDigest};
use argus_types::person::Role;
use uuid::Uuid;

pub const HOUR: i64 = 3600;

/// The moment of the question, and `seconds` from it.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_795_000_000 + seconds).expect("within the calendar")
}

pub fn digest() -> PlanDigest {
    PlanDigest::new([7; 32])
}

pub fn human(number: u128) -> HumanId {
    HumanId(Uuid::from_u128(number))
}

/// An account of a human of the same number, for long what it is.
pub fn account(number: u128, role: Role) -> Account {
    Account {
        person: PersonId(Uuid::from_u128(number)),
        human: Some(human(number)),
        role,
        enabled: true,
        role_since: at(-1000 * HOUR),
        granted_by: Granter::ThirdParty,
        covers: true,
        break_glass: false,
    }
}

pub fn operator(number: u128) -> Account {
    account(number, Role::Operator)
}

pub fn admin(number: u128) -> Account {
    account(number, Role::Admin)
}

/// The account with a role that `granter` gave it `hours` ago.
pub fn made_by(account: Account, granter: &Account, hours: i64) -> Account {
    Account {
        role_since: at(-hours * HOUR),
        granted_by: Granter::Admin {
            person: granter.person,
            human: granter.human,
        },
        ..account
    }
}

/// The account as another one of `human`; `None` for nobody knows whose.
pub fn of_human(account: Account, human: Option<HumanId>) -> Account {
    Account { human, ..account }
}

pub fn approved(by: &Account) -> Given {
    Given {
        by: *by,
        verdict: Verdict::Approve,
        revision: 1,
        digest: digest(),
        expires_at: at(HOUR),
    }
}

pub fn case<'a>(required: u8, author: &'a Account, given: &'a [Given]) -> Case<'a> {
    Case {
        revision: 1,
        digest: digest(),
        required,
        own_approval: false,
        author,
        editor: None,
        given,
        confirmed_at: at(0),
        now: at(0),
    }
}
