//! People's budgets: the library's arithmetic on the store's row.

use argus_llm::providers::{Account, Budget, Exhausted, Hold, Spent};
use argus_store::{ModelAccount, ModelHold, Tx};
use argus_types::Timestamp;
use argus_types::id::PersonId;
use argus_types::problem::ProblemCode;

use crate::problem::ApiProblem;

/// Somebody who pays, and what they may spend in a day.
#[derive(Clone, Copy)]
pub struct Payer {
    /// Who.
    pub person: PersonId,
    /// How much.
    pub budget: Budget,
}

impl Payer {
    /// Takes the most that a request can cost off the account until `until`. Refused where that is not left, and beside
    /// another request of theirs.
    pub async fn hold(
        self,
        tx: &mut Tx,
        worst: Spent,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Hold, ApiProblem> {
        let account = self.account(tx, now).await?;
        self.take(tx, account, worst, now, until).await
    }

    /// The same in place of another request, which counts as the most that it could cost: of a process that died, or a test
    /// of a connection.
    pub async fn hold_instead(
        self,
        tx: &mut Tx,
        worst: Spent,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Hold, ApiProblem> {
        let mut account = self.account(tx, now).await?;
        if let Some(left) = account.hold {
            account = account.settle(&left, None);
        }
        self.take(tx, account, worst, now, until).await
    }

    /// Ends the request that `hold` stands for; `used` is `None` where nobody knows what it cost.
    pub async fn settle(
        self,
        tx: &mut Tx,
        hold: &Hold,
        used: Option<Spent>,
        now: Timestamp,
    ) -> Result<(), ApiProblem> {
        let account = self.account(tx, now).await?.settle(hold, used);
        tx.write_model_account(self.person, row(&account)).await?;
        Ok(())
    }

    async fn account(self, tx: &mut Tx, now: Timestamp) -> Result<Account, ApiProblem> {
        let row = tx.lock_model_account(self.person, now.get().date()).await?;
        Ok(account(&row))
    }

    async fn take(
        self,
        tx: &mut Tx,
        account: Account,
        worst: Spent,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Hold, ApiProblem> {
        let held = self.budget.hold(account, worst, now.get(), until.get());
        let (account, hold) = held.map_err(|error| exhausted(&error))?;
        tx.write_model_account(self.person, row(&account)).await?;
        Ok(hold)
    }
}

/// The row as an account.
fn account(row: &ModelAccount) -> Account {
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
fn row(account: &Account) -> ModelAccount {
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
fn exhausted(error: &Exhausted) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::BudgetExhausted,
        format!(
            "The language model was not asked: {error}. It begins anew at midnight UTC; words that the built-in rules know \
             cost nothing."
        ),
    )
}
