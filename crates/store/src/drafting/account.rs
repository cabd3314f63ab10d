//! What people spent on models. The arithmetic is the caller's: here is a row, locked while it goes on.

use argus_types::Timestamp;
use argus_types::id::PersonId;
use time::Date;

use crate::convert;
use crate::{Error, Store, Tx};

/// What one person spent on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelAccount {
    /// The day in UTC.
    pub day: Date,
    /// Tokens, with those that are held.
    pub tokens: u64,
    /// Money in millionths, with what is held.
    pub money: u64,
    /// The request under way.
    pub hold: Option<ModelHold>,
}

/// What is held for a request under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelHold {
    /// When it began.
    pub since: Timestamp,
    /// When it is over at the latest.
    pub until: Timestamp,
    /// The most tokens that it can take.
    pub tokens: u64,
    /// The most money that it can cost, in millionths.
    pub money: u64,
}

impl Store {
    /// A person's account as it stands.
    pub async fn model_account(&self, person: PersonId) -> Result<Option<ModelAccount>, Error> {
        let row = sqlx::query!(
            "SELECT day, tokens, money FROM model_account WHERE person = $1",
            person.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(ModelAccount {
                day: row.day,
                tokens: convert::number("tokens", row.tokens)?,
                money: convert::number("money", row.money)?,
                hold: None,
            })
        })
        .transpose()
    }
}

impl Tx {
    /// A person's account, which nobody else changes before this transaction's end.
    pub async fn lock_model_account(
        &mut self,
        person: PersonId,
        today: Date,
    ) -> Result<ModelAccount, Error> {
        sqlx::query!(
            "INSERT INTO model_account (person, day, tokens, money) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING",
            person.0,
            today,
        )
        .execute(self.connection())
        .await?;
        let row = sqlx::query!(
            "SELECT day, tokens, money, hold_since, hold_until, hold_tokens, hold_money
             FROM model_account WHERE person = $1 FOR UPDATE",
            person.0,
        )
        .fetch_one(self.connection())
        .await?;
        let hold = match (
            row.hold_since,
            row.hold_until,
            row.hold_tokens,
            row.hold_money,
        ) {
            (Some(since), Some(until), Some(tokens), Some(money)) => Some(ModelHold {
                since: convert::at(since),
                until: convert::at(until),
                tokens: convert::number("tokens", tokens)?,
                money: convert::number("money", money)?,
            }),
            _ => None,
        };
        Ok(ModelAccount {
            day: row.day,
            tokens: convert::number("tokens", row.tokens)?,
            money: convert::number("money", row.money)?,
            hold,
        })
    }

    /// Writes a locked account.
    pub async fn write_model_account(
        &mut self,
        person: PersonId,
        account: ModelAccount,
    ) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE model_account SET day = $2, tokens = $3, money = $4, hold_since = $5, hold_until = $6,
                                      hold_tokens = $7, hold_money = $8
             WHERE person = $1",
            person.0,
            account.day,
            column(account.tokens),
            column(account.money),
            account.hold.map(|hold| hold.since.get()),
            account.hold.map(|hold| hold.until.get()),
            account.hold.map(|hold| column(hold.tokens)),
            account.hold.map(|hold| column(hold.money)),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

/// What no column holds is more than any budget.
pub(super) fn column(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
