//! People's budgets: the library's arithmetic on the store's row.

use argus_llm::providers::{Account, Exhausted, Hold, Spent};
use argus_store::{ModelAccount, ModelHold};
use argus_types::Timestamp;
use argus_types::problem::ProblemCode;

use crate::problem::ApiProblem;

/// The row as an account.
pub fn account(row: &ModelAccount) -> Account {
    Account {
        day: row.day,
        spent: Spent {
            tokens: row.tokens,
            money: row.money,
        },
        hold: row.hold.map(|hold| Hold {
            since: hold.since.get(),
            until: hold.until.get(),
            held: Spent {
                tokens: hold.tokens,
                money: hold.money,
            },
        }),
    }
}

/// The account as a row.
pub fn row(account: &Account) -> ModelAccount {
    ModelAccount {
        day: account.day,
        tokens: account.spent.tokens,
        money: account.spent.money,
        hold: account.hold.map(|hold| ModelHold {
            since: Timestamp::new(hold.since),
            until: Timestamp::new(hold.until),
            tokens: hold.held.tokens,
            money: hold.held.money,
        }),
    }
}

/// What the asker reads where nothing may be spent.
pub fn exhausted(error: &Exhausted) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::BudgetExhausted,
        format!(
            "The language model was not asked: {error}. It begins anew at midnight UTC; words that the built-in rules know \
             cost nothing."
        ),
    )
}
